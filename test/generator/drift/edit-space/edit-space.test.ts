/**
 * The space of all edits: each field of the model, added, removed and changed, in each direction. Each edit has a row of the
 * law, or a reason to be silent. A field that is new in the model fails here until somebody has decided what it means.
 */
import { join } from "node:path";
import { Project } from "ts-morph";
import { describe, expect, test } from "vitest";
import { diff, given, type Json, sent } from "../api-pair.ts";
import { documentFields, type FieldOfDocument, silentDocumentFields } from "./document-fields.ts";
import { components, schemaFields, silentSchemaFields } from "./schema-fields.ts";

const generator = join(import.meta.dirname, "../../../../generator");
const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
for (const file of ["model", "security-scheme", "schema-conditions"]) {
  project.addSourceFileAtPath(join(generator, `${file}.ts`));
}

function fieldsOf(name: string): string[] {
  const found = project.getSourceFiles().flatMap((file) => file.getInterface(name) ?? []);
  return found.flatMap((one) => one.getProperties().map((property) => property.getName()));
}

describe("the tables know the model", () => {
  test("schemas", () => {
    const wanted = [...fieldsOf("Schema"), ...fieldsOf("SchemaConditions")];
    expect(Object.keys(schemaFields).sort()).toEqual(wanted.sort());
  });
  test.each(Object.keys(documentFields))("%s", (name) => {
    expect(Object.keys(documentFields[name] ?? {}).sort()).toEqual(fieldsOf(name).sort());
  });
  test("silence has a field", () => {
    const fields = Object.entries(documentFields).flatMap(([name, all]) =>
      Object.keys(all).map((field) => `${name}.${field}`),
    );
    expect(Object.keys(silentSchemaFields).filter((field) => !(field in schemaFields))).toEqual([]);
    expect(Object.keys(silentDocumentFields).filter((field) => !fields.includes(field))).toEqual([]);
  });
});

async function rulesOf(base: Json, revision: Json): Promise<string[]> {
  return (await diff(base, revision)).map(({ rule }) => rule);
}

/** Every ordered pair of different states. */
function editsOf<T>(states: readonly (readonly [name: string, state: T | undefined])[]): [string, T, T][] {
  const edits: [string, T, T][] = [];
  for (const [before, base] of states) {
    for (const [after, revision] of states) {
      if (before !== after && base !== undefined && revision !== undefined) {
        edits.push([`${before} to ${after}`, base, revision]);
      }
    }
  }
  return edits;
}

function expectDecided(rules: readonly string[], isSilent: boolean): void {
  if (isSilent) expect(rules).toEqual([]);
  else expect(rules).not.toEqual([]);
  expect(rules).not.toContain("unknown-change");
}

// What the loader or planner makes has no form in a document.
const written = Object.entries(schemaFields).filter(([, { one }]) => one !== undefined);

describe.each(written)("Schema.%s", (field, { around = {}, one, other }) => {
  const of = (value: unknown): Json | undefined => (value === undefined ? undefined : { ...around, [field]: value });
  const states = [
    ["absent", around],
    ["one", of(one)],
    ["other", of(other)],
  ] as const;
  for (const [what, base, revision] of editsOf<Json>(states)) {
    for (const [direction, place] of [
      ["request", sent],
      ["response", given],
    ] as const) {
      test(`${what} in a ${direction}`, async () => {
        const inside = (schema: Json): Json => ({ type: "object", properties: { p: schema } });
        const rules = await rulesOf(place(inside(base), components), place(inside(revision), components));
        expectDecided(
          rules.filter((rule) => !/^schema-(added|removed|changed)$/.test(rule)),
          field in silentSchemaFields,
        );
        for (const rule of rules) expect(rule).toMatch(new RegExp(`^(${direction}-|schema-)`));
      });
    }
  }
});

const all = Object.entries(documentFields).flatMap(([name, fields]) =>
  Object.entries(fields)
    .filter(([, [absent, , other]]) => absent || other)
    .map(([field, states]): [string, FieldOfDocument] => [`${name}.${field}`, states]),
);

describe.each(all)("%s", (field, [absent, one, other]) => {
  for (const [what, base, revision] of editsOf<Json>([
    ["absent", absent],
    ["one", one],
    ["other", other],
  ])) {
    test(what, async () => expectDecided(await rulesOf(base, revision), field in silentDocumentFields));
  }
});
