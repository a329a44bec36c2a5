/** One mistake in a policy, and the one finding that it gives. */
import type { Diagnostic } from "../../../../generator/errors.ts";
import type { ApiDocument } from "../../../../generator/model.ts";
import { planPolicy } from "../../../../generator/plan/policy.ts";
import { apiDocument, apiTree, documentOf, head, type Mark, policyOf, toMark, unmark } from "../harness.ts";

export interface Row {
  readonly what: string;
  /** Without its head; `«…»` is what must be underlined. */
  readonly policy: string;
  readonly code: string;
  /** Absent: an error. */
  readonly severity?: "warning";
  /** Whole and exact; the file is called `policy.yaml` in it. */
  readonly message: string;
  readonly fix: string;
  readonly given?: Given;
  /** Where the finding stands when no text can be marked: at the end of the policy, or in the document. */
  readonly at?: Mark;
}

/** What differs from one version of the small API, looked at on no particular day. */
export type Given = "whole" | "v9" | "today" | "whole today" | "versions" | Addition;
type Addition =
  | "nameless"
  | "twins"
  | "nothings"
  | "everything"
  | "elsewhere"
  | "clear"
  | "newThing"
  | "typed"
  | "unanswered"
  | "batches";

type Tree = Record<string, unknown>;
const get = (operationId: string | undefined, schema: Tree, extra: Tree = {}): Tree => ({
  get: {
    ...(operationId === undefined ? {} : { operationId }),
    tags: ["Things"],
    responses: { "200": { description: "ok", content: { "application/json": { schema } } } },
    ...extra,
  },
});
const list = { type: "array", items: { type: "string" } };
const json = (schema: Tree): Tree => ({ content: { "application/json": { schema } } });
const thing = { $ref: "#/components/schemas/Thing" };
const many = {
  type: "object",
  required: ["things"],
  properties: { things: { type: "array", items: thing }, note: { type: "string" } },
};
const post = (operationId: string, body: Tree | undefined, answer: Tree, extra: Tree = {}): Tree => ({
  post: {
    operationId,
    ...(body && { requestBody: json(body) }),
    responses: { "200": { description: "ok", ...json(answer) } },
    ...extra,
  },
});

/** Paths that only a few mistakes need. */
const additions: Readonly<Record<Addition, Tree>> = {
  nameless: { "/v1/nameless/{id}": get(undefined, { type: "object" }) },
  twins: { "/v1/a": get("getTwin", list), "/v1/b": get("getTwin", list) },
  nothings: {
    "/v1/nothings": get("nothings", {
      type: "object",
      required: ["ok"],
      properties: { ok: { const: true }, note: { type: "string" } },
      examples: [{ ok: true, note: "fine, thanks" }],
    }),
  },
  everything: { "/v1/everything": get("nothings", { type: "object", properties: { a: list, b: list } }) },
  elsewhere: { "/v1/far": get("getFar", list, { servers: [{ url: "https://far.things.example" }] }) },
  batches: {
    "/v1/batch": post("batchThings", many, many),
    "/v1/tagged": post("taggedThings", { ...many, required: ["things", "tag"] }, many),
    "/v1/rename/{id}": post("renameThing", thing, thing, {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
    }),
    "/v1/clear": post("deleteEverything", undefined, thing),
  },
  clear: {},
  unanswered: {},
  typed: {
    "/v1/typed": get("getTyped", {
      anyOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
    }),
  },
  newThing: { "/v1/new": get("getNewThing", { type: "object" }) },
};

const typedSchemas = {
  Born: {
    type: "object",
    properties: { born: { type: "integer" }, lives: { type: "array", items: { type: "string" } } },
  },
  Cat: {
    allOf: [
      { $ref: "#/components/schemas/Born" },
      { type: "object", properties: { name: { type: "string" }, seen: { type: "integer" } } },
    ],
  },
  Dog: {
    type: "object",
    properties: { seen: { type: "integer" }, tags: { type: "array", items: { type: "boolean" } } },
  },
};

const documents = new Map<string, Promise<ApiDocument>>();

function documentFor(given: string | undefined): Promise<ApiDocument> {
  if (given === undefined || !Object.hasOwn(additions, given)) return apiDocument();
  const known = documents.get(given);
  if (known) return known;
  const tree = apiTree();
  Object.assign(tree["paths"] as Tree, additions[given as Addition]);
  if (given === "typed" || given === "unanswered")
    Object.assign((tree["components"] as { schemas: Tree }).schemas, typedSchemas);
  if (given === "clear") tree["servers"] = [{ url: "http://api.things.example" }];
  const made = documentOf(tree);
  documents.set(given, made);
  return made;
}

export interface Told {
  readonly wanted: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
  readonly marks: readonly Mark[];
  readonly file: string;
}

/** All findings of the row's policy, of reading and of planning. */
export async function findingsOf({ policy, code, given }: Pick<Row, "policy" | "code" | "given">): Promise<Told> {
  const { text, marks } = unmark(given?.startsWith("whole") ? policy : head + policy);
  const source = await policyOf(text);
  const document = await documentFor(given);
  const other = given === "versions" ? [["2025-01", await documentFor("newThing")] as const] : [];
  const plan = planPolicy(source, document, given === "v9" ? "v9" : "2026-01", {
    documents: new Map([["2026-01", document], ...other].slice(other.length === 0 ? 1 : 0) as [string, ApiDocument][]),
    ...(given?.endsWith("today") ? { today: "2026-11-20" } : {}),
  });
  const all = [...source.diagnostics, ...plan.diagnostics];
  return {
    wanted: all.filter((one) => one.code === code),
    errors: all.filter((one) => one.severity === "error"),
    marks,
    file: source.file,
  };
}

/** The finding without its file, whose name is made up. */
export function plain(finding: Diagnostic, file: string): object {
  const here = (words: string | undefined): string => (words ?? "").replaceAll(file, "policy.yaml");
  const { code, severity, message, fix } = finding;
  return { code, severity, message: here(message), fix: here(fix), ...toMark(finding) };
}
