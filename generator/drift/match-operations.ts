import type { SpecOperation } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import { digest, type SchemaIds } from "./schema-ids.ts";

export interface MatchedOperations {
  readonly pairs: readonly (readonly [base: SpecOperation, revision: SpecOperation])[];
  readonly removed: readonly SpecOperation[];
  readonly added: readonly SpecOperation[];
}

/**
 * Which operation became which: the same method and path, whatever its parameters are called; else the same operationId;
 * else the same parameters, bodies and answers, when only one on each side has them and the paths are alike.
 */
export function matchOperations(
  base: readonly SpecOperation[],
  revision: readonly SpecOperation[],
  idsOf: { readonly base: SchemaIds; readonly revision: SchemaIds },
): MatchedOperations {
  const pairs: [SpecOperation, SpecOperation][] = [];
  let removed = base;
  let added = revision;
  const pass = (keyOf: (operation: SpecOperation, side: "base" | "revision") => string | undefined): void => {
    if (removed.length === 0 || added.length === 0) return;
    const [old, now] = [sole(removed, (one) => keyOf(one, "base")), sole(added, (one) => keyOf(one, "revision"))];
    const taken = new Set<SpecOperation>();
    for (const [key, operation] of old) {
      const found = now.get(key);
      if (!operation || !found) continue;
      pairs.push([operation, found]);
      taken.add(operation).add(found);
    }
    removed = removed.filter((operation) => !taken.has(operation));
    added = added.filter((operation) => !taken.has(operation));
  };
  pass(({ method, path }) => `${method} ${path}`);
  pass(({ method, path }) => `${method} ${pathShape(path)}`);
  pass(({ operationId }) => operationId);
  pass((operation, side) => signature(operation, idsOf[side]));
  return { pairs, removed, added };
}

/** A path without the names of its parameters. */
export function pathShape(path: string): string {
  return path.replaceAll(/\{[^{}]*\}/g, "{}").replace(/(?<=.)\/$/, "");
}

/** By key, what is the only one with it. */
function sole(
  operations: readonly SpecOperation[],
  keyOf: (operation: SpecOperation) => string | undefined,
): Map<string, SpecOperation | undefined> {
  const found = new Map<string, SpecOperation | undefined>();
  for (const operation of operations) {
    const key = keyOf(operation);
    if (key !== undefined) found.set(key, found.has(key) ? undefined : operation);
  }
  return found;
}

/** What an operation takes and gives, and the end of its path; undefined when it says too little to be known by it. */
function signature(operation: SpecOperation, ids: SchemaIds): string | undefined {
  const idOf = (schema: object | undefined): string => (schema ? ids.of({ schema, pointer: "" }) : "");
  const body = operation.requestBody?.content.map((media) => [media.contentType, idOf(media.schema)]);
  const answers = operation.responses
    .filter(({ status }) => status.startsWith("2"))
    .map(({ status, content }) => [status, content.map((media) => [media.contentType, idOf(media.schema)])]);
  if (!body && !answers.some(([, content]) => content && content.length > 0)) return undefined;
  const names = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`).sort();
  const last = pathShape(operation.path).split("/").at(-1);
  return digest(canonicalJson([operation.method, last, names, body, answers]));
}
