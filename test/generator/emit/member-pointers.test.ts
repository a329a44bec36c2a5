import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { parseBindings, pointersOfMember } from "../../../generator/drift/usage/bindings.ts";
import { memberPointers } from "../../../generator/emit/member-pointers.ts";
import type { ApiDocument, Schema } from "../../../generator/model.ts";
import { loadProject } from "../../../generator/project.ts";
import { readPinned } from "../../../generator/revised-client.ts";
import { projectRoot } from "../explain/run-in-project.ts";

const text: Schema = { type: "string" };
const object = (properties: Record<string, Schema>): Schema => ({ type: "object", properties });

const rows: [what: string, schema: Schema, wanted: Record<string, unknown>][] = [
  ["members follow by name", object({ a: object({ b: text }) }), {}],
  ["a reference is another type's", object({ a: { $ref: "#/components/schemas/A" } }), {}],
  [
    "lists have no name",
    object({ a: { type: "array", items: object({ b: text }) } }),
    {
      "/a/b": "/properties/a/items/properties/b",
    },
  ],
  [
    "below an exception names follow again",
    object({ a: { type: "array", items: object({ b: object({ c: text }) }) } }),
    {
      "/a/b": "/properties/a/items/properties/b",
    },
  ],
  [
    "maps have no name",
    object({ a: { type: "object", additionalProperties: object({ b: text }) } }),
    {
      "/a/b": "/properties/a/additionalProperties/properties/b",
    },
  ],
  [
    "a part of a composition",
    { allOf: [{ $ref: "#/components/schemas/A" }, object({ b: text })] },
    {
      "/b": "/allOf/1/properties/b",
    },
  ],
  [
    "parts that share a name",
    { anyOf: [object({ a: text }), object({ a: text, b: text })] },
    {
      "/a": ["/anyOf/0/properties/a", "/anyOf/1/properties/a"],
      "/b": "/anyOf/1/properties/b",
    },
  ],
  [
    "beside its own",
    { ...object({ a: text }), oneOf: [object({ a: text })] },
    {
      "/a": ["/properties/a", "/oneOf/0/properties/a"],
    },
  ],
  [
    "tuples",
    object({ a: { type: "array", prefixItems: [object({ b: text })] } }),
    {
      "/a/b": "/properties/a/prefixItems/0/properties/b",
    },
  ],
  [
    "names that pointers escape",
    { type: "array", items: object({ "a/b~c": text }) },
    {
      "/a~1b~0c": "/items/properties/a~1b~0c",
    },
  ],
];

test.each(rows)("%s", (_, schema, wanted) => {
  const found = memberPointers(schema);
  expect({ ...found }).toEqual(wanted);
});

/** The schema at a pointer of the normalised document. */
function at(document: ApiDocument, pointer: string): unknown {
  const tokens = pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const [, , name, ...rest] = tokens;
  let value: unknown = document.schemas.get(name!);
  for (const token of rest) value = (value as Record<string, unknown> | undefined)?.[token];
  return value;
}

/** Paths of names of all members that a declaration has. */
function memberPaths(node: ts.Node, path: readonly string[] = []): string[][] {
  const found: string[][] = [];
  ts.forEachChild(node, (child) => {
    if (!ts.isPropertySignature(child)) found.push(...memberPaths(child, path));
    else if ("text" in child.name) {
      const below = [...path, child.name.text];
      found.push(below, ...memberPaths(child, below));
    }
  });
  return found;
}

describe("every member of a named schema leads to its schema", async () => {
  const workspace = await loadProject(projectRoot);
  const versions = workspace.providers.flatMap((sources) =>
    sources.versions.map(({ version }) => ({ sources, version, name: `${sources.provider}@${version}` })),
  );
  test.each(versions)("$name", async ({ sources, version }) => {
    const document = await readPinned(workspace, sources, version);
    const folder = join(projectRoot, "generated", sources.provider, version);
    const bindings = parseBindings("bindings.json", readFileSync(join(folder, "bindings.json"), "utf8"));
    const wrong: string[] = [];
    let count = 0;
    for (const name of readdirSync(folder).filter((one) => /^[\w-]+\.ts$/.test(one))) {
      const file = ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.Latest, true);
      for (const statement of file.statements) {
        if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) continue;
        const type = bindings.types[statement.name.text];
        if (type?.file !== name || !type.pointer?.startsWith("/components/schemas/")) continue;
        for (const path of memberPaths(statement)) {
          count++;
          for (const pointer of pointersOfMember(type, path))
            if (at(document, pointer) === undefined) wrong.push(`${statement.name.text} ${path.join(".")}: ${pointer}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(20);
  });
});
