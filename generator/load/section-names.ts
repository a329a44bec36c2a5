import { type ComponentNames, createComponentNames } from "./component-names.ts";
import { isMap, own, toPointer } from "./json-tree.ts";
import { type Resolved, resolveReference, type Target } from "./references.ts";
import type { SourceSet } from "./source-set.ts";
import type { Kind, Structure } from "./structure.ts";

/** Names of the reusable objects of the bundle, by what they name. */
export interface SectionNames {
  find(kind: Kind, target: Target): string | undefined;
  invent(kind: Kind, target: Target): string;
  /** The name in the bundle of an entry of the root document's section. */
  entry(kind: Kind, key: string): string;
  /** The object that an entry only refers to, when nothing else names that object: the entry becomes its definition. */
  definition(kind: Kind, key: string): Target | undefined;
}

/** Claims the names that the document gives itself; invented ones never take those. */
export function claimSectionNames(set: SourceSet, structure: Structure): SectionNames {
  const names = new Map<Kind, ComponentNames>();
  const known = new Map<string, string>();
  const entries = new Map<string, string>();
  const definitions = new Map<string, Target>();
  const idOf = (kind: Kind, { source, tokens }: Target): string => `${kind} ${source.path}#${toPointer(tokens)}`;

  for (const [kind, section] of Object.entries(structure.sections) as [Kind, readonly string[]][]) {
    const own = createComponentNames();
    names.set(kind, own);
    const map = finalTarget(set, resolveReference(set, set.root, `#${encode(toPointer(section))}`));
    if (!map || !isMap(map.value)) continue;
    const keys = Object.keys(map.value);
    const isClean = (key: string): boolean => /^[A-Za-z0-9._-]+$/.test(key);
    for (const key of [...keys.filter(isClean), ...keys.filter((other) => !isClean(other))]) {
      const name = own.keep(key);
      entries.set(`${kind} ${key}`, name);
      for (const { source, tokens } of [map, { source: set.root, tokens: section }]) {
        known.set(idOf(kind, { source, tokens: [...tokens, key], value: null }), name);
      }
    }
    for (const key of keys) {
      const reference = soleReference(map.value[key]);
      if (reference === undefined) continue;
      const target = finalTarget(set, resolveReference(set, map.source, reference));
      if (!target || known.has(idOf(kind, target))) continue;
      known.set(idOf(kind, target), entries.get(`${kind} ${key}`) as string);
      definitions.set(`${kind} ${key}`, target);
    }
  }

  return {
    find: (kind, target) => known.get(idOf(kind, target)),
    invent(kind, target) {
      const file = target.source === set.root ? undefined : target.source.file;
      const name = (names.get(kind) as ComponentNames).invent(file, target.tokens);
      known.set(idOf(kind, target), name);
      return name;
    },
    entry: (kind, key) => entries.get(`${kind} ${key}`) ?? key,
    definition: (kind, key) => definitions.get(`${kind} ${key}`),
  };
}

/** The reference of an object that is nothing else. */
export function soleReference(value: unknown): string | undefined {
  if (!isMap(value)) return undefined;
  const reference = own(value, "$ref");
  return typeof reference === "string" && Object.keys(value).length === 1 ? reference : undefined;
}

const ends = new WeakMap<SourceSet, Map<string, Target | undefined>>();

/** The end of a chain of mere aliases, however long; undefined when there is none. Each alias is followed once. */
export function finalTarget(set: SourceSet, first: Resolved): Target | undefined {
  const known = ends.get(set) ?? new Map<string, Target | undefined>();
  ends.set(set, known);
  const passed: string[] = [];
  let end: Target | undefined;
  for (let found = first; "value" in found; ) {
    const next = soleReference(found.value);
    if (next === undefined) {
      end = found;
      break;
    }
    const id = `${found.source.path}#${toPointer(found.tokens)}`;
    if (known.has(id)) {
      end = known.get(id);
      break;
    }
    // A circle comes back to an alias that has no end yet.
    known.set(id, undefined);
    passed.push(id);
    found = resolveReference(set, found.source, next);
  }
  for (const id of passed) known.set(id, end);
  return end;
}

/** Pointer text as it stands in a reference: percent signs would be decoded. */
export function encode(pointer: string): string {
  return pointer.replaceAll("%", "%25");
}
