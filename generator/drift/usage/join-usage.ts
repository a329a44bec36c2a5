/** Findings with the consumer's code that meets them. */

import type { ts } from "ts-morph";
import type { Finding, Usage, UsageSite } from "../finding.ts";
import { type Attached, attachErrors } from "./attach-errors.ts";
import type { BoundSymbols } from "./bound-symbols.ts";
import type { BoundVersion } from "./bound-versions.ts";
import { visibilityOf } from "./declared-text.ts";
import { eachPlace, isAboutValue, placeOf } from "./finding-place.ts";
import type { FoundSite } from "./found-site.ts";
import { surfaceFindings } from "./surface-findings.ts";
import type { TypeCheck } from "./type-errors.ts";
import { createUsageIndex } from "./usage-index.ts";
import { distinctSites, toUsageSite } from "./usage-site.ts";

export interface JoinInput {
  readonly findings: readonly Finding[];
  /** The version that the consumer uses, and its places. */
  readonly version: BoundVersion;
  readonly sites: readonly FoundSite[];
  readonly program: ts.Program;
  readonly symbols: BoundSymbols;
  /** Absent: the new client could not be checked against. */
  readonly check?: TypeCheck;
}

/** Keys of a version's operations -> their pointers. */
function operationPointers({ bindings }: BoundVersion): ReadonlyMap<string, string> {
  return new Map(Object.values(bindings.operations).map(({ operation, pointer }) => [operation, pointer]));
}

/** Of the parameters that are members of an input. */
function parameterPointers({ bindings }: BoundVersion): ReadonlySet<string> {
  const members = Object.values(bindings.operations).flatMap((operation) => Object.values(operation.members ?? {}));
  return new Set(members.filter((pointer) => /\/parameters\/[^/]+$/.test(pointer)));
}

/**
 * Gives each finding its usage. What the compiler refuses is `proven`, whatever the finding's own severity: then it is
 * breaking. What the compiler sees changed and accepts is `possible`. Errors that no finding explains become findings
 * of the package's surface.
 */
export function joinUsage({ findings, version, sites, program, symbols, check }: JoinInput): readonly Finding[] {
  const operations = operationPointers(version);
  const own = sites.filter((site) => site.of === version);
  const errors = check?.errors ?? [];
  const { attached, left } = attachErrors(errors, own, findings, operations, {
    checker: program.getTypeChecker(),
    symbols,
  });
  const proofs = new Map<Finding, Attached[]>();
  for (const one of attached) proofs.set(one.finding, [...(proofs.get(one.finding) ?? []), one]);
  const index = createUsageIndex(own, { operations, parameters: parameterPointers(version) });
  const joined = findings.map((finding): Finding => {
    const usage = usageOf(finding, proofs.get(finding) ?? []);
    const isProven = usage.confidence === "proven" && finding.severity !== "breaking";
    return { ...finding, ...(isProven ? raised : {}), usage };
  });
  return [...joined, ...surfaceFindings(left, version)];

  function usageOf(finding: Finding, proven: readonly Attached[]): Usage {
    const { used, possible } = index.touching(finding);
    const seen = check === undefined ? "same" : visibility(finding, used, check.revised);
    const proofs = onePerLine(proven.map(({ error, site }) => toUsageSite(error, site.how, error)));
    // Where nothing is declared any more, code that still compiles reaches for it by name alone.
    const lines = new Set(proofs.map(({ file, line }) => `${file}:${line}`));
    const direct = distinctSites(used.map((one) => toUsageSite(one, one.how)));
    const silent = direct.filter(({ file, line, how }) => !lines.has(`${file}:${line}`) && how !== "type");
    if (proofs.length > 0) return { confidence: "proven", sites: [...proofs, ...(seen === "gone" ? silent : [])] };
    // A value that is gone or new is met by those who name it, whatever the compiler takes.
    if (direct.length > 0 && (seen !== "changed" || isAboutValue(finding)))
      return { confidence: "used", sites: direct };
    const maybe = distinctSites([...direct, ...possible.map((one) => toUsageSite(one, one.how))]);
    return { confidence: maybe.length > 0 ? "possible" : "unused", sites: maybe };
  }

  function visibility(finding: Finding, used: readonly FoundSite[], revised: ts.Program): "same" | "changed" | "gone" {
    // Whether a thing must be given is in the type of the input: calls that compile give it.
    if (finding.breaks === "callers" && finding.direction === "request" && /required/.test(finding.rule))
      return "changed";
    const places = new Set(eachPlace(finding).map(placeOf));
    const declarations = new Set(used.flatMap((one) => (places.has(one.pointer) ? one.declaration : [])));
    const all = [...declarations].map((declaration) => visibilityOf(declaration, version, revised));
    return all.includes("gone") ? "gone" : all.includes("changed") ? "changed" : "same";
  }
}

/** Of a change that breaks nobody by itself: a list that has to be complete, a type that has to be equal. */
const raised = {
  severity: "breaking",
  breaks: "users",
  why: "this code does not compile with it, harmless as it is to others",
  fix: "complete the code at these places",
} as const satisfies Partial<Finding>;

/** Of several errors on a line the first: the others follow from it. */
function onePerLine(sites: readonly UsageSite[]): readonly UsageSite[] {
  const lines = new Map<string, UsageSite>();
  for (const site of distinctSites(sites)) {
    const line = `${site.file}:${site.line}`;
    if (!lines.has(line)) lines.set(line, site);
  }
  return [...lines.values()];
}
