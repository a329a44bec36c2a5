/**
 * The last look before anything is written: every emitted code file is read token by token, and text that came from a
 * document or a policy must stand where the printer meant it to. It can only fail through a fault in the generator.
 */
import type ts from "typescript";
import { compiler } from "./compiler.ts";
import type { ForeignKind } from "./printer.ts";

/** Where foreign text stands in a file, in UTF-16 units. */
export interface ForeignSpan {
  readonly start: number;
  readonly end: number;
  readonly as: ForeignKind;
}

/** A file as it will be written. */
export interface EmittedFile {
  readonly text: string;
  readonly check: "code" | "types" | "data" | "markdown";
  /** Ascending; only for code. */
  readonly foreign?: readonly ForeignSpan[];
}

interface Token {
  readonly kind: ts.SyntaxKind;
  readonly start: number;
  readonly end: number;
}

const { SyntaxKind } = compiler;
// A slash token is where a regular expression would start: generated code has neither those nor divisions.
const refused = new Set<ts.SyntaxKind>([
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.SlashToken,
  SyntaxKind.SlashEqualsToken,
  SyntaxKind.ConflictMarkerTrivia,
  SyntaxKind.ShebangTrivia,
  SyntaxKind.NonTextFileMarkerTrivia,
  SyntaxKind.AtToken,
  SyntaxKind.HashToken,
  SyntaxKind.Unknown,
]);

function fail(path: string, offset: number, what: string): never {
  throw new Error(`internal error: ${path}, offset ${offset}: ${what}; nothing was written`);
}

function* tokens(path: string, text: string): Generator<Token> {
  const scanner = compiler.createScanner(compiler.ScriptTarget.ESNext, false, compiler.LanguageVariant.Standard, text);
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const start = scanner.getTokenStart();
    if (refused.has(kind)) fail(path, start, `a ${SyntaxKind[kind]} is not expected in generated code`);
    if (scanner.isUnterminated()) fail(path, start, `an unterminated ${SyntaxKind[kind]}`);
    yield { kind, start, end: scanner.getTokenEnd() };
  }
}

function holds(token: Token, span: ForeignSpan): boolean {
  const exact = token.start === span.start && token.end === span.end;
  switch (span.as) {
    case "literal":
      return exact && token.kind === SyntaxKind.StringLiteral;
    case "comment":
      return exact && token.kind === SyntaxKind.MultiLineCommentTrivia;
    case "identifier":
      // Contextual keywords (`type`, `of`, `async`) are identifiers where the printer puts them.
      return (
        exact &&
        (token.kind === SyntaxKind.Identifier || token.kind > SyntaxKind.LastReservedWord) &&
        isWord(token.kind)
      );
    case "property":
      return exact && isWord(token.kind);
  }
}

function isWord(kind: ts.SyntaxKind): boolean {
  return kind === SyntaxKind.Identifier || (kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword);
}

function scanCode(path: string, file: EmittedFile): void {
  const spans = file.foreign ?? [];
  let next = 0;
  for (const token of tokens(path, file.text)) {
    for (let span = spans[next]; span !== undefined && span.start < token.end; span = spans[++next]) {
      if (!holds(token, span)) fail(path, span.start, `foreign text is not one ${span.as}`);
    }
  }
  if (next < spans.length) fail(path, file.text.length, "foreign text outside the file");
}

const brackets = new Map<ts.SyntaxKind, number>([
  [SyntaxKind.OpenBraceToken, 1],
  [SyntaxKind.OpenBracketToken, 1],
  [SyntaxKind.OpenParenToken, 1],
  [SyntaxKind.CloseBraceToken, -1],
  [SyntaxKind.CloseBracketToken, -1],
  [SyntaxKind.CloseParenToken, -1],
]);

/** Throws unless the text is nothing but `export interface`, `export type` (also `{}`) and `import type` statements. */
export function scanTypes(path: string, text: string): void {
  let words: ts.SyntaxKind[] = [];
  let depth = 0;
  for (const token of tokens(path, text)) {
    if (token.kind <= SyntaxKind.LastTriviaToken) continue;
    if (depth === 0 && words.length < 2) {
      words.push(token.kind);
      const [first, second] = words;
      const known =
        (first === SyntaxKind.ExportKeyword &&
          (second === undefined || second === SyntaxKind.InterfaceKeyword || second === SyntaxKind.TypeKeyword)) ||
        (first === SyntaxKind.ImportKeyword && (second === undefined || second === SyntaxKind.TypeKeyword));
      if (!known) fail(path, token.start, "a statement that declares no type");
      continue;
    }
    depth += brackets.get(token.kind) ?? 0;
    if (depth < 0) fail(path, token.start, "an unmatched bracket");
    const closes = words[1] === SyntaxKind.InterfaceKeyword ? SyntaxKind.CloseBraceToken : SyntaxKind.SemicolonToken;
    if (depth === 0 && token.kind === closes) words = [];
  }
  if (depth !== 0 || words.length > 0) fail(path, text.length, "an unfinished statement");
}

/**
 * Checks one emitted file. Throws an internal error when foreign text is not exactly one string literal, one comment
 * or one name, when a template literal or regular expression occurs, or when a file of types holds anything else.
 * Data is what JSON.stringify wrote, and Markdown is escaped where it is made.
 */
export function scanEmitted(path: string, file: EmittedFile): void {
  if (file.check === "code") scanCode(path, file);
  else if (file.check === "types") scanTypes(path, file.text);
}
