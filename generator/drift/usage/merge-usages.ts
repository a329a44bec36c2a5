import type { Confidence, Finding } from "../finding.ts";
import { distinctSites } from "./usage-site.ts";

const order: readonly Confidence[] = ["unused", "possible", "used", "proven"];

/** The same findings, each with the usage of all consumers: the surest confidence, every place. */
export function mergeUsages(findings: readonly Finding[], consumers: readonly (readonly Finding[])[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of [...findings, ...consumers.flat()]) {
    const known = merged.get(finding.fingerprint);
    const usages = [known?.usage, finding.usage].flatMap((one) => one ?? []);
    const surest = Math.max(0, ...usages.map(({ confidence }) => order.indexOf(confidence)));
    const usage = { confidence: order[surest]!, sites: distinctSites(usages.flatMap(({ sites }) => sites)) };
    // What the type check of one consumer raised stays raised.
    const told = known?.severity === "breaking" ? known : finding;
    merged.set(finding.fingerprint, { ...told, usage });
  }
  return [...merged.values()];
}
