import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmittedFile } from "../../../generator/emit/scan.ts";
import { emitVersion } from "../../../generator/emit/version.ts";
import type { VersionPlan } from "../../../generator/model.ts";

export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes an emitted version below the ignored `test/.tmp`, where the runtime can be imported. Returns its folder. */
export function writeVersion(name: string, plan: VersionPlan): string {
  const folder = join(root, "test/.tmp", name);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, file] of emitVersion(plan)) {
    // Not under its own name: vitest would run it.
    const target = join(folder, path.replace("contract.test.ts", "contract-suite.ts"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.text);
  }
  return folder;
}

export function text(files: ReadonlyMap<string, EmittedFile>, path: string): string {
  const file = files.get(path);
  if (file === undefined) throw new Error(`no file ${path}`);
  return file.text;
}

interface OldCompiler {
  readonly ScriptTarget: { readonly ESNext: number };
  createSourceFile(
    name: string,
    text: string,
    target: number,
  ): { readonly parseDiagnostics: readonly { readonly messageText: unknown }[] };
}

/** Syntax errors, by the generator's own TypeScript: the workspace's has no such API. */
export function syntaxErrors(path: string, source: string): unknown[] {
  const ts = createRequire(new URL("../../../generator/package.json", import.meta.url))("typescript") as OldCompiler;
  return ts
    .createSourceFile(path, source, ts.ScriptTarget.ESNext)
    .parseDiagnostics.map(({ messageText }) => messageText);
}
