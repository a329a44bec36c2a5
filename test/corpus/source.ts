/** The raw document, read without the generator: values by file, and references followed. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

export type Value = null | boolean | number | string | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [key: string]: Value;
}

/** A value and the file that it stands in. */
export interface Place {
  readonly file: string;
  /** JSON Pointer from the root of the file. */
  readonly pointer: string;
  readonly value: Value;
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function member(value: Value | undefined, key: string): Value | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as ObjectValue)[key];
}

export function step(place: Place, key: string): Place | undefined {
  const value = member(place.value, key);
  const token = key.replaceAll("~", "~0").replaceAll("/", "~1");
  return value === undefined ? undefined : { file: place.file, pointer: `${place.pointer}/${token}`, value };
}

/** Keys whose content is data, where `$ref` and `schema` mean nothing. */
export function isData(key: string): boolean {
  return /^(example|examples|default|enum|const|x-.*)$/.test(key);
}

export class Source {
  readonly root: Place;
  readonly #values = new Map<string, Value>();

  constructor(file: string) {
    this.root = { file, pointer: "", value: this.#read(file) };
  }

  #read(file: string): Value {
    const known = this.#values.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const value: Value = file.endsWith(".json") ? JSON.parse(text) : parse(text, { maxAliasCount: -1, merge: true });
    this.#values.set(file, value);
    return value;
  }

  /** The target of a reference that stands in `from`; undefined when it leads nowhere, or out to the network. */
  follow(from: string, reference: string): Place | undefined {
    const [path = "", fragment = ""] = reference.split("#", 2);
    if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return undefined;
    const file = path === "" ? from : resolve(dirname(from), decode(path));
    if (path !== "" && !(existsSync(file) && statSync(file).isFile())) return undefined;
    let place: Place | undefined = { file, pointer: "", value: this.#read(file) };
    for (const token of fragment.split("/").slice(1)) {
      place = place && step(place, decode(token).replaceAll("~1", "/").replaceAll("~0", "~"));
    }
    // A plain name: an anchor, or nothing that can be followed.
    return fragment !== "" && !fragment.startsWith("/") ? undefined : place;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
