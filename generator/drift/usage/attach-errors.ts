/** From an error of the type check to the finding that causes it. */
import { ts } from "ts-morph";
import type { Finding } from "../finding.ts";
import { holderOf, nameOf, ownersOf, placeOf } from "./finding-place.ts";
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

/** Errors with the finding that explains each, and the rest. */
export function attachErrors(
  errors: readonly CheckError[],
  sites: readonly FoundSite[],
  findings: readonly Finding[],
  operations: ReadonlyMap<string, string>,
  checker: ts.TypeChecker,
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
    for (let hop = 0; hop <= maxHops + 1; hop++) {
      const found = causes.best(
        ranges.flatMap((range) => sitesIn(inFile, range)),
        error.message,
      );
      if (found !== undefined) return found;
      ranges = hop === 0 ? [unitAround(node)] : ranges.flatMap((range) => originsOf(range, seen)).slice(0, maxRanges);
    }
    return undefined;
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
    visit(file);
    return found;
  }
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

interface Causes {
  best(sites: readonly FoundSite[], message: string): { site: FoundSite; finding: Finding } | undefined;
}

/** Findings by the places that can show them. */
function createCauses(findings: readonly Finding[], operations: ReadonlyMap<string, string>): Causes {
  const places = new Map<string, { finding: Finding; isExact: boolean }[]>();
  const put = (place: string | undefined, finding: Finding, isExact: boolean): void => {
    if (place === undefined) return;
    const known = places.get(place);
    if (known) known.push({ finding, isExact });
    else places.set(place, [{ finding, isExact }]);
  };
  for (const finding of findings) {
    const place = placeOf(finding);
    for (const [index, owner] of (place === undefined ? [] : ownersOf(place)).entries())
      put(owner, finding, index === 0);
    put(holderOf(finding), finding, false);
    if (finding.breaks !== "callers") continue;
    for (const { operation } of finding.occurrences) put(operations.get(operation.key), finding, false);
  }
  const rank = { breaking: 3, risky: 2, notice: 1, safe: 0 } as const;
  return {
    best(sites, message) {
      let best: { site: FoundSite; finding: Finding } | undefined;
      let highest = 0;
      for (const site of sites) {
        for (let at = site.pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
          for (const { finding, isExact } of places.get(at) ?? []) {
            // Above the site only what is gone as a whole counts.
            if (at !== site.pointer && !isExact) continue;
            const name = nameOf(finding);
            const isNamed =
              name !== undefined && [`'${name}'`, `"${name}"`, `.${name}'`].some((one) => message.includes(one));
            // What is new is met by those who are told its name only: anything else could be said of it.
            if (placeOf(finding) === undefined && !isNamed && finding.breaks !== "callers") continue;
            const score = 1 + (isNamed ? 8 : 0) + (isExact ? 4 : 0) + rank[finding.severity];
            if (score <= highest) continue;
            highest = score;
            best = { site, finding };
          }
        }
      }
      return best;
    },
  };
}
