/** Attributes of spans and log lines: named places of an exchange, none of which is a secret. */
import type { Pointer, Policy } from "@couplet/runtime/codegen/v1";
import { defaultRedact } from "../policy-defaults.ts";
import { entriesAt, itemsOf, leafAt, type Node, textAt } from "./layers.ts";
import { type Planning, pointerAt } from "./planning.ts";

type Attributes = NonNullable<Policy["attributes"]>;

/** Whether a list of names, in which `*` stands for anything, has this one. */
function isListed(name: string, list: readonly string[]): boolean {
  return list.some((entry) => {
    const parts = entry.toLowerCase().split("*");
    const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${escaped.join(".*")}$`).test(name.toLowerCase());
  });
}

function isHidden(pointer: Pointer, redact: readonly Node[], redactBody: readonly (readonly string[])[]): boolean {
  const added = (key: "headers" | "query"): string[] =>
    redact.flatMap((map) => itemsOf(leafAt(map, key)).map((item) => textAt(item) ?? ""));
  switch (pointer.from) {
    case "header":
    case "request.header":
      return isListed(pointer.name, [...defaultRedact.headers, ...added("headers")]);
    case "request.query":
      return isListed(pointer.name, [...defaultRedact.query, ...added("query")]);
    case "body":
    case "request.body":
      return (
        pointer.path.some((key) => isListed(key, defaultRedact.query)) ||
        redactBody.some((hidden) => hidden.every((key, index) => pointer.path[index] === key))
      );
    default:
      return false;
  }
}

/** `telemetry.attributes` of an operation; undefined when there are none. What `redact` hides is refused (P604). */
export function planAttributes(
  planning: Planning,
  tree: Node,
  redact: readonly Node[],
  redactBody: readonly (readonly string[])[],
): Attributes | undefined {
  const attributes: Record<string, Pointer> = {};
  for (const [name, node] of entriesAt(tree, "telemetry", "attributes").sort(([one], [other]) =>
    one < other ? -1 : 1,
  )) {
    const pointer = pointerAt(planning, node);
    if (pointer === undefined) continue;
    if (isHidden(pointer, redact, redactBody))
      planning.findings.add(
        { path: node.path },
        {
          code: "P604",
          message: `the attribute \`${name}\` would show what is never shown`,
          fix: "name a header or a field that `redact` and its built-in list do not hide",
        },
      );
    else attributes[name] = pointer;
  }
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}
