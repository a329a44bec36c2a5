/** A place of the consumer's code that touches a field, type or operation of a generated version. */
import { ts } from "ts-morph";
import type { Json } from "../../model.ts";
import type { UsageKind } from "../finding.ts";
import type { BoundVersion } from "./bound-versions.ts";

export interface FoundSite {
  readonly of: BoundVersion;
  /** In the normalised document of the version. */
  readonly pointer: string;
  readonly how: UsageKind;
  readonly file: ts.SourceFile;
  /** Offsets in the text of the file. */
  readonly start: number;
  readonly end: number;
  /** The value that is compared with, or written. */
  readonly value?: Json;
  /** Stands for the field through a variable or a literal, not by its name. */
  readonly held: boolean;
  /** In the generated file. */
  readonly declaration: ts.Node;
}

/** The value of a literal, or undefined for any other expression. */
export function literalValue(node: ts.Node): Json | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  return node.kind === ts.SyntaxKind.NullKeyword ? null : undefined;
}
