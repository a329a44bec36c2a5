import type { Location } from "../errors.ts";
import { mapDiscriminator } from "./discriminator.ts";
import type { Findings, Place } from "./findings.ts";
import { identifiersOf } from "./identifiers.ts";
import {
  child,
  isMap,
  type JsonMap,
  type JsonValue,
  own,
  type Path,
  pathOf,
  setOwn,
  tokensOf,
  toPointer,
} from "./json-tree.ts";
import { copy, MAX_DEPTH, MAX_NODES } from "./limits.ts";
import { createOrigins, type Origins } from "./origins.ts";
import { type Resolved, resolveReference, type Target } from "./references.ts";
import { renameEntries, sectionOf } from "./section-map.ts";
import { claimSectionNames, finalTarget, soleReference } from "./section-names.ts";
import type { SourceDocument } from "./source-document.ts";
import type { SourceSet } from "./source-set.ts";
import { callbackEntries, type Kind, type Slot, type Structure } from "./structure.ts";

/** Where a value stands: in the file it comes from, and in the bundle. */
interface Spot {
  readonly source: SourceDocument;
  readonly at: Path | undefined;
  readonly to: Path | undefined;
  readonly depth: number;
  /** How many inlined references lead here. */
  readonly inlined: number;
}

/** Siblings of a reference that say nothing about validity: OpenAPI 3.0 ignores all siblings, people mean these. */
const ANNOTATION =
  /^(\$ref|title|summary|description|deprecated|default|examples?|readOnly|writeOnly|nullable|externalDocs|x-.*)$/s;
const IDENTIFIERS = ["$id", "$anchor", "$dynamicAnchor"];
/** References that are put in place may nest this deep (a path item, its operation, its callback …). */
const MAX_INLINED = 12;

export interface BundleOptions {
  readonly structure: Structure;
  /** Before OpenAPI 3.1 the siblings of a `$ref` do not count. */
  readonly siblingsIgnored: boolean;
  readonly findings: Findings;
}

/**
 * Makes one document of a document and its files, changing `root` in place, so that each reference names an object in
 * a section of it. Objects without a name get a deterministic one; what OpenAPI cannot name (path items, operations,
 * whole maps) is put in its place. References are followed only where OpenAPI has references: never in examples,
 * defaults or extensions. Cycles stay references.
 */
export function bundle(set: SourceSet, root: JsonMap, options: BundleOptions): Origins {
  const { structure, siblingsIgnored, findings } = options;
  const origins = createOrigins(set.root);
  const names = claimSectionNames(set, structure);
  const pending: { kind: Kind; name: string; target: Target }[] = [];
  const done = new Set<string>();
  const failed = new Set<string>();
  const budget = { nodes: MAX_NODES };
  const identified: JsonMap[] = [];
  // Read before the tree is changed.
  identifiersOf(set.root);

  const step = (spot: Spot, token: string | number, to = token): Spot => ({
    ...spot,
    at: child(spot.at, token),
    to: child(spot.to, to),
    depth: spot.depth + 1,
  });
  const place =
    (spot: Spot): Place =>
    () =>
      spot.source.place(tokensOf(spot.at));

  function fail(spot: Spot, { code, message, fix }: { code: string; message: string; fix: string }): void {
    if (!failed.has(message)) findings.error(code, place(spot), message, fix);
    failed.add(message);
  }

  /** What a reference means: a named object, or the end of a chain of aliases. */
  function target(kind: Kind, spot: Spot, reference: string): Target | undefined {
    let found = resolveReference(set, spot.source, reference, spot.at);
    for (let hops = 0; "value" in found && hops < 100; hops++) {
      const next = soleReference(found.value);
      if (next === undefined) return found;
      // A named alias keeps its name, provided that it stands for something.
      if (names.find(kind, found) !== undefined && finalTarget(set, found)) return found;
      found = resolveReference(set, found.source, next);
    }
    fail(spot, "value" in found ? circle(reference) : (found as Exclude<Resolved, Target>));
    return undefined;
  }

  function nameOf(kind: Kind, found: Target): string {
    const known = names.find(kind, found);
    if (known !== undefined) return known;
    const name = names.invent(kind, found);
    pending.push({ kind, name, target: found });
    return name;
  }

  function referTo(kind: Kind, found: Target): string {
    const section = structure.sections[kind] as readonly string[];
    const text = `#${toPointer([...section, nameOf(kind, found)])}`;
    done.add(text);
    return text;
  }

  function reference(kind: Kind, value: JsonMap, spot: Spot): JsonValue {
    const text = value["$ref"] as string;
    // Copied from a part of the root that was visited before.
    if (spot.source === set.root && done.has(text) && structure.sections[kind]) return value;
    const found = target(kind, spot, text);
    if (!found) return value;
    if (!structure.sections[kind] || isBodyParameter(found)) return inline(kind, value, found, spot);
    setOwn(value, "$ref", referTo(kind, found));
    if (siblingsIgnored) dropSiblings(value, spot);
    return value;
  }

  /** Swagger 2.0 body and form parameters become request bodies; they cannot stay references among parameters. */
  function isBodyParameter(found: Target): boolean {
    const location = isMap(found.value) ? own(found.value, "in") : undefined;
    return structure.sections.requestBody === undefined && (location === "body" || location === "formData");
  }

  function dropSiblings(value: JsonMap, spot: Spot): void {
    for (const key of Object.keys(value)) {
      if (ANNOTATION.test(key)) continue;
      delete value[key];
      const message = `${JSON.stringify(key)} beside $ref is ignored, as OpenAPI before 3.1 says`;
      findings.group("S013", place(spot), message, "wrap the $ref in allOf");
    }
  }

  function inline(kind: Kind, value: JsonMap, found: Target, spot: Spot): JsonValue {
    const copied = spot.inlined < MAX_INLINED ? copy(found.value, budget) : null;
    if (!isMap(copied)) {
      fail(spot, circle(value["$ref"] as string));
      return {};
    }
    origins.add(spot.to, found.source, found.tokens);
    const inner = { ...spot, source: found.source, at: pathOf(found.tokens), inlined: spot.inlined + 1 };
    const result = visit(kind, copied, inner);
    if (!isMap(result)) return result;
    for (const key of Object.keys(value)) {
      if (key !== "$ref") setOwn(result, key, value[key] as JsonValue);
    }
    return result;
  }

  function visit(kind: Kind, value: JsonValue, spot: Spot): JsonValue {
    if (!isMap(value)) return value;
    if (spot.depth > MAX_DEPTH) {
      const message = `nested deeper than ${MAX_DEPTH} levels once the files are put together`;
      fail(spot, { code: "S005", message, fix: "flatten it" });
      return {};
    }
    if (kind === "schema") prepareSchema(value, spot);
    if (kind !== "document" && typeof own(value, "$ref") === "string") return reference(kind, value, spot);
    if (kind === "callback") return entries(callbackEntries, value, spot, false);
    const shape = structure.shapes[kind];
    for (const key of Object.keys(shape)) {
      const held = own(value, key);
      if (typeof held !== "object" || held === null) continue;
      const named = kind === "components" || kind === "document";
      setOwn(value, key, member(shape[key] as Slot, held, step(spot, key), named));
    }
    if (kind === "schema") {
      mapDiscriminator(value, {
        set,
        source: spot.source,
        structure,
        done,
        referTo: (found) => referTo("schema", found),
        warn(tokens, message) {
          const where = (): Location => spot.source.place([...tokensOf(spot.at), ...tokens]);
          findings.warn("S034", where, message, "correct the mapping");
        },
      });
    }
    return value;
  }

  /** Every reference becomes a pointer into the bundle, so that identifiers would only mislead its readers. */
  function prepareSchema(value: JsonMap, spot: Spot): void {
    if (IDENTIFIERS.some((key) => typeof own(value, key) === "string")) identified.push(value);
    const dynamic = own(value, "$dynamicRef");
    if (typeof dynamic !== "string" || own(value, "$ref") !== undefined) return;
    value["$ref"] = dynamic;
    delete value["$dynamicRef"];
    const message = "$dynamicRef is read as $ref: the first schema with this anchor counts";
    findings.group("S030", () => spot.source.place([...tokensOf(spot.at), "$dynamicRef"]), message);
  }

  function member(slot: Slot, held: JsonMap | JsonValue[], spot: Spot, named: boolean): JsonValue {
    if (Array.isArray(held)) {
      if (slot.form === "one" || slot.form === "map") return held;
      for (let i = 0; i < held.length; i++) held[i] = visit(slot.kind, held[i] as JsonValue, step(spot, i));
      return held;
    }
    if (slot.form === "map") return entries(slot, held, spot, named);
    return slot.form === "list" ? held : visit(slot.kind, held, spot);
  }

  /** A map of objects. Some documents keep the whole map in a file; entries are objects, so `$ref: "text"` is clear. */
  function entries(slot: Slot, held: JsonMap, given: Spot, named: boolean): JsonValue {
    let map: JsonMap = held;
    let spot = given;
    while (typeof own(map, "$ref") === "string") {
      const found = resolveReference(set, spot.source, own(map, "$ref") as string);
      const copied = "value" in found && spot.inlined < MAX_INLINED ? copy(found.value, budget) : null;
      if (!("value" in found) || !isMap(copied)) {
        fail(spot, "value" in found ? circle(own(map, "$ref") as string) : found);
        return {};
      }
      findings.group(
        "S013",
        place(spot),
        "a $ref stands for a whole map, which OpenAPI does not allow; it is resolved",
      );
      origins.add(spot.to, found.source, found.tokens);
      map = copied;
      spot = { ...spot, source: found.source, at: pathOf(found.tokens), inlined: spot.inlined + 1 };
    }
    const section = named && structure.sections[slot.kind] !== undefined;
    for (const key of Object.keys(map)) {
      if (slot.open && key.startsWith("x-")) continue;
      const entry = map[key] as JsonValue;
      const inner = step(spot, key, section ? names.entry(slot.kind, key) : key);
      const definition = section && soleReference(entry) ? names.definition(slot.kind, key) : undefined;
      setOwn(
        map,
        key,
        definition ? inline(slot.kind, entry as JsonMap, definition, inner) : visit(slot.kind, entry, inner),
      );
    }
    return map;
  }

  function hoist(kind: Kind, name: string, found: Target): void {
    const to = pathOf([...(structure.sections[kind] as readonly string[]), name]);
    const spot: Spot = { source: found.source, at: pathOf(found.tokens), to, depth: 3, inlined: 0 };
    const copied = copy(found.value, budget);
    if (copied === undefined) {
      const message = `more than ${MAX_NODES} values once the files are put together`;
      fail(spot, { code: "S005", message, fix: "split or filter the document" });
      return;
    }
    origins.add(to, found.source, found.tokens);
    setOwn(sectionOf(root, structure, kind), name, visit(kind, copied, spot));
  }

  visit("document", root, { source: set.root, at: undefined, to: undefined, depth: 0, inlined: 0 });
  // Grows while it is walked: hoisted objects refer to more.
  for (const next of pending) {
    if (failed.size < 100) hoist(next.kind, next.name, next.target);
  }
  for (const kind of Object.keys(structure.sections) as Kind[])
    renameEntries(root, set.root, structure, kind, names, origins);
  for (const schema of identified) for (const key of IDENTIFIERS) delete schema[key];
  return origins;
}

function circle(reference: string): { code: string; message: string; fix: string } {
  const message = `the reference ${JSON.stringify(reference)} leads to no object, or only in a circle`;
  return { code: "S012", message, fix: "let it refer to an object that does not contain it" };
}
