import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { ts } from "ts-morph";

export interface Import {
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path in the tree, for relative specifiers. */
  readonly target?: string;
  /** `type` imports vanish; `dynamic` ones are loaded when they are reached. */
  readonly kind: "value" | "type" | "dynamic";
}

export interface SourceFile {
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Line of a default export. */
  readonly defaultExport?: number;
}

/** Source files by path from the root of the project, with `/`. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

const skipped = ["node_modules", "dist", "fixtures", ".tmp", ".cache", ".vitest"];
const code = /\.(ts|mts|js|mjs)$/;

/** Reads all code under folders of the project. */
export function readTree(root: string, folders: readonly string[]): SourceTree {
  const tree = new Map<string, SourceFile>();
  function visit(folder: string): void {
    for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skipped.includes(entry.name)) visit(path);
      else if (entry.isFile() && (code.test(path) || path.endsWith(".hbs"))) {
        tree.set(path, parseSource(path, readFileSync(`${root}/${path}`, "utf8")));
      }
    }
  }
  for (const folder of folders) visit(folder);
  return tree;
}

/** Imports and exports of one file; other files than code have none. */
export function parseSource(path: string, text: string): SourceFile {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (!code.test(path)) return { text, lines, imports: [] };
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const imports: Import[] = [];
  let defaultExport: number | undefined;
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  function add(node: ts.Node, specifier: ts.Node | undefined, kind: Import["kind"]): void {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const relative = specifier.text.startsWith(".");
    const target = relative ? { target: posix.join(posix.dirname(path), specifier.text) } : {};
    imports.push({ line: lineOf(node), specifier: specifier.text, kind, ...target });
  }
  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ? "type" : "value");
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly ? "type" : "value");
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, "type");
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], "dynamic");
    } else if (ts.isExportAssignment(node) || isDefault(node)) defaultExport = lineOf(node);
    ts.forEachChild(node, visit);
  }
  visit(source);
  return { text, lines, imports, ...(defaultExport === undefined ? {} : { defaultExport }) };
}

function isDefault(node: ts.Node): boolean {
  if (ts.isExportSpecifier(node)) return node.name.text === "default";
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
