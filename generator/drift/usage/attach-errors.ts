/** From an error of the type check to the finding that causes it. */
import { ts } from "ts-morph";
import type { Finding } from "../finding.ts";
import type { BoundSymbols } from "./bound-symbols.ts";
import { createCauses } from "./causes.ts";
import type { FoundSite } from "./found-site.ts";
import type { CheckError } from "./type-errors.ts";

export interface Attached {
  readonly error: CheckError;
  /** The place that led to the finding. */
  readonly site: FoundSite;
  readonly finding: Finding;
}

interface Range {
  readonly file: ts.SourceFile;
  readonly start: number;
  readonly end: number;
}

const maxHops = 3;
const maxRanges = 60;
const maxUnexplained = 200;

/** Errors with the finding that explains each, and the rest. */
export function attachErrors(
  errors: readonly CheckError[],
  sites: readonly FoundSite[],
  findings: readonly Finding[],
  operations: ReadonlyMap<string, string>,
  { checker, symbols }: { readonly checker: ts.TypeChecker; readonly symbols: BoundSymbols },
): { readonly attached: readonly Attached[]; readonly left: readonly CheckError[] } {
  const inFile = sitesByFile(sites);
  const causes = createCauses(findings, operations);
  const attached: Attached[] = [];
  const left: CheckError[] = [];
  for (const error of errors) {
    const cause = causeOf(error);
    if (cause === undefined) left.push(error);
    else attached.push({ error, ...cause });
  }
  return { attached, left };

  function causeOf(error: CheckError): Omit<Attached, "error"> | undefined {
    const node = nodeAt(error.file, error.start, error.end);
    let ranges: readonly Range[] = [error];
    const seen = new Set<ts.Node>();
    // The place itself; its statement; then back to where the names in it come from.
    // Thousands without a finding have one cause beside the document: they are not looked into one by one.
    const hops = left.length < maxUnexplained ? maxHops : 0;
    for (let hop = 0; hop <= hops + 1; hop++) {
      const near = ranges.flatMap((range) => sitesIn(inFile, range));
      const found = causes.best(hop === 1 ? [...near, ...wantedAt(node, error)] : near, error.message);
      if (found !== undefined) return found;
      ranges = hop === 0 ? [unitAround(node)] : ranges.flatMap((range) => originsOf(range, seen)).slice(0, maxRanges);
    }
    return undefined;
  }

  /** The types that a value at the error has to be of. */
  function wantedAt(node: ts.Node, { file, start, end }: CheckError): FoundSite[] {
    const value = valueAt(node);
    const type = value && checker.getContextualType(value);
    const bounds = type === undefined ? [] : symbols.ofType(type);
    return bounds.flatMap(({ of, pointers, declaration }) =>
      pointers.map((pointer) => ({ of, pointer, how: "write", held: false, file, start, end, declaration })),
    );
  }

  /** Declarations of the names that stand in a range. */
  function originsOf({ file, start, end }: Range, seen: Set<ts.Node>): Range[] {
    const found: Range[] = [];
    const visit = (node: ts.Node): void => {
      if (node.end <= start || node.getStart(file) >= end || found.length > maxRanges) return;
      if (ts.isIdentifier(node)) {
        const symbol = checker.getSymbolAtLocation(node);
        const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        for (const declaration of target?.declarations ?? []) {
          const origin = ts.isBindingElement(declaration)
            ? ts.walkUpBindingElementsAndPatterns(declaration)
            : declaration;
          if (seen.has(origin) || !inFile.has(origin.getSourceFile())) continue;
          seen.add(origin);
          found.push(rangeOf(origin));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(nodeAt(file, start, end));
    return found;
  }
}

/** The value that an error is about: told at a `return` or at the name of a variable. */
function valueAt(node: ts.Node): ts.Expression | undefined {
  if (ts.isReturnStatement(node)) return node.expression;
  const { parent } = node;
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  if (isNamed && parent.name === node) return parent.initializer;
  return ts.isExpression(node) ? node : undefined;
}

function rangeOf(node: ts.Node): Range {
  return { file: node.getSourceFile(), start: node.getStart(), end: node.end };
}

function nodeAt(file: ts.SourceFile, start: number, end: number): ts.Node {
  let at: ts.Node = file;
  for (;;) {
    const inside: ts.Node | undefined = ts.forEachChild(at, (child) =>
      child.getStart(file) <= start && child.end >= end ? child : undefined,
    );
    if (inside === undefined) return at;
    at = inside;
  }
}

/** The statement, condition or member that a node stands in. */
function unitAround(node: ts.Node): Range {
  let at = node;
  while (at.parent !== undefined && !ts.isSourceFile(at.parent)) {
    const holds = ts.isStatement(at.parent) && !ts.isVariableStatement(at.parent) && !isSimple(at.parent);
    if (holds || isSimple(at) || ts.isTypeElement(at) || ts.isClassElement(at)) break;
    at = at.parent;
  }
  return rangeOf(at);
}

function isSimple(node: ts.Node): boolean {
  return (
    ts.isVariableStatement(node) ||
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function sitesByFile(sites: readonly FoundSite[]): ReadonlyMap<ts.SourceFile, readonly FoundSite[]> {
  const files = new Map<ts.SourceFile, FoundSite[]>();
  for (const site of sites) {
    if (site.how === "escape") continue;
    const known = files.get(site.file);
    if (known) known.push(site);
    else files.set(site.file, [site]);
  }
  for (const list of files.values()) list.sort((a, b) => a.start - b.start);
  return files;
}

/** Sites that begin in a range, or that it begins in. */
function sitesIn(
  inFile: ReadonlyMap<ts.SourceFile, readonly FoundSite[]>,
  { file, start, end }: Range,
): readonly FoundSite[] {
  const list = inFile.get(file) ?? [];
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const found: FoundSite[] = [];
  for (let index = low; index < list.length && list[index]!.start < end; index++) found.push(list[index]!);
  return found;
}
