/** What is never shown. Policies add to the built-in list; nothing takes away from it. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import { defaultRedact } from "../policy-defaults.ts";
import { parseJsonPointer } from "./expression.ts";
import { headerNameProblem } from "./header-syntax.ts";
import { at, isNone, itemsOf, type Leaf, leafAt, type Node, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";

const removal = /^[!-]/;

function refuseRemoval(planning: Planning, node: Node): void {
  planning.findings.add(
    { path: node.path },
    {
      code: "P604",
      message: "entries of `redact` are added to the built-in list; none can be taken out",
      fix: "take this out",
    },
  );
}

function names(planning: Planning, maps: readonly Node[], key: "headers" | "query"): string[] {
  return maps.flatMap((map) =>
    itemsOf(leafAt(map, key)).flatMap((item) => {
      const name = textAt(item) ?? "";
      if (removal.test(name)) refuseRemoval(planning, item);
      else if (key === "query" || headerNameProblem(name) === undefined) return [name.toLowerCase()];
      else
        planning.findings.add(
          { path: item.path },
          {
            code: "P003",
            message: `\`${name}\` is not the name of a header`,
            fix: "write a header name; `*` stands for anything",
          },
        );
      return [];
    }),
  );
}

export function planRedact(
  planning: Planning,
  maps: readonly Node[],
  applied: readonly { readonly in: string; readonly name: string }[],
): Connector["redact"] {
  const ofAuth = (where: string): string[] =>
    applied.filter((one) => one.in === where).map((one) => one.name.toLowerCase());
  return {
    headers: [...new Set([...defaultRedact.headers, ...ofAuth("header"), ...names(planning, maps, "headers")])],
    query: [...new Set([...defaultRedact.query, ...ofAuth("query"), ...names(planning, maps, "query")])],
  };
}

/** Leaves below a node that read from a body. */
function bodyReadings(node: Node | undefined): Leaf[] {
  if (node === undefined) return [];
  if (node.kind === "branch") return [...node.entries.values()].flatMap(bodyReadings);
  if (Array.isArray(node.value)) return itemsOf(node).flatMap(bodyReadings);
  return typeof node.value === "string" && /^\$(?:request|response)\.body/.test(node.value) ? [node] : [];
}

/** P604: parts of bodies are recorded, and nothing says which of them are nobody's business. */
export function checkRecording(planning: Planning, tree: Node, hidden: readonly unknown[]): void {
  if (hidden.length > 0) return;
  for (const leaf of bodyReadings(at(tree, "telemetry", "attributes")))
    planning.findings.warn(
      { path: leaf.path },
      {
        code: "P604",
        message: "telemetry records a part of bodies, and `redact.body` is empty",
        fix: "add `redact: { body: [/customer/email] }` with what must never be shown, or take this out",
      },
    );
}

export function planRedactBody(planning: Planning, maps: readonly Node[]): readonly (readonly string[])[] {
  const pointers = new Map<string, readonly string[]>();
  for (const map of maps) {
    if (isNone(map)) refuseRemoval(planning, map);
    for (const item of itemsOf(leafAt(map, "body"))) {
      const text = textAt(item) ?? "";
      if (removal.test(text)) {
        refuseRemoval(planning, item);
        continue;
      }
      const pointer = parseJsonPointer(text);
      if (pointer === undefined || pointer.length === 0)
        planning.findings.add(
          { path: item.path },
          {
            code: "P003",
            message: `\`${text}\` is not a JSON Pointer (RFC 6901)`,
            fix: "write for example `/customer/email`",
          },
        );
      else pointers.set(text, pointer);
    }
  }
  return [...pointers.keys()].sort().map((text) => pointers.get(text)!);
}
