import type { Finding, UsageSite } from "../finding.ts";
import { mergeUsages } from "./merge-usages.ts";
import type { PackageUsage, UsageFile } from "./usage-file.ts";
import { createUsageIndex, type Touch } from "./usage-index.ts";
import { distinctSites } from "./usage-site.ts";

interface Told extends Touch {
  readonly site: UsageSite;
}

/** Findings of a version with what the consumers of these files use; nothing is proven, since there is no code to check. */
export function joinUsageFiles(
  findings: readonly Finding[],
  { provider, version }: { readonly provider: string; readonly version: string },
  files: readonly UsageFile[],
): readonly Finding[] {
  const consumers = files.flatMap((file) =>
    file.packages
      .filter((one) => one.provider === provider && one.version === version)
      .map((one) => joinOne(findings, one, file.consumer)),
  );
  return mergeUsages(findings, consumers);
}

function joinOne(findings: readonly Finding[], usage: PackageUsage, consumer: string): readonly Finding[] {
  const operations = new Map(Object.entries(usage.operations).map(([key, { pointer }]) => [key, pointer]));
  const calls = Object.values(usage.operations).flatMap(({ pointer, calls }) =>
    calls.map((at): Told => ({ pointer, how: "call", site: siteOf(at, "call", consumer) })),
  );
  const uses = Object.entries(usage.fields).flatMap(([pointer, list]) =>
    list.map(({ how, value, held = false, at }): Told => {
      const valued = value === undefined ? {} : { value };
      return { pointer, how, held, ...valued, site: siteOf(at, how, consumer) };
    }),
  );
  // Only those that are given somewhere: of the others nothing tells whether callers could.
  const parameters = new Set(Object.keys(usage.fields).filter((pointer) => /\/parameters\/[^/]+$/.test(pointer)));
  const index = createUsageIndex([...calls, ...uses], { operations, parameters });
  return findings.map((finding): Finding => {
    const { used, possible } = index.touching(finding);
    const sites = distinctSites((used.length > 0 ? used : possible).map(({ site }) => site));
    const confidence = used.length > 0 ? "used" : possible.length > 0 ? "possible" : "unused";
    return { ...finding, usage: { confidence, sites } };
  });
}

function siteOf(at: string, how: UsageSite["how"], consumer: string): UsageSite {
  const [, file = at, line = "1", column = "1"] = /^(.*):(\d+):(\d+)$/.exec(at) ?? [];
  return { file: `${consumer}/${file}`, line: Number(line), column: Number(column), how };
}
