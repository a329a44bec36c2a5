/** What new clients do to a consumer: its code opened, walked once, and checked against each of them. */
import type { ts } from "ts-morph";
import type { Finding } from "../finding.ts";
import { consumerCompiler } from "./consumer-compiler.ts";
import { findUsages, type Usages } from "./find-usages.ts";
import { joinUsage } from "./join-usage.ts";
import { mergeUsages } from "./merge-usages.ts";
import { openPrograms } from "./open-program.ts";
import { findTypeErrors } from "./type-errors.ts";

/** A project of the consumer, read. */
export interface Consumer {
  readonly tsconfig: string;
  readonly programs: readonly { readonly program: ts.Program; readonly usages: Usages }[];
}

/** What a version becomes: the new client, and what changed. */
export interface Change {
  readonly provider: string;
  /** That the consumer uses. */
  readonly version: string;
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Throws `InputError` for a project that cannot be read, or a client whose bindings are missing. */
export function openConsumer(tsconfig: string): Consumer {
  return {
    tsconfig,
    programs: openPrograms(tsconfig).map((program) => ({ program, usages: findUsages(program) })),
  };
}

/** Findings with their usage, and those that the type check adds. */
export function findImpact({ tsconfig, programs }: Consumer, change: Change): readonly Finding[] {
  const compiler = consumerCompiler(tsconfig);
  const joined = programs.flatMap(({ program, usages: { versions, symbols, sites, files } }) => {
    const version = versions.find(
      ({ bindings }) => bindings.provider === change.provider && bindings.version === change.version,
    );
    if (version === undefined) return [];
    const check = findTypeErrors(program, [{ of: version, files: change.files }], files, compiler);
    return [joinUsage({ findings: change.findings, version, sites, program, symbols, check })];
  });
  return mergeUsages(change.findings, joined);
}
