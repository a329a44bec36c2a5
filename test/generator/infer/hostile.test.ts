/** Documents that mean harm: their text never leaves a comment or a scalar, and what is inferred is sound. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { InputError } from "../../../generator/errors.ts";
import { inferPolicy, type StarterPolicy } from "../../../generator/infer/starter-policy.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument } from "../../../generator/model.ts";
import { attacks, canary, hostileKeys } from "../../hostile/canary.ts";
import { errorsOf } from "./infer-harness.ts";

const folder = mkdtempSync(join(tmpdir(), "couplet-infer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const seed = 20261122;

const yamlTraps = [
  ..."- x|a: b|: |? a|# x|a #b|&a|*a|!!js x|%YAML 1.1|---|...|[|{|}|'|\"|`|@|>|~|null|true|on|y|no|1.0|0x1|2026-01-01".split(
    "|",
  ),
  "|",
  "a\n- b: c",
  "\t",
  "a\u0085b",
  `sk_${"live"}_4242424242424242`,
  "x".repeat(300),
  `${"*".repeat(12)}`,
];
const word = fc.oneof(
  fc.constantFrom(...attacks, ...hostileKeys, ...yamlTraps),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("cursor", "page", "limit", "next_cursor", "data", "api"),
);

/** A document in which every place that is read for a policy holds such a word, beside what makes it be read. */
const hostileDocument = fc.array(word, { minLength: 16, maxLength: 16 }).map((words) => {
  const [id, tag, param, field, scheme, header, text, url, variable, value, key, hint, second, scope, title, place] =
    words as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
  const page = {
    type: "object",
    properties: {
      [field]: { type: "array", items: { type: "object", properties: { id: { type: "string" } } } },
      [second]: { type: "string", description: text, format: "uri" },
      links: { type: "object", properties: { next: { type: "string", description: text } } },
    },
  };
  const ok = {
    description: text,
    headers: {
      [header]: { schema: { type: "string" } },
      "X-RateLimit-Reset": { description: text, schema: { type: "integer" } },
    },
    content: { "application/json": { schema: page } },
  };
  const get = {
    operationId: id,
    tags: [tag],
    description: text,
    "x-speakeasy-pagination": {
      type: "cursor",
      inputs: [{ type: "cursor", name: hint }],
      outputs: { nextCursor: hint },
    },
    "x-couplet-policy": { [key]: { [hint]: [text, value] } },
    "x-a-ratelimit": { [key]: hint },
    parameters: [
      { name: param, in: "query", schema: { type: "integer", default: 1 } },
      { name: "cursor", in: "query", schema: { type: "string" } },
      { name: "Api-Version", in: "header", schema: { type: "string", enum: [value] }, description: text },
    ],
    responses: { "200": ok, "429": ok },
  };
  const post = {
    operationId: second,
    parameters: [{ name: "Idempotency-Key", in: "header", description: text, schema: { type: "string" } }],
    responses: { "200": ok },
    security: [{ [second]: [] }, { [scheme]: [] }],
  };
  return {
    openapi: "3.1.0",
    info: { title, version: value },
    servers: [
      { url: `https://api.acme.example/${url}`, description: text },
      { url: "https://{v}.acme.example", variables: { v: { default: variable }, [variable]: { default: value } } },
      { url, description: place },
    ],
    security: [{ [scheme]: [] }],
    "x-fern-idempotency-headers": [{ header: hint }],
    paths: { [`/${place}`]: { get, post }, "/things": { get: { ...get, operationId: `${id}2` } } },
    components: {
      securitySchemes: Object.fromEntries([
        [scheme, { type: "apiKey", in: "header", name: header, description: text }],
        [second, { type: "oauth2", flows: { clientCredentials: { tokenUrl: url, scopes: { [scope]: text } } } }],
      ]),
    },
  };
});

async function accepted(tree: object): Promise<ApiDocument | undefined> {
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(tree));
  try {
    return await loadDocument("openapi.json", { cwd: folder });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Outside of quotes and comments nothing of the document's own making stands on a line. */
function checkText({ text, data }: StarterPolicy): void {
  expect(plain(parse(text, { uniqueKeys: true, strict: true }))).toEqual(plain(data));
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(text).not.toContain("4242424242424242");
  for (const line of text.split("\n")) expect(line).toMatch(/^ *(?:#|- |[\w"'-]|\? |: |\$|$)/);
}

test("for all documents: the file parses, says what was inferred, hides nothing, and lints without errors", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(hostileDocument, async (tree) => {
      const document = await accepted(tree);
      if (document === undefined) return;
      read++;
      const policy = inferPolicy(document, "acme", "1");
      checkText(policy);
      expect((await errorsOf(policy.text, document)).map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    }),
    { seed, numRuns: 60 },
  );
  expect(read).toBeGreaterThan(20);
}, 120_000);

test.each(attacks)(
  "%j in all places stays where it is put",
  async (attack) => {
    const named = { operationId: attack, description: attack, tags: [attack] };
    const responses = {
      "429": { description: attack, headers: { "X-RateLimit-Reset": { description: attack, schema: {} } } },
    };
    const document = await accepted({
      openapi: "3.1.0",
      info: { title: attack, version: attack },
      servers: [{ url: "https://api.acme.example", description: attack }],
      security: [{ main: [] }],
      paths: { "/a": { get: { ...named, "x-couplet-policy": { [attack]: attack }, responses } } },
      components: {
        securitySchemes: { main: { type: "apiKey", in: "header", name: "Authorization", description: attack } },
      },
    });
    expect(document).toBeDefined();
    const policy = inferPolicy(document!, "acme", "1");
    checkText(policy);
    expect(Object.keys(policy.data)).toEqual(["policy", "provider", "servers", "credentials", "auth"]);
    expect(policy.text).toContain(canary.slice(0, 5));
    expect(await errorsOf(policy.text, document!)).toEqual([]);
  },
  30_000,
);
