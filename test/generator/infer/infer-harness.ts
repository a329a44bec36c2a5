/** Documents of tests, through the real loader, and what the real linter says of the policy inferred from them. */
import type { Diagnostic } from "../../../generator/errors.ts";
import { inferPolicy, type StarterPolicy } from "../../../generator/infer/starter-policy.ts";
import type { ApiDocument } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { document as around, load } from "../load/document-in.ts";
import { policyOf } from "../policy/harness.ts";

type Tree = Record<string, unknown>;

export function loadTree(tree: object): Promise<ApiDocument> {
  return load({ "openapi.json": tree });
}

export async function infer(tree: object, version = "1"): Promise<StarterPolicy> {
  return inferPolicy(await loadTree(tree), "acme", version);
}

/** Errors of the linter and of the planner, which is what `generate` refuses. */
export async function errorsOf(text: string, document: ApiDocument, version = "1"): Promise<Diagnostic[]> {
  const source = await policyOf(text);
  const plan = planPolicy(source, document, version, {
    documents: new Map([[version, document]]),
    today: "2026-11-22",
  });
  return [...source.diagnostics, ...plan.diagnostics].filter(({ severity }) => severity === "error");
}

export const json = (schema: object): Tree => ({ description: "ok", content: { "application/json": { schema } } });
export const query = (name: string, schema: object = { type: "string" }): Tree => ({ name, in: "query", schema });

/** A document whose one operation is `GET /things`, with these parts. */
export function withList(operation: Tree, parts: Tree = {}): object {
  const get = { operationId: "listThings", responses: { "200": { description: "ok" } }, ...operation };
  return around({ servers: [{ url: "https://api.acme.example" }], paths: { "/things": { get } }, ...parts });
}

/**
 * The text with one suggestion accepted: the commented lines from the one that starts with `first`, as far as they are
 * indented below it, lose their `# `.
 */
export function accept(text: string, first: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim().startsWith(`# ${first}`));
  if (start === -1) throw new Error(`there is no suggestion ${first}`);
  const lead = lines[start]!.indexOf("#");
  const depth = lines[start]!.slice(lead + 2).search(/\S/);
  const below = (line: string): boolean =>
    line.slice(lead, lead + 2) === "# " && line.slice(lead + 2).search(/\S/) > depth;
  let end = start + 1;
  while (end < lines.length && below(lines[end]!)) end++;
  return lines
    .map((line, at) => (at < start || at >= end ? line : line.slice(0, lead) + line.slice(lead + 2)))
    .join("\n");
}
