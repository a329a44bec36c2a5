/** Policies and documents of tests, through the real loaders; `«` and `»` in a policy mark what a finding must underline. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Diagnostic } from "../../../generator/errors.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import type { ApiDocument, OperationPolicy, PolicyPlan } from "../../../generator/model.ts";
import { type PlanPolicyOptions, planPolicy } from "../../../generator/plan/policy.ts";
import type { PolicySource } from "../../../generator/policy-model.ts";

const folder = mkdtempSync(join(tmpdir(), "couplet-policy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Takes the marks out of a text and tells where they were. */
export function unmark(text: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = [];
  const lines = text.split("\n").map((line, index) => {
    let clean = line;
    for (let start = clean.indexOf("«"); start !== -1; start = clean.indexOf("«")) {
      const end = clean.indexOf("»") - 1;
      clean = clean.replace("«", "").replace("»", "");
      marks.push({ line: index + 1, column: start + 1, length: end - start });
    }
    return clean;
  });
  return { text: lines.join("\n"), marks };
}

export function toMark({ line, column, excerpt }: Diagnostic): Mark {
  return { line, column, length: excerpt?.length ?? 0 };
}

export async function policyOf(text: string | Uint8Array): Promise<PolicySource> {
  const name = `policy-${++count}.yaml`;
  writeFileSync(join(folder, name), text);
  return loadPolicy(name, { cwd: folder });
}

/** Writes files into a project of their own and loads `specs/things/policy.yaml` of it. */
export async function policyAmong(files: Readonly<Record<string, string>>): Promise<PolicySource> {
  const cwd = join(folder, `project-${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return loadPolicy("specs/things/policy.yaml", { cwd });
}

type Tree = Record<string, unknown>;

const page = {
  type: "object",
  properties: {
    data: { type: "array", items: { $ref: "#/components/schemas/Thing" } },
    has_more: { type: "boolean" },
    next_page: { type: ["string", "null"] },
  },
};
const answer = (schema: Tree): Tree => ({
  "200": { description: "ok", content: { "application/json": { schema } } },
  default: {
    description: "error",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
  },
});
const parameter = (name: string, where = "query", schema: Tree = { type: "string" }): Tree => ({
  name,
  in: where,
  schema,
  ...(where === "path" ? { required: true } : {}),
});

/** A small API with one of everything that policies speak about. */
export function apiTree(): Tree {
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "2026-01" },
    servers: [{ url: "https://api.things.example" }],
    security: [{ token: [] }],
    paths: {
      "/v1/things": {
        get: {
          operationId: "listThings",
          tags: ["Things"],
          parameters: [
            parameter("limit", "query", { type: "integer", maximum: 100 }),
            parameter("starting_after"),
            parameter("page"),
          ],
          responses: answer({ $ref: "#/components/schemas/ThingList" }),
        },
        post: {
          operationId: "createThing",
          tags: ["Things"],
          parameters: [parameter("Idempotency-Key", "header")],
          requestBody: {
            content: {
              "application/json": {
                schema: { type: "object", properties: { name: { type: "string" }, request_id: { type: "string" } } },
              },
            },
          },
          responses: answer({ $ref: "#/components/schemas/Thing" }),
        },
      },
      "/v1/things/{id}": {
        parameters: [parameter("id", "path")],
        get: { operationId: "getThing", tags: ["Things"], responses: answer({ $ref: "#/components/schemas/Thing" }) },
        delete: {
          operationId: "deleteThing",
          tags: ["Things"],
          responses: answer({ $ref: "#/components/schemas/Thing" }),
        },
      },
      "/v1/events": {
        post: {
          operationId: "createEvent",
          tags: ["Events"],
          deprecated: true,
          requestBody: { content: { "application/json": { schema: { type: "object" } } } },
          responses: { "204": { description: "done" } },
        },
      },
    },
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: {
        Thing: {
          type: "object",
          properties: {
            id: { type: "string" },
            name: { type: "string" },
            parts: { type: "array", items: { type: "string" } },
          },
        },
        ThingList: page,
        Problem: {
          type: "object",
          properties: {
            error: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } },
          },
        },
      },
    },
  };
}

export async function documentOf(tree: Tree): Promise<ApiDocument> {
  const name = `document-${++count}.json`;
  writeFileSync(join(folder, name), JSON.stringify(tree, null, 2));
  return loadDocument(name, { cwd: folder });
}

let shared: Promise<ApiDocument> | undefined;
export function apiDocument(): Promise<ApiDocument> {
  shared ??= documentOf(apiTree());
  return shared;
}

export const head: string =
  'policy: "1.0"\nprovider: things\nsource: { url: "https://docs.things.example", verified: 2026-11-01 }\n';

export interface Planned extends PolicyPlan {
  readonly source: PolicySource;
  operation(name: string): OperationPolicy;
}

/** Plans a policy (without its head) against the small API, or against another document. */
export async function planOf(
  body: string,
  options: PlanPolicyOptions & { readonly document?: ApiDocument; readonly version?: string } = {},
): Promise<Planned> {
  const source = await policyOf(head + body);
  const plan = planPolicy(source, options.document ?? (await apiDocument()), options.version ?? "2026-01", options);
  return { ...plan, source, operation: (name) => plan.operations.get(name)! };
}

/** Lines that `planOf` puts before a policy. */
export const headLines: number = head.split("\n").length - 1;

export function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((one) => `${one.line}:${one.column} ${one.severity} ${one.code} ${one.message} | ${one.fix}`);
}
