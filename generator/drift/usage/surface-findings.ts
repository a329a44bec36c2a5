/** Errors of the consumer's type check that no change of the document explains. */
import type { Finding } from "../finding.ts";
import { toFingerprint } from "../fingerprint.ts";
import type { BoundVersion } from "./bound-versions.ts";
import type { CheckError } from "./type-errors.ts";
import { toUsageSite } from "./usage-site.ts";

/** What the compiler says in the same words is one finding. */
export function surfaceFindings(errors: readonly CheckError[], version: BoundVersion): Finding[] {
  const said = new Map<string, CheckError[]>();
  for (const error of errors) {
    const words = `${error.code} ${error.message}`;
    const known = said.get(words);
    if (known) known.push(error);
    else said.set(words, [error]);
  }
  return [...said].map(([words, alike]) => surfaceFinding(words, alike, version));
}

function surfaceFinding(words: string, errors: readonly CheckError[], { bindings }: BoundVersion): Finding {
  const { provider, version } = bindings;
  const sites = errors.map((error) => toUsageSite(error, "type", error));
  const [error] = errors;
  const [site] = sites;
  // The text at the place, not its line: code above it may move. Not the words: the next compiler has others.
  const text = error?.file.text.slice(error.start, error.end).slice(0, 200);
  const file = site?.file.split("/").at(-1);
  const identity = ["type-check-fails", provider, version, error?.code, file, site?.excerpt?.text.trim(), text];
  return {
    fingerprint: toFingerprint(identity),
    kind: "surface",
    rule: "type-check-fails",
    severity: "breaking",
    breaks: "users",
    effect: "unknown",
    direction: "both",
    provider,
    apiVersion: version,
    pointer: {},
    location: {},
    message: `the type check fails with the new client: ${words}`,
    why: "the generated code changed in a way that no change of the document explains: a policy, a name, or the generator",
    fix: "correct the code; where a name changed, the policy's `names` keeps the old one",
    usage: { confidence: "proven", sites },
    occurrences: [],
  };
}
