/** How operations and names of the document are told and compared. */
import type { SpecOperation } from "../model.ts";
import { globProblem } from "../plan/selectors.ts";
import { hasSecret } from "./foreign-text.ts";

/** Letters and digits alone: `page[size]`, `page_size` and `pageSize` are the same. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "");
}

/** `GET /orders`. */
export function requestLine({ method, path }: SpecOperation): string {
  return `${method.toUpperCase()} ${path}`;
}

/** `listOrders and 3 more`. */
export function nameSome(operations: readonly SpecOperation[], count: number = 3): string {
  const names = operations.slice(0, count).map(({ key }) => key);
  const rest = operations.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

/** Its name can be written in a `match`, and means it alone: a star would mean others too. */
export function isSelectable({ key }: SpecOperation): boolean {
  return !key.includes("*") && globProblem(key) === undefined && !hasSecret(key);
}

/** `X-Api-Key` as part of an environment variable's name. */
export function toEnvName(...parts: readonly string[]): string {
  const name = parts
    .map((part) => part.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_"))
    .join("_")
    .toUpperCase()
    .replace(/^_+|_+$/g, "");
  return /^[0-9]/.test(name) ? `_${name}` : name || "API";
}

/** A name that the policy language takes for credentials: the given one where it is legal. */
export function toPolicyName(name: string, taken: ReadonlySet<string>): string {
  const base =
    name
      .replace(/[^A-Za-z0-9_-]+/g, "_")
      .replace(/^[^A-Za-z]+/, "")
      .slice(0, 56) || "credential";
  let unique = base;
  for (let i = 2; taken.has(unique); i++) unique = `${base}_${i}`;
  return unique;
}
