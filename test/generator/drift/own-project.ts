/** Temporary projects made of the project's own providers. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { projectRoot, runIn } from "../explain/run-in-project.ts";

/** A copy of these providers' specs, generated; removed when the tests of the file are done. */
export async function ownProject(...providers: readonly string[]): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "couplet-drift-"));
  afterAll(() => rmSync(root, { recursive: true }));
  for (const name of providers)
    cpSync(join(projectRoot, "specs", name), join(root, "specs", name), { recursive: true });
  expect(await runIn(root, "generate")).toMatchObject({ code: 0, err: "" });
  return root;
}

/** A project of its own with the same files, so that tests can spoil it. */
export function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "couplet-drift-"));
  afterAll(() => rmSync(copy, { recursive: true }));
  cpSync(root, copy, { recursive: true });
  return copy;
}

export const readIn = (root: string, path: string): string => readFileSync(join(root, path), "utf8");
export const existsIn = (root: string, path: string): boolean => existsSync(join(root, path));

export function editIn(root: string, path: string, edit: (text: string) => string): void {
  const before = readIn(root, path);
  const after = edit(before);
  expect(after).not.toBe(before);
  writeFileSync(join(root, path), after);
}
