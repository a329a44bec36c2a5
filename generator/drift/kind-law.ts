/** Rules of the kinds of drift that compare no two documents edit by edit: what each finding means, and what to do. */
import type { Severity } from "./finding.ts";

export interface KindRow {
  /** kebab-case; what approvals name. */
  readonly rule: string;
  readonly severity: Severity;
  readonly breaks?: "callers" | "users";
  /** Why it matters to a client. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
}

type Law<Name extends string> = Readonly<Record<Name, KindRow>>;

type Mark = "B" | "U" | "R" | "N" | "S";

const marks: Readonly<Record<Mark, Pick<KindRow, "severity" | "breaks">>> = {
  B: { severity: "breaking", breaks: "callers" },
  U: { severity: "breaking", breaks: "users" },
  R: { severity: "risky" },
  N: { severity: "notice" },
  S: { severity: "safe" },
};

const row = (rule: string, mark: Mark, why: string, fix: string): KindRow => ({ rule, ...marks[mark], why, fix });

export const calendarLaw: Law<"passed" | "near"> = {
  passed: row(
    "operation-sunset-passed",
    "B",
    "from that day on the provider may answer 404 or 410 (RFC 8594)",
    "move its callers to what replaces it; if the day has moved, update the document",
  ),
  near: row(
    "operation-sunset-near",
    "R",
    "from that day on the provider may answer 404 or 410 (RFC 8594)",
    "move its callers to what replaces it; if the day has moved, update the document",
  ),
};

export const policyLaw: Law<"nothing" | "fewer" | "more" | "redundant" | "contradicted" | "excluded"> = {
  nothing: row(
    "policy-selector-matches-nothing",
    "B",
    "what stands there is in force for no call any more: operations fall back to the defaults, or come back into the client",
    "write what the operation is called now, or take the entry out",
  ),
  fewer: row(
    "policy-selector-matches-fewer",
    "R",
    "operations that the policy spoke of are called by the defaults now",
    "widen the selector, or accept it with `couplet update`",
  ),
  more: row(
    "policy-selector-matches-more",
    "R",
    "operations that nobody looked at get the retries and keys that were meant for others",
    "narrow the selector, or accept it with `couplet update`",
  ),
  redundant: row(
    "policy-override-redundant",
    "N",
    "the document says this by itself now; an override that repeats it hides its next change",
    "delete these lines",
  ),
  contradicted: row(
    "policy-override-contradicted",
    "R",
    "the provider changed its own word where the override stands, so that the reason for the override may be gone",
    "decide again: delete the override, or keep it and accept the document with `couplet update`",
  ),
  excluded: row(
    "policy-excluded-operation-changed",
    "N",
    "no client has the operation, so that nothing breaks; what made it unusable may be mended",
    "look whether `exclude` is still needed",
  ),
};

const uses = "code that uses it does not compile against the next release";
const release = "release a major version (before 1.0 a minor one), and tell how to move; or take the change back";
const nothing = "nothing: a minor version";
export const surfaceLaw: Law<
  | "entryRemoved"
  | "entryAdded"
  | "exportRemoved"
  | "exportAdded"
  | "memberRemoved"
  | "memberAdded"
  | "requiredMemberAdded"
  | "memberRequired"
  | "memberOptional"
  | "parameterRequired"
  | "parameterAdded"
  | "parameterRemoved"
  | "typeChanged"
  | "typeCompatible"
> = {
  entryRemoved: row("surface-entry-point-removed", "U", "imports of it are not found any more", release),
  entryAdded: row("surface-entry-point-added", "S", "nothing that is there changes", nothing),
  exportRemoved: row("surface-export-removed", "U", "imports of the name do not compile any more", release),
  exportAdded: row("surface-export-added", "S", "nothing that is there changes", nothing),
  memberRemoved: row("surface-member-removed", "U", uses, release),
  memberAdded: row("surface-member-added", "S", "who does not know it passes it by", nothing),
  requiredMemberAdded: row("surface-required-member-added", "U", "code that makes such a value lacks it", release),
  memberRequired: row("surface-member-became-required", "U", "code that makes such a value may lack it", release),
  memberOptional: row("surface-member-became-optional", "U", "code that reads it may get undefined", release),
  parameterRequired: row("surface-required-parameter-added", "U", "every call lacks it", release),
  parameterAdded: row("surface-parameter-added", "S", "calls that do not know it stay as they are", nothing),
  parameterRemoved: row("surface-parameter-removed", "U", "calls that give it do not compile any more", release),
  typeChanged: row("surface-type-incompatible", "U", uses, release),
  typeCompatible: row("surface-type-compatible", "S", "values fit as they did", nothing),
};

const typed = "the client's types promise what does not come";
const repair = "repair the document by an overlay, or ask the provider";
export const trafficLaw: Law<
  | "operation"
  | "status"
  | "contentType"
  | "givenMissing"
  | "givenType"
  | "givenEnum"
  | "givenUnknown"
  | "takenMissing"
  | "takenType"
  | "takenEnum"
  | "takenUnknown"
> = {
  operation: row("traffic-operation-undocumented", "N", "no client of ours can call it", repair),
  status: row("traffic-status-undocumented", "R", "the client does not know the type of such an answer", repair),
  contentType: row("traffic-media-type-undocumented", "R", "the client does not read such an answer as data", repair),
  givenMissing: row("traffic-response-field-missing", "U", typed, repair),
  givenType: row("traffic-response-type-mismatch", "U", typed, repair),
  givenEnum: row(
    "traffic-response-enum-value-unknown",
    "R",
    "code that knows the listed values only meets another",
    repair,
  ),
  givenUnknown: row("traffic-response-field-unknown", "N", "the types do not show what is there", repair),
  takenMissing: row("traffic-request-field-missing", "R", "it was sent without, against the document", repair),
  takenType: row("traffic-request-type-mismatch", "R", "what was sent does not fit the document", repair),
  takenEnum: row("traffic-request-enum-value-unknown", "R", "what was sent does not fit the document", repair),
  takenUnknown: row("traffic-request-field-unknown", "N", "the types do not let it be sent", repair),
};

/** All rows of these kinds. */
export const kindLaw: readonly KindRow[] = [calendarLaw, policyLaw, surfaceLaw, trafficLaw].flatMap((law): KindRow[] =>
  Object.values(law),
);
