import { isMap, type JsonMap, type JsonValue, own, ownMap, pathOf, setOwn } from "./json-tree.ts";
import type { Origins } from "./origins.ts";
import type { SectionNames } from "./section-names.ts";
import type { SourceDocument } from "./source-document.ts";
import type { Kind, Structure } from "./structure.ts";

/** The map of a section; made when it is not there. */
export function sectionOf(root: JsonMap, structure: Structure, kind: Kind): JsonMap {
  let holder = root;
  for (const token of structure.sections[kind] as readonly string[]) {
    if (!isMap(own(holder, token))) setOwn(holder, token, {});
    holder = own(holder, token) as JsonMap;
  }
  return holder;
}

/** Replaces names that OpenAPI does not allow in a section; references already go by the new ones. */
export function renameEntries(
  root: JsonMap,
  source: SourceDocument,
  structure: Structure,
  kind: Kind,
  names: SectionNames,
  origins: Origins,
): void {
  const section = structure.sections[kind] as readonly string[];
  const map = section.reduce<JsonMap>((holder, token) => ownMap(holder, token) ?? {}, root);
  if (Object.keys(map).every((key) => names.entry(kind, key) === key)) return;
  const renamed = Object.keys(map).map((key) => [names.entry(kind, key), key, map[key] as JsonValue] as const);
  for (const key of Object.keys(map)) delete map[key];
  for (const [name, key, value] of renamed) {
    if (name !== key) origins.add(pathOf([...section, name]), source, [...section, key]);
    setOwn(map, name, value);
  }
}
