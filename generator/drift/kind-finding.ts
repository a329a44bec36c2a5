import { printable } from "../errors.ts";
import type { DriftKind, Finding } from "./finding.ts";
import { toFingerprint } from "./fingerprint.ts";
import type { KindRow } from "./kind-law.ts";

export interface KindFinding
  extends Partial<
    Pick<Finding, "effect" | "direction" | "operation" | "pointer" | "occurrences" | "before" | "after">
  > {
  readonly kind: DriftKind;
  readonly provider?: string;
  readonly apiVersion?: string;
  /** What it is about, without lines and without words for people; with the rule and the values it is the fingerprint. */
  readonly identity: readonly string[];
  readonly location: Finding["location"];
  readonly message: string;
  /** Where more is known than the rule says. */
  readonly fix?: string;
}

/** A finding of one of the kinds that have a law of their own. */
export function kindFinding({ rule, severity, breaks, why, fix }: KindRow, given: KindFinding): Finding {
  const { identity, provider, apiVersion, before, after, operation } = given;
  return {
    fingerprint: toFingerprint([rule, provider ?? "", apiVersion ?? "", identity, before, after]),
    kind: given.kind,
    rule,
    severity,
    ...(breaks === undefined ? {} : { breaks }),
    effect: given.effect ?? "none",
    direction: given.direction ?? "both",
    ...(provider === undefined ? {} : { provider }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(operation === undefined ? {} : { operation }),
    pointer: given.pointer ?? {},
    location: given.location,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    message: printable(given.message),
    why,
    fix: printable(given.fix ?? fix),
    occurrences: given.occurrences ?? [],
  };
}
