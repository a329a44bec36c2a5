/** One finding for all kinds of drift, and the report that a command makes of them. Plain data; every format is printed from it. */
import type { Location } from "../errors.ts";
import type { Json } from "../model.ts";

/** What was compared: output with tree, provider with pin, traffic, policy, the package's own API, dates. */
export type DriftKind = "codegen" | "upstream" | "traffic" | "policy" | "surface" | "calendar";

/** From the client's side. `notice` is a dated announcement; `safe` is told only on request. */
export type Severity = "breaking" | "risky" | "notice" | "safe";

/** What an edit does to the set of values that are accepted. `unknown` is never taken for harmless. */
export type Effect = "widen" | "narrow" | "incomparable" | "rename" | "none" | "unknown";

/** `request`: values that we send. `response`: values that we are given. `both`: neither alone, as of servers. */
export type Direction = "request" | "response" | "both";

export interface OperationReference {
  /** `SpecOperation.key` of the base, of the revision where it is new. */
  readonly key: string;
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /** `namespace.method`, where a lock or plan knows it. */
  readonly clientMethod?: string;
}

/** One way by which an operation reaches what changed. */
export interface Occurrence {
  readonly operation: OperationReference;
  readonly direction: Direction;
  /** Of a response: status code, range or `default`. */
  readonly status?: string;
  /** From the root of the parameter or body: property names, and `[]` for items. For people. */
  readonly at: string;
  /** Where the operation has it, when each writes the same parameter or header out for itself; else all have the finding's. */
  readonly pointer?: Finding["pointer"];
}

/** A value that one side takes and the other refuses. */
export interface Witness {
  readonly value: Json;
  readonly acceptedBy: "base" | "revision";
  readonly rejectedBy: "base" | "revision";
  /** The schemas that it is a value of, where they are not those of the finding: a missing key is seen on the object. */
  readonly pointer?: { readonly base: string; readonly revision: string };
}

/** How sure it is that the consumer's code meets the change. `proven`: its type check fails with the new client. */
export type Confidence = "proven" | "used" | "possible" | "unused";

export type UsageKind = "call" | "read" | "write" | "compare" | "exhaustive" | "type" | "reexport" | "escape";

/** A place in the consumer's code. */
export interface UsageSite extends Location {
  readonly how: UsageKind;
  /** What the compiler says there with the new client. */
  readonly diagnostic?: { readonly code: string; readonly message: string };
}

export interface Usage {
  readonly confidence: Confidence;
  readonly sites: readonly UsageSite[];
}

export interface Approval {
  readonly fingerprint: string;
  readonly rule: string;
  readonly where?: string;
  readonly reason: string;
  readonly by?: string;
  /** Last day on which it holds, `2027-01-31`. */
  readonly until?: string;
}

/** An approval that does not hold. */
export interface StaleApproval extends Approval {
  /** Why, in one sentence. */
  readonly problem: string;
  /** In the file of approvals. */
  readonly location?: Location;
}

export interface Finding {
  /**
   * 16 hex digits over rule, provider, operation or component, place in the model and canonical before and after; of what
   * operations repeat, over the name of the parameter or header and the severity instead of a place. No message text, no lines.
   */
  readonly fingerprint: string;
  readonly kind: DriftKind;
  /** kebab-case name of the row of the law. */
  readonly rule: string;
  readonly severity: Severity;
  /** Of `breaking`: whether each call of the operation fails, or only code that names the thing. */
  readonly breaks?: "callers" | "users";
  readonly effect: Effect;
  readonly direction: Direction;
  readonly provider?: string;
  readonly apiVersion?: string;
  /** Absent where a shared component or the whole document changed: `occurrences` tells the operations then. */
  readonly operation?: OperationReference;
  /** JSON Pointers in the normalised documents; absent on the side that lacks it. */
  readonly pointer: { readonly base?: string; readonly revision?: string };
  readonly location: { readonly base?: Location; readonly revision?: Location };
  readonly before?: Json;
  readonly after?: Json;
  /** What happened, in one sentence. */
  readonly message: string;
  /** Why it matters to a client. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  readonly witness?: Witness;
  readonly usage?: Usage;
  /** All operations that reach it, sorted; empty when it concerns none or the whole document. */
  readonly occurrences: readonly Occurrence[];
  readonly approval?: Approval;
}

/** Something that ends on a day. */
export interface CalendarEntry {
  readonly provider: string;
  readonly apiVersion: string;
  readonly operation?: OperationReference;
  /** `deprecated` has no day where none is told. */
  readonly what: "deprecated" | "sunset" | "support-ends" | "credential-expires" | "approval-expires";
  /** `2027-01-31`. */
  readonly date?: string;
  readonly source: string;
}

export type Bump = "major" | "minor" | "patch" | "none";

/** What `--json` of every drift command prints; its JSON Schema is published by `couplet drift schema`. */
export interface DriftReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "couplet"; readonly version: string };
  readonly command: string;
  readonly inputs: readonly {
    readonly role: "base" | "revision" | "project" | "traffic";
    readonly provider?: string;
    readonly version?: string;
    readonly file: string;
    readonly specSha256?: string;
  }[];
  /** Findings by severity, those without an approval; also of `safe` ones that are not listed. */
  readonly summary: {
    readonly breaking: number;
    readonly risky: number;
    readonly notice: number;
    readonly safe: number;
    readonly approved: number;
  };
  /** What the package's next version has to be, where a command can tell. */
  readonly bump?: Bump;
  /** In the order of `orderFindings`. */
  readonly findings: readonly Finding[];
  /** Approvals that do not hold: stale, expired, or contradicted by their own `where`. */
  readonly staleApprovals: readonly StaleApproval[];
  readonly calendar: readonly CalendarEntry[];
}
