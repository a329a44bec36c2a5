import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Diagnostic, InputError } from "../../../generator/errors.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument } from "../../../generator/model.ts";

export type Files = Readonly<Record<string, string | Uint8Array | object>>;

/** Writes files into a folder of their own that goes with the test; objects become JSON. */
export function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "couplet-load-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const raw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(folder, name), raw ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** Loads the first of the files. */
export function load(files: Files, strict = false): Promise<ApiDocument> {
  return loadDocument(Object.keys(files)[0] as string, { cwd: folderOf(files), strict });
}

/** The findings with which the first of the files is refused. */
export async function refusal(files: Files, strict = false): Promise<readonly Diagnostic[]> {
  try {
    await load(files, strict);
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics;
    throw error;
  }
  throw new Error("the document was accepted");
}

/** A document around some parts. */
export function document(parts: object, openapi = "3.1.0"): object {
  return { openapi, info: { title: "Test", version: "1" }, paths: {}, ...parts };
}

/** A document with one operation, `POST /things`. */
export function withOperation(operation: object, parts: object = {}, openapi = "3.1.0"): object {
  const responses = { "200": { description: "ok" } };
  return document({ paths: { "/things": { post: { responses, ...operation } } }, ...parts }, openapi);
}
