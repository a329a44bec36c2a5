/** What a generated declaration says now and said before: whether a type check can see a change. */
import { posix } from "node:path";
import { ts } from "ts-morph";
import { pathTo } from "./bound-symbols.ts";
import type { BoundVersion } from "./bound-versions.ts";

/** `gone`: nothing is declared there any more. `same`: the compiler cannot know. */
export type Visibility = "same" | "changed" | "gone";

export function visibilityOf(declaration: ts.Node, of: BoundVersion, revised: ts.Program): Visibility {
  const place = pathTo(declaration);
  if (place === undefined || !ts.isIdentifier(place.top.name)) return "same";
  const name = posix.basename(declaration.getSourceFile().fileName).replace(/(?:\.d)?\.ts$/, "");
  const file = revised.getSourceFile(posix.join(of.folder, `${name}.ts`));
  const found = file && find(file, place.top.name.text, place.path);
  if (found === undefined) return "gone";
  return textOf(found) === textOf(declaration) ? "same" : "changed";
}

/** The member at a path of names. A path can lead through lists and unions, which have no name. */
function find(file: ts.SourceFile, top: string, path: readonly string[]): ts.Node | undefined {
  for (const statement of file.statements) {
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : statement;
    if (declared === undefined || !("name" in declared)) continue;
    const { name } = declared as ts.DeclarationStatement | ts.VariableDeclaration;
    if (name !== undefined && ts.isIdentifier(name) && name.text === top) return descend(declared, path);
  }
  return undefined;
}

function descend(node: ts.Node, [name, ...rest]: readonly string[]): ts.Node | undefined {
  if (name === undefined) return node;
  return ts.forEachChild(node, (child): ts.Node | undefined => {
    if (!ts.isPropertySignature(child) && !ts.isMethodSignature(child)) return descend(child, [name, ...rest]);
    return "text" in child.name && child.name.text === name ? descend(child, rest) : undefined;
  });
}

/** Without comments, and without what the declaration emit prints in another way. */
function textOf(node: ts.Node): string {
  const source = node.getSourceFile().text;
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, source);
  const tokens: string[] = [];
  scanner.setTextPos(node.getStart());
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken && scanner.getTokenEnd() <= node.end; ) {
    const isMark = [ts.SyntaxKind.BarToken, ts.SyntaxKind.SemicolonToken, ts.SyntaxKind.CommaToken].includes(kind);
    if (!isMark) tokens.push(kind === ts.SyntaxKind.StringLiteral ? scanner.getTokenValue() : scanner.getTokenText());
    kind = scanner.scan();
  }
  return tokens.join(" ");
}
