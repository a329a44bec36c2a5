import { ts } from "ts-morph";
import { type BoundSymbols, createBoundSymbols } from "./bound-symbols.ts";
import { type BoundVersion, findBoundVersions } from "./bound-versions.ts";
import type { FoundSite } from "./found-site.ts";
import { createValueFlow } from "./value-flow.ts";
import { walkFile } from "./walk-file.ts";

export interface Usages {
  readonly versions: readonly BoundVersion[];
  readonly symbols: BoundSymbols;
  /** Every place once, in the order of the program. */
  readonly sites: readonly FoundSite[];
  /** The consumer's own files that generated code is reached from: no other can be broken by it. */
  readonly files: readonly ts.SourceFile[];
}

/** One pass over the consumer's program: all places that touch what the generated versions declare. */
export function findUsages(program: ts.Program): Usages {
  const checker = program.getTypeChecker();
  const versions = findBoundVersions(program);
  const symbols = createBoundSymbols(versions, checker);
  const flow = createValueFlow(checker, symbols);
  const files = reachingFiles(program, checker, versions);
  const sites = new Map<string, FoundSite>();
  const ids = new Map(files.map((file, index) => [file, index]));
  const options = program.getCompilerOptions();
  for (const file of files) {
    walkFile(file, {
      checker,
      symbols,
      flow,
      isLibrary: options.declaration === true || options.composite === true,
      found(site) {
        const value = site.value === undefined ? "" : JSON.stringify(site.value);
        const key = `${site.of.folder} ${site.pointer} ${site.how} ${ids.get(site.file)} ${site.start} ${value}`;
        if (!sites.has(key)) sites.set(key, site);
      },
    });
  }
  return { versions, symbols, sites: [...sites.values()], files };
}

/** The consumer's own files from which imports lead to generated code. */
function reachingFiles(
  program: ts.Program,
  checker: ts.TypeChecker,
  versions: readonly BoundVersion[],
): ts.SourceFile[] {
  const bound = new Set(versions.flatMap(({ files }) => [...files.values()]));
  const packages = versions.map(({ folder }) => `${folder.slice(0, folder.lastIndexOf("/"))}/`);
  const others = program
    .getSourceFiles()
    .filter(
      (file) =>
        !program.isSourceFileDefaultLibrary(file) && !packages.some((folder) => file.fileName.startsWith(folder)),
    );
  const importers = new Map<ts.SourceFile, ts.SourceFile[]>();
  const reached = new Set<ts.SourceFile>(bound);
  for (const file of others) {
    for (const target of importsOf(file, checker)) {
      const known = importers.get(target);
      if (known) known.push(file);
      else importers.set(target, [file]);
    }
  }
  const queue = [...bound];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const file of importers.get(next) ?? []) {
      if (reached.has(file)) continue;
      reached.add(file);
      queue.push(file);
    }
  }
  return others.filter((file) => reached.has(file) && !program.isSourceFileFromExternalLibrary(file));
}

function importsOf(file: ts.SourceFile, checker: ts.TypeChecker): ts.SourceFile[] {
  const found: ts.SourceFile[] = [];
  const add = (specifier: ts.Node): void => {
    for (const declaration of checker.getSymbolAtLocation(specifier)?.declarations ?? [])
      if (ts.isSourceFile(declaration)) found.push(declaration);
  };
  for (const statement of file.statements) {
    const imports = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    if (imports && statement.moduleSpecifier !== undefined) add(statement.moduleSpecifier);
  }
  // `import("…")` and `import("…").Type` stand anywhere; few files have one.
  if (/\bimport\s*\(/.test(file.text)) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0])
        add(node.arguments[0]);
      else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}
