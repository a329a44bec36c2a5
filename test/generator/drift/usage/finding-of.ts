/** Findings as the diff makes them, with what a test does not care for filled in. */
import type { Finding } from "../../../../generator/drift/finding.ts";

let count = 0;

export function findingOf(given: Partial<Finding> & Pick<Finding, "rule" | "pointer">): Finding {
  return {
    fingerprint: (count++).toString(16).padStart(16, "0"),
    kind: "upstream",
    severity: "breaking",
    breaks: "users",
    effect: "unknown",
    direction: "response",
    location: {},
    message: given.rule,
    why: "",
    fix: "",
    occurrences: [],
    ...given,
  };
}
