/** Two states of a package, compared by what its `exports` let a consumer import. */
import { posix } from "node:path";
import { ts } from "ts-morph";
import { locate } from "../../errors.ts";
import { highest } from "../bump.ts";
import type { Bump, Finding } from "../finding.ts";
import { kindFinding } from "../kind-finding.ts";
import { surfaceLaw } from "../kind-law.ts";
import { type Spot, TypeComparison } from "./compare-types.ts";
import { entryPoints } from "./entry-points.ts";
import type { SurfaceChange } from "./surface-change.ts";
import { createSurfaceProgram, type PackageFiles, type SurfaceProgram } from "./surface-program.ts";

export interface SurfaceSide {
  readonly files: PackageFiles;
  /** What stands before the paths of its files where people are told of them. */
  readonly shown: string;
}

export interface SurfaceDrift {
  readonly findings: readonly Finding[];
  /** Before a version's own rules: `nextVersion` knows what major means below 1.0. */
  readonly bump: Bump;
  /** Modules that were not found: what depends on them was not compared. */
  readonly missing: readonly string[];
}

/** @param folder Where the package stands on disk, for what it imports from elsewhere. */
export function compareSurfaces(
  before: SurfaceSide,
  after: SurfaceSide,
  { provider, folder }: { readonly provider?: string; readonly folder: string },
): SurfaceDrift {
  const both = createSurfaceProgram(before.files, after.files, folder);
  const comparison = new TypeComparison(both.program, (file) => {
    const path = both.owner(file)?.path;
    return path === undefined ? undefined : `./${posix.dirname(path).replace(/^dist\//, "")}`;
  });
  const [old, now] = [entryPoints(before.files), entryPoints(after.files)];
  const open: (() => void)[] = [];
  for (const [subpath, path] of old) {
    const spot = { place: subpath, before: undefined, after: undefined };
    const next = now.get(subpath);
    if (next === undefined) comparison.note(surfaceLaw.entryRemoved, spot, "is no entry point any more");
    else open.push(compareModules(both, comparison, subpath, both.before(path), both.after(next)));
  }
  for (const subpath of now.keys())
    if (!old.has(subpath))
      comparison.note(surfaceLaw.entryAdded, { place: subpath, before: undefined, after: undefined }, "is new");
  // Types that no value leads to are looked at last: nobody knows then whether they are given or taken.
  for (const compare of open) compare();
  const findings = [...comparison.changes.values()].map((change) =>
    toFinding(change, { both, before, after, provider }),
  );
  const text = changedText(before.files, after.files);
  const bump = highest([
    text ? "patch" : "none",
    ...findings.map(({ severity }): Bump => (severity === "breaking" ? "major" : "minor")),
  ]);
  return { findings, bump, missing: missingModules(both) };
}

/** Compares the values at once, and returns what compares the types that they did not lead to. */
function compareModules(
  { program }: SurfaceProgram,
  comparison: TypeComparison,
  subpath: string,
  before: ts.SourceFile | undefined,
  after: ts.SourceFile | undefined,
): () => void {
  const checker = program.getTypeChecker();
  const exportsOf = (file: ts.SourceFile | undefined): Map<string, ts.Symbol> => {
    const symbol = file && checker.getSymbolAtLocation(file);
    const list = symbol === undefined ? [] : checker.getExportsOfModule(symbol);
    return new Map(
      list.map((one) => [one.name, (one.flags & ts.SymbolFlags.Alias) === 0 ? one : checker.getAliasedSymbol(one)]),
    );
  };
  const now = exportsOf(after);
  const types: { old: ts.Symbol; next: ts.Symbol; spot: Spot }[] = [];
  for (const [name, old] of exportsOf(before)) {
    const next = now.get(name);
    now.delete(name);
    const spot: Spot = {
      place: `${subpath} ${name}`,
      before: old.declarations?.[0],
      after: next?.declarations?.[0],
    };
    if (next === undefined) {
      comparison.note(surfaceLaw.exportRemoved, spot, "is not exported any more");
      continue;
    }
    if (has(old, ts.SymbolFlags.Value) && !has(next, ts.SymbolFlags.Value))
      comparison.note(surfaceLaw.exportRemoved, spot, "is a type only, and no value any more");
    else if (has(old, ts.SymbolFlags.Value))
      comparison.compare(checker.getTypeOfSymbol(old), checker.getTypeOfSymbol(next), "given", spot);
    if (has(old, ts.SymbolFlags.Type) && !has(next, ts.SymbolFlags.Type))
      comparison.note(surfaceLaw.exportRemoved, spot, "is no type any more");
    else if (has(old, ts.SymbolFlags.Type)) types.push({ old, next, spot });
  }
  for (const [name, next] of now) {
    const spot = { place: `${subpath} ${name}`, before: undefined, after: next.declarations?.[0] };
    comparison.note(surfaceLaw.exportAdded, spot, "is new");
  }
  return () => {
    for (const { old, next, spot } of types) {
      if (comparison.met.has(old)) continue;
      const [from, to] = [old, next].map((symbol) => checker.getDeclaredTypeOfSymbol(symbol));
      comparison.compare(from!, to!, "given", spot);
      comparison.compare(from!, to!, "taken", spot);
    }
  };
}

const has = ({ flags }: ts.Symbol, wanted: ts.SymbolFlags): boolean => (flags & wanted) !== 0;

interface Sides {
  readonly both: SurfaceProgram;
  readonly before: SurfaceSide;
  readonly after: SurfaceSide;
  readonly provider: string | undefined;
}

function toFinding({ row, place, says, before, after, direction }: SurfaceChange, sides: Sides): Finding {
  const placeOf = (declaration: ts.Declaration | undefined, side: "before" | "after") => {
    const file = declaration?.getSourceFile();
    const owner = file && sides.both.owner(file);
    if (declaration === undefined || file === undefined || owner?.side !== side) return undefined;
    const start = declaration.getStart(file);
    const end = file.text.indexOf("\n", start);
    const length = Math.max(1, Math.min(declaration.getWidth(file), (end === -1 ? file.text.length : end) - start));
    return locate(sides[side].shown + owner.path, file.text, start, length);
  };
  const [base, revision] = [placeOf(before, "before"), placeOf(after, "after")];
  return kindFinding(row, {
    ...{ kind: "surface", identity: [place, says], direction },
    ...(sides.provider === undefined ? {} : { provider: sides.provider }),
    location: { ...(base && { base }), ...(revision && { revision }) },
    message: `${place} ${says}`,
  });
}

/** What a consumer can read of it: comments of declarations too. */
function changedText(before: PackageFiles, after: PackageFiles): boolean {
  return before.size !== after.size || [...before].some(([path, text]) => after.get(path) !== text);
}

/** 2307: cannot find a module. */
function missingModules({ program, owner }: SurfaceProgram): string[] {
  const missing = program.getSourceFiles().flatMap((file) =>
    owner(file) === undefined
      ? []
      : program
          .getSemanticDiagnostics(file)
          .filter(({ code }) => code === 2307)
          .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
  );
  return [...new Set(missing.flatMap((text) => /'([^']+)'/.exec(text)?.[1] ?? []))].sort();
}
