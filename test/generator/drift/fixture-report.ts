/** A report with one of everything, made by hand: what the formats are tested with. */
import { createReport } from "../../../generator/drift/create-report.ts";
import type {
  DriftReport,
  Finding,
  Occurrence,
  OperationReference,
  UsageSite,
} from "../../../generator/drift/finding.ts";
import type { Location } from "../../../generator/errors.ts";

const base = "specs/acme/2026-01/openapi.yaml";
const revision = "specs/acme/2026-07/openapi.yaml";

export function at(file: string, line: number, text: string, meant: string): Location {
  return { file, line, column: text.indexOf(meant) + 1, excerpt: { text, length: meant.length } };
}

const operation = (method: string, path: string, clientMethod: string): OperationReference => ({
  key: clientMethod,
  method,
  path,
  clientMethod,
});
const getCharge = operation("GET", "/v1/charges/{id}", "charges.retrieve");
const listCharges = operation("GET", "/v1/charges", "charges.list");
const refund = operation("POST", "/v1/charges/{id}/refund", "charges.refund");

const site = (file: string, line: number, text: string, meant: string, how: UsageSite["how"]): UsageSite => ({
  ...at(file, line, text, meant),
  how,
});

const occurrence = (one: OperationReference, place: string): Occurrence => ({
  operation: one,
  direction: "response",
  status: "200",
  at: place,
});

/** An enum value more in a response, met by an exhaustive switch; with changes. */
export function finding(changes: Partial<Finding>): Finding {
  return {
    fingerprint: "b7c1e0a94f2d11aa",
    kind: "upstream",
    rule: "response-enum-value-added",
    severity: "breaking",
    breaks: "users",
    effect: "widen",
    direction: "response",
    provider: "acme",
    apiVersion: "2026-01",
    pointer: {
      base: "/components/schemas/Charge/properties/status",
      revision: "/components/schemas/Charge/properties/status",
    },
    location: {
      base: at(base, 41, "          enum: [paid, open]", "[paid, open]"),
      revision: at(revision, 43, "          enum: [paid, open, blocked]", "[paid, open, blocked]"),
    },
    before: ["paid", "open"],
    after: ["paid", "open", "blocked"],
    message: '`status` of a charge can also be "blocked"',
    why: "code that takes the list for complete meets a value that it does not know",
    fix: 'handle "blocked", or give the code a branch for what it does not know',
    witness: { value: { id: "ch_1", status: "blocked" }, acceptedBy: "revision", rejectedBy: "base" },
    occurrences: [occurrence(getCharge, "status"), occurrence(listCharges, "data[].status")],
    ...changes,
  };
}

export const findings: readonly Finding[] = [
  finding({
    fingerprint: "0a00000000000001",
    rule: "operation-deprecated",
    severity: "notice",
    effect: "none",
    direction: "both",
    operation: listCharges,
    pointer: { base: "/paths/~1v1~1charges/get", revision: "/paths/~1v1~1charges/get" },
    location: { revision: at(revision, 12, "      deprecated: true", "deprecated: true") },
    before: false,
    after: true,
    message: "`GET /v1/charges` is deprecated, and ends on 2027-01-31",
    why: "calls fail once it is gone",
    fix: "move to `GET /v2/charges`",
    occurrences: [occurrence(listCharges, "")],
  }),
  finding({
    fingerprint: "0a00000000000002",
    rule: "request-property-became-required",
    severity: "breaking",
    breaks: "callers",
    effect: "narrow",
    direction: "request",
    operation: refund,
    message: "`reason` must be sent",
    why: "the provider refuses requests without it",
    fix: "send `reason` with each refund",
    before: false,
    after: true,
    pointer: {
      base: "/paths/~1v1~1charges~1{id}~1refund/post/requestBody",
      revision: "/paths/~1v1~1charges~1{id}~1refund/post/requestBody",
    },
    location: {
      base: at(base, 80, "        required: [amount]", "[amount]"),
      revision: at(revision, 84, "        required: [amount, reason]", "[amount, reason]"),
    },
    witness: { value: { amount: 5 }, acceptedBy: "base", rejectedBy: "revision" },
    usage: { confidence: "unused", sites: [] },
    occurrences: [{ operation: refund, direction: "request", at: "body.reason" }],
  }),
  finding({
    usage: {
      confidence: "proven",
      sites: [
        {
          ...site("src/billing/status.ts", 14, "  switch (charge.status) {", "charge.status", "exhaustive"),
          diagnostic: { code: "TS2322", message: "Type '\"blocked\"' is not assignable to type 'never'." },
        },
        site("src/billing/report.ts", 30, '  if (charge.status === "open") return;', "charge.status", "compare"),
      ],
    },
  }),
  finding({
    fingerprint: "0a00000000000003",
    rule: "response-property-became-optional",
    severity: "risky",
    message: "`receipt` may be left out",
    why: "code that reads it meets `undefined`",
    fix: "check for `undefined`",
    before: true,
    after: false,
    location: { base: at(base, 50, "      required: [id, receipt]", "receipt") },
    usage: { confidence: "used", sites: [site("src/mail.ts", 3, "send(charge.receipt.url);", "receipt", "read")] },
    witness: { value: { id: "ch_1" }, acceptedBy: "revision", rejectedBy: "base" },
  }),
  finding({
    fingerprint: "0a00000000000004",
    rule: "response-property-removed",
    message: "`legacy_id` is gone",
    why: "code that reads it meets `undefined`",
    fix: "read `id`",
    after: null,
    usage: { confidence: "used", sites: [site("src/old.ts", 1, "log(charge.legacy_id);", "legacy_id", "read")] },
  }),
  finding({
    fingerprint: "0a00000000000005",
    rule: "operation-added",
    severity: "safe",
    effect: "widen",
    message: "`GET /v2/charges` is new",
    why: "nothing of yours changes",
    fix: "nothing to do",
    occurrences: [],
  }),
];

/** With an approval that holds, one that ended and an entry of the calendar. */
export function fixtureReport(list: readonly Finding[] = findings): DriftReport {
  return createReport({
    command: "diff",
    version: "0.1.0",
    inputs: [
      { role: "base", provider: "acme", version: "2026-01", file: base, specSha256: "0".repeat(64) },
      { role: "revision", provider: "acme", version: "2026-07", file: revision, specSha256: "1".repeat(64) },
    ],
    findings: list,
    approvals: [
      {
        approval: {
          fingerprint: "0a00000000000004",
          rule: "response-property-removed",
          reason: "only logged",
          by: "payments",
          until: "2027-01-31",
        },
        location: at("couplet.approvals.yaml", 3, "  - fingerprint: 0a00000000000004", "fingerprint: 0a00000000000004"),
      },
      {
        approval: {
          fingerprint: "0b00000000000000",
          rule: "operation-removed",
          reason: "not ours",
          until: "2026-10-31",
        },
        location: at("couplet.approvals.yaml", 8, "  - fingerprint: 0b00000000000000", "fingerprint: 0b00000000000000"),
      },
    ],
    calendar: [
      {
        provider: "acme",
        apiVersion: "2026-01",
        operation: listCharges,
        what: "sunset",
        date: "2027-01-31",
        source: "x-sunset",
      },
    ],
    bump: "major",
    today: "2026-11-22",
    includeSafe: true,
  });
}

/** What a hostile document would write into every text that a report shows. */
export const hostileText: string =
  "`\"'><img src=x onerror=alert(1)><script>alert(1)</script> @everyone #1 [a](javascript:alert(1)) www.evil.example" +
  " https://evil.example |\r\n::error::x\u001b[31m\u202e </details> --> <!-- couplet-drift --> ${{ x }}\u0000 ##[stop-commands]x";

export function hostileReport(): DriftReport {
  const place: Location = { file: hostileText, line: 3, column: 2, excerpt: { text: hostileText, length: 20 } };
  const bad: OperationReference = {
    key: hostileText,
    method: hostileText,
    path: hostileText,
    clientMethod: hostileText,
  };
  return fixtureReport([
    finding({
      provider: hostileText,
      apiVersion: hostileText,
      operation: bad,
      pointer: { base: `/${hostileText}` },
      location: { base: place, revision: place },
      before: hostileText,
      after: { [hostileText]: hostileText },
      message: hostileText,
      why: hostileText,
      fix: hostileText,
      witness: { value: { [hostileText]: hostileText }, acceptedBy: "base", rejectedBy: "revision" },
      usage: {
        confidence: "used",
        sites: [{ ...place, how: "read", diagnostic: { code: "TS1", message: hostileText } }],
      },
      occurrences: [{ operation: bad, direction: "response", status: hostileText, at: hostileText }],
    }),
  ]);
}
