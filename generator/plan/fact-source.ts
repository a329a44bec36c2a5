import type { FactSource } from "../facts.ts";
import { isInBase, isPolicyMap, type PolicyMap, type PolicyPath, type PolicyValue } from "../policy-model.ts";
import { at, type Node, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";

function textOf(map: PolicyMap, key: string): string | undefined {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

function toSource(url: string | undefined, verified: string | undefined): FactSource {
  return { ...(url === undefined ? {} : { url }), ...(verified === undefined ? {} : { verified }) };
}

/**
 * Where a fact of the policy was read: the nearest `source` around its place in the file. A block that another layer
 * completes keeps its own `source`, which layers merge like any other key; `merged` is such a block.
 */
export function factSource(planning: Planning, path: PolicyPath, merged?: Node): FactSource {
  const own = at(merged, "source");
  if (own !== undefined) return toSource(textAt(own, "url"), textAt(own, "verified"));
  let nearest: FactSource = {};
  let file = planning.source;
  let inFile = path;
  for (; isInBase(inFile); inFile = inFile.slice(2)) file = file?.bases.get(inFile[1] as number);
  let here: PolicyValue | undefined = file?.data;
  for (const key of [...inFile, undefined]) {
    if (isPolicyMap(here) && Object.hasOwn(here, "source") && isPolicyMap(here["source"]))
      nearest = toSource(textOf(here["source"], "url"), textOf(here["source"], "verified"));
    if (key === undefined) break;
    if (Array.isArray(here)) here = here[key as number];
    else here = isPolicyMap(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return nearest;
}
