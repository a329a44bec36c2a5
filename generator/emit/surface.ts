/** The public types of a version as one hash, so that "our API is the same" is known without a type check. */
import { createHash } from "node:crypto";
import { compiler } from "./compiler.ts";
import type { EmittedFile } from "./scan.ts";

const { SyntaxKind } = compiler;

const opening = new Set([SyntaxKind.OpenBraceToken, SyntaxKind.OpenBracketToken, SyntaxKind.OpenParenToken]);
const closing = new Set([SyntaxKind.CloseBraceToken, SyntaxKind.CloseBracketToken, SyntaxKind.CloseParenToken]);

/**
 * What a generated module declares, as tokens joined by spaces: without comments, imports, the values of constants and
 * the bodies of functions. Generated constants and functions have their types written out, so nothing is lost. TypeScript's own
 * `transpileDeclaration` says the same (a test compares them) and takes ten times as long.
 */
export function declarations(text: string): string {
  const scanner = compiler.createScanner(compiler.ScriptTarget.ESNext, true, compiler.LanguageVariant.Standard, text);
  const kept: string[] = [];
  let depth = 0;
  /** The word that the statement is about; `skipping` while its value or body goes by. */
  let about: "import" | "const" | "function" | "type" | undefined;
  let skipping = false;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (depth === 0) {
      if (kind === SyntaxKind.ImportKeyword) about ??= "import";
      else if (kind === SyntaxKind.ConstKeyword) about ??= "const";
      else if (kind === SyntaxKind.FunctionKeyword) about ??= "function";
      else if (kind === SyntaxKind.TypeKeyword || kind === SyntaxKind.InterfaceKeyword) about ??= "type";
      if (about === "import" || (kind === SyntaxKind.EqualsToken && about === "const")) skipping = true;
      if (kind === SyntaxKind.OpenBraceToken && about === "function") skipping = true;
    }
    const ends =
      depth === 0
        ? kind === SyntaxKind.SemicolonToken
        : depth === 1 && kind === SyntaxKind.CloseBraceToken && about === "function" && skipping;
    if (opening.has(kind)) depth++;
    else if (closing.has(kind)) depth--;
    if (!skipping || ends) kept.push(skipping ? ";" : scanner.getTokenText());
    const block = depth === 0 && kind === SyntaxKind.CloseBraceToken && about === "type";
    if (ends || block) {
      about = undefined;
      skipping = false;
    }
  }
  return kept.join(" ");
}

/** Files whose types people name: those of validators and mocks follow from them. */
function isPublic(path: string, file: EmittedFile): boolean {
  return (
    path.endsWith(".ts") && !path.includes("/") && file.check !== "data" && !/^(?:mocks|contract\.test)\.ts$/.test(path)
  );
}

/** sha256 over the declarations of a version's files, in the order of their paths. */
export function surfaceSha256(files: ReadonlyMap<string, EmittedFile>): string {
  const hash = createHash("sha256");
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (isPublic(path, file)) hash.update(`${path}\n${declarations(file.text)}\n`);
  return hash.digest("hex");
}
