/** Small documents cut out of real ones: a few operations and what they refer to. Small ones are tried faster. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "js-yaml";
import { isMap, type JsonMap, type JsonValue, own, setOwn } from "../../../generator/load/json-tree.ts";
import { createRandom, type Random } from "./random.ts";

export interface Slice {
  readonly name: string;
  /** JSON text. */
  readonly text: string;
}

const root: string = fileURLToPath(new URL("../../../", import.meta.url));
const folders = { own: join(root, "specs"), real: join(root, "..", "shared", "real-specs") };
/** Values that one slice may have; a schema beyond is replaced by an open one. */
const maxNodes = 250;

function documentsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /(^|[\\/])openapi\.(json|ya?ml)$/.test(name)).sort();
}

function parse(path: string): JsonMap | undefined {
  const text = readFileSync(path, "utf8");
  const value: unknown = path.endsWith(".json") ? JSON.parse(text) : load(text);
  return isMap(value) && isMap(own(value, "paths")) ? value : undefined;
}

/** Copies a value and notes the local references in it. */
function copy(value: JsonValue, references: Set<string>, budget: { left: number }): JsonValue {
  if (--budget.left < 0) return typeof value === "object" ? {} : value;
  if (Array.isArray(value)) return value.map((item) => copy(item, references, budget));
  if (!isMap(value)) return value;
  const map: JsonMap = {};
  for (const key of Object.keys(value)) {
    const member = value[key] as JsonValue;
    if (key === "$ref" && typeof member === "string" && member.startsWith("#/")) references.add(member);
    // Long prose teaches the mutator nothing.
    const kept = typeof member === "string" && member.length > 200 ? member.slice(0, 200) : member;
    setOwn(map, key, copy(kept, references, budget));
  }
  return map;
}

function find(document: JsonMap, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const token of tokens) {
    if (Array.isArray(value)) value = value[Number(token)];
    else value = isMap(value) ? own(value, token) : undefined;
  }
  return value;
}

function put(document: JsonMap, tokens: readonly string[], value: JsonValue): void {
  let map = document;
  for (const token of tokens.slice(0, -1)) {
    const next = own(map, token);
    if (isMap(next)) map = next;
    else if (next === undefined) {
      const made: JsonMap = {};
      setOwn(map, token, made);
      map = made;
    } else return;
  }
  const last = tokens.at(-1);
  if (last !== undefined && own(map, last) === undefined) setOwn(map, last, value);
}

function cut(document: JsonMap, random: Random): JsonMap {
  const references = new Set<string>();
  const budget = { left: maxNodes };
  const slice: JsonMap = {};
  const parts = new Set(["paths", "components", "definitions", "parameters", "responses", "tags", "webhooks"]);
  for (const key of Object.keys(document).filter((name) => !parts.has(name)))
    setOwn(slice, key, copy(document[key] as JsonValue, references, budget));
  const paths = document["paths"] as JsonMap;
  const kept: JsonMap = {};
  slice["paths"] = kept;
  const keys = Object.keys(paths);
  for (let n = 1 + random.below(3); n > 0 && keys.length > 0; n--) {
    const key = random.pick(keys);
    setOwn(kept, key, copy(paths[key] as JsonValue, references, budget));
  }
  const schemes = find(document, ["components", "securitySchemes"]);
  if (schemes !== undefined) put(slice, ["components", "securitySchemes"], copy(schemes, references, budget));
  for (const reference of references) {
    const tokens = reference
      .slice(2)
      .split("/")
      .map((token) => decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~"));
    const target = find(document, tokens);
    if (target !== undefined) put(slice, tokens, copy(target, references, budget));
  }
  return slice;
}

/** `each` slices of every document under specs/, and, if wanted, of the real documents where they are present. */
export function readSlices(each: number, real: boolean): readonly Slice[] {
  const slices: Slice[] = [];
  for (const folder of real ? [folders.own, folders.real] : [folders.own]) {
    for (const [index, name] of documentsIn(folder).entries()) {
      const document = parse(join(folder, name));
      if (!document) continue;
      const random = createRandom(7, index);
      for (let n = 0; n < each; n++) slices.push({ name: `${name}#${n}`, text: JSON.stringify(cut(document, random)) });
    }
  }
  return slices;
}
