/** The form of a report, once: reports that are given back are read with it, and its JSON Schema is what is published. */
import { z } from "zod";
import type { Json } from "../../model.ts";
import type { Approval, DriftReport, Finding, Occurrence, OperationReference, UsageSite } from "../finding.ts";

const text = z.string();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const position = z.int().min(1);

const place = {
  file: text.describe("path in the project, URL, or git:<ref>:<path>"),
  line: position,
  column: position.describe("in UTF-16 units"),
  excerpt: z
    .strictObject({ text, length: z.int().min(0) })
    .describe("the whole line, and how many characters of it from `column` on are meant")
    .exactOptional(),
};
const location = z.strictObject(place);

const operation: z.ZodType<OperationReference> = z.strictObject({
  key: text,
  method: text.describe("in upper case"),
  path: text,
  clientMethod: text.describe("namespace.method of the generated client").exactOptional(),
});

const direction = z
  .enum(["request", "response", "both"])
  .describe("values that are sent, values that are received, or neither alone");
const side = z.enum(["base", "revision"]);
const value = z.json() as z.ZodType<Json>;

const pointer = z.strictObject({ base: text.exactOptional(), revision: text.exactOptional() });

const occurrence: z.ZodType<Occurrence> = z.strictObject({
  operation,
  direction,
  status: text.exactOptional(),
  at: text.describe("from the root of the parameter or body: property names, and [] for items"),
  pointer: pointer.describe("where this operation has it, of what each writes out for itself").exactOptional(),
});

const site: z.ZodType<UsageSite> = z.strictObject({
  ...place,
  how: z.enum(["call", "read", "write", "compare", "exhaustive", "type", "reexport", "escape"]),
  diagnostic: z
    .strictObject({ code: text, message: text })
    .describe("what the compiler says there with the new client")
    .exactOptional(),
});

const approvalShape = {
  fingerprint: text,
  rule: text,
  where: text.exactOptional(),
  reason: text,
  by: text.exactOptional(),
  until: text.describe("last day on which it holds, 2027-01-31").exactOptional(),
};
const approval: z.ZodType<Approval> = z.strictObject(approvalShape);

const finding: z.ZodType<Finding> = z.strictObject({
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("stays the same while the change is the same; no text of messages and no line numbers are in it"),
  kind: z.enum(["codegen", "upstream", "traffic", "policy", "surface", "calendar"]),
  rule: text,
  severity: z.enum(["breaking", "risky", "notice", "safe"]).describe("from the client's side"),
  breaks: z
    .enum(["callers", "users"])
    .describe("of `breaking`: each call of the operation fails, or only code that names the thing")
    .exactOptional(),
  effect: z
    .enum(["widen", "narrow", "incomparable", "rename", "none", "unknown"])
    .describe("what happens to the set of values that are accepted"),
  direction,
  provider: text.exactOptional(),
  apiVersion: text.exactOptional(),
  operation: operation.exactOptional(),
  pointer: pointer.describe("JSON Pointers in the normalised documents"),
  location: z.strictObject({ base: location.exactOptional(), revision: location.exactOptional() }),
  before: value.exactOptional(),
  after: value.exactOptional(),
  message: text.describe("what happened"),
  why: text.describe("why it matters to a client"),
  fix: text.describe("what to do"),
  witness: z
    .strictObject({
      value,
      acceptedBy: side,
      rejectedBy: side,
      pointer: z
        .strictObject({ base: text, revision: text })
        .describe("the schemas that it is a value of, where they are not at the finding's pointers")
        .exactOptional(),
    })
    .describe("a value that one side takes and the other refuses")
    .exactOptional(),
  usage: z
    .strictObject({ confidence: z.enum(["proven", "used", "possible", "unused"]), sites: z.array(site) })
    .describe("where the consumer's code meets the change; absent when no code was looked at")
    .exactOptional(),
  occurrences: z.array(occurrence).describe("all operations that reach it"),
  approval: approval.exactOptional(),
});

export const reportSchema: z.ZodType<DriftReport> = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal("couplet"), version: text }),
  command: text,
  inputs: z.array(
    z.strictObject({
      role: z.enum(["base", "revision", "project", "traffic"]),
      provider: text.exactOptional(),
      version: text.exactOptional(),
      file: text,
      specSha256: text.exactOptional(),
    }),
  ),
  summary: z
    .strictObject({
      breaking: z.int().min(0),
      risky: z.int().min(0),
      notice: z.int().min(0),
      safe: z.int().min(0).describe("also of safe findings that are not listed"),
      approved: z.int().min(0),
    })
    .describe("findings without an approval by severity, and those with one"),
  bump: z
    .enum(["major", "minor", "patch", "none"])
    .describe("of the package, where a command can tell")
    .exactOptional(),
  findings: z.array(finding).describe("the worst first, and those that code meets before the others"),
  staleApprovals: z
    .array(z.strictObject({ ...approvalShape, problem: text, location: location.exactOptional() }))
    .describe("approvals that do not hold"),
  calendar: z.array(
    z.strictObject({
      provider: text,
      apiVersion: text,
      operation: operation.exactOptional(),
      what: z.enum(["deprecated", "sunset", "support-ends", "credential-expires", "approval-expires"]),
      date: day.exactOptional(),
      source: text,
    }),
  ),
});

/** JSON Schema (draft 2020-12) of what `--format json` of the drift commands prints. */
export function printReportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { target: "draft-2020-12", reused: "ref" });
  const title = "couplet drift report";
  return JSON.stringify({ $schema, title, ...schema }, null, 2);
}
