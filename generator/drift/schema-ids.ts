/**
 * Content hashes of schemas (a Merkle tree; circles as a whole): equal hash, equal meaning to a client. Names of schemas,
 * descriptions, examples and the order of what has none do not count.
 */
import { hash } from "node:crypto";
import type { Schema } from "../model.ts";
import { componentGroups } from "./component-groups.ts";
import { Shapes } from "./schema-shape.ts";
import { effective, type Part, type Schemas, slotOf } from "./schema-slot.ts";
import { flagsText, shapeText } from "./shape-text.ts";

/** Rounds in which the members of a circle learn of each other; whoever is farther apart shares the list of all. */
const MAX_ROUNDS = 16;

const texts = new Map<string, string>();

/** 128 bits of SHA-256. */
export function digest(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const made = hash("sha256", text, "base64url").slice(0, 22);
  if (texts.size > 300_000) texts.clear();
  texts.set(text, made);
  return made;
}

export class SchemaIds {
  readonly shapes: Shapes;
  readonly #schemas: Schemas;
  readonly #names = new Map<string, string>();
  readonly #cores = new WeakMap<Schema, string>();
  /** Of the members of the circle that is looked at. */
  #colours = new Map<string, string>();
  /** Cores that depend on them. */
  #passing = new Map<Schema, string>();
  #isOpen = false;
  readonly #inside = new Set<Schema>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
    this.shapes = new Shapes(schemas);
    for (const group of componentGroups(schemas, this.shapes)) {
      if (group.isCircle) this.#addCircle(group.names);
      else for (const name of group.names) this.#names.set(name, this.#coreOfName(name));
    }
  }

  /** Of a schema at its place, with what the place says. */
  of(part: Part): string {
    const slot = slotOf(part, this.#schemas);
    const core = slot.name === undefined ? this.#core(slot.schema) : this.#named(slot.name, slot.schema);
    const flags = slot.inner === slot.outer ? "" : flagsText(effective(slot));
    return flags === "" ? core : digest(`${flags} ${core}`);
  }

  #named(name: string, schema: Schema): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const colour = this.#colours.get(name);
    if (colour === undefined) return this.#core(schema);
    this.#isOpen = true;
    return colour;
  }

  #coreOfName(name: string): string {
    const slot = slotOf({ schema: this.#schemas.get(name) ?? {}, pointer: "" }, this.#schemas);
    // A second name of another schema is that one.
    return slot.name === undefined || slot.name === name
      ? this.#core(slot.schema)
      : this.#named(slot.name, slot.schema);
  }

  #core(schema: Schema): string {
    const known = this.#cores.get(schema) ?? this.#passing.get(schema);
    if (known !== undefined) {
      if (this.#passing.has(schema)) this.#isOpen = true;
      return known;
    }
    // `allOf` over circles makes schemas that contain themselves without a name in between.
    if (this.#inside.has(schema)) return "circle";
    this.#inside.add(schema);
    const before = this.#isOpen;
    this.#isOpen = false;
    const core = digest(shapeText(this.shapes.of(schema), (part) => this.of(part)));
    this.#inside.delete(schema);
    if (this.#isOpen) this.#passing.set(schema, core);
    else this.#cores.set(schema, core);
    this.#isOpen ||= before;
    return core;
  }

  #addCircle(names: readonly string[]): void {
    this.#colours = new Map(names.map((name) => [name, ""]));
    let distinct = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#passing = new Map();
      this.#colours = new Map(names.map((name) => [name, this.#coreOfName(name)]));
      const now = new Set(this.#colours.values()).size;
      if (now === distinct) break;
      distinct = now;
    }
    const all = digest([...new Set(this.#colours.values())].sort().join());
    for (const [name, colour] of this.#colours) this.#names.set(name, digest(`${colour} of ${all}`));
    this.#colours = new Map();
    this.#passing = new Map();
    this.#isOpen = false;
  }
}
