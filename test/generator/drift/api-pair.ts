/** Small documents for rows of a table: a base, a revision, and what a client is told. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import type { DiffOptions } from "../../../generator/drift/diff-options.ts";
import type { Finding } from "../../../generator/drift/finding.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument } from "../../../generator/model.ts";

export type Json = Record<string, unknown>;

/** `[what, base, revision, findings]`; a finding is `severity rule`, with `!` for what breaks every call. */
export type Row = readonly [
  what: string,
  base: Json,
  revision: Json,
  findings: readonly string[],
  options?: DiffOptions | undefined,
];

/** A document around some parts. */
export function api(parts: Json): Json {
  return { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: {}, ...parts };
}

/** `POST /things` around the parts of one operation. */
export function operation(parts: Json, more: Json = {}): Json {
  return api({ paths: { "/things": { post: { responses: { "204": { description: "" } }, ...parts } } }, ...more });
}

/** An operation that is sent a value. */
export function sent(schema: unknown, schemas: Json = {}): Json {
  return operation({ requestBody: { content: { "application/json": { schema } } } }, { components: { schemas } });
}

/** An operation that gives a value. */
export function given(schema: unknown, schemas: Json = {}): Json {
  const content = { "application/json": { schema } };
  return operation({ responses: { "200": { description: "", content } } }, { components: { schemas } });
}

/** An operation with one query parameter. */
export function query(parameter: Json): Json {
  return operation({ parameters: [{ name: "q", in: "query", schema: { type: "string" }, ...parameter }] });
}

/** Loads what stands in a text. */
export async function loadText(text: string): Promise<ApiDocument> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-drift-"));
  try {
    writeFileSync(join(folder, "a.json"), text);
    // What is compared is whatever was read: the documents need not be held against OpenAPI as well.
    return await loadDocument("a.json", { cwd: folder, isKnown: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const loaded = new Map<string, Promise<ApiDocument>>();

/** Each text once: rows share their bases. */
export function load(document: Json): Promise<ApiDocument> {
  const text = JSON.stringify(document, null, 1);
  const known = loaded.get(text) ?? loadText(text);
  loaded.set(text, known);
  return known;
}

export async function diff(base: Json, revision: Json, options: DiffOptions = {}): Promise<Finding[]> {
  return diffDocuments(await load(base), await load(revision), options);
}

export function told({ severity, breaks, rule }: Finding): string {
  return `${severity}${breaks === "callers" ? "!" : ""} ${rule}`;
}
