import type { TypeRef, VersionPlan } from "../model.ts";
import { type Code, code, type Importable, list, plainType, symbol, union } from "./printer.ts";
import { runtimeType } from "./symbols.ts";

const filesOfPlans = new WeakMap<VersionPlan, ReadonlyMap<string, string>>();

/** Files of a plan's namespaces by file and by name; the first of two that fit. */
function filesOf(plan: VersionPlan): ReadonlyMap<string, string> {
  let files = filesOfPlans.get(plan);
  if (files === undefined) {
    const entries = plan.namespaces.flatMap(({ file, name }) => [[file, file] as const, [name, file] as const]);
    files = new Map(entries.reverse());
    filesOfPlans.set(plan, files);
  }
  return files;
}

/** The file (without extension, below the version folder) that declares a named type. */
export function homeOf(plan: VersionPlan, typeName: string): string {
  const home = plan.types.get(typeName)?.home;
  if (home === undefined) throw new Error(`internal error: the type ${JSON.stringify(typeName)} is not planned`);
  if (home === "schema") return home;
  const file = filesOf(plan).get(home);
  if (file === undefined) throw new Error(`internal error: no file declares the type ${typeName}`);
  return file;
}

/** The type as an import of a file beside its home. */
export function importedType(plan: VersionPlan, typeName: string): Importable {
  return { name: typeName, from: `./${homeOf(plan, typeName)}.ts`, type: true };
}

const hideable = new Set([
  "Blob",
  "Uint8Array",
  "ArrayBuffer",
  "ReadableStream",
  "ResponseInit",
  "Iterable",
  "AsyncIterable",
]);

/** A global type; through `globalThis` where a named type of the version hides it. */
export function globalType(plan: VersionPlan, name: string): Code {
  return hideable.has(name) && plan.types.has(name) ? code`globalThis.${plainType(name)}` : plainType(name);
}

/** A mention of a type. `named` says how a named type is reached from the file at hand. */
function typeRef(plan: VersionPlan, ref: TypeRef, named: (name: string) => Code): Code {
  switch (ref.kind) {
    case "named":
      return named(ref.name);
    case "array": {
      const item = typeRef(plan, ref.of, named);
      return ref.of.kind === "plain" && ref.of.text.includes("|") ? code`(${item})[]` : code`${item}[]`;
    }
    case "wrapped": {
      const item = list("<>", [typeRef(plan, ref.of, named)]);
      if (ref.in !== "Lines") return code`${symbol(runtimeType(ref.in))}${item}`;
      return union([code`${globalType(plan, "Iterable")}${item}`, code`${globalType(plan, "AsyncIterable")}${item}`]);
    }
    case "plain":
      return union(ref.text.split(" | ").map((name) => globalType(plan, name)));
  }
}

/** Mentions types from a file of the version folder: its own by name, others by import. */
export function typesSeenFrom(plan: VersionPlan, file: string, own: (name: string) => Code): (ref: TypeRef) => Code {
  const named = (name: string): Code => (homeOf(plan, name) === file ? own(name) : symbol(importedType(plan, name)));
  return (ref) => typeRef(plan, ref, named);
}
