import type { OperationPlan, TypeRef, VersionPlan } from "../model.ts";
import { inline, inlineCode } from "./markdown.ts";
import type { EmittedFile } from "./scan.ts";
import { renderTemplate } from "./templates.ts";

function typeText(ref: TypeRef): string {
  if (ref.kind === "named") return ref.name;
  if (ref.kind === "wrapped") return `${ref.in}<${typeText(ref.of)}>`;
  return ref.kind === "array" ? `${typeText(ref.of)}[]` : ref.text;
}

function operationRow(operation: OperationPlan): object {
  const { streamed } = operation;
  const stream = streamed === undefined ? "" : ` or ItemStream<${typeText(streamed.stream.type)}>`;
  const result = `${operation.output.map(typeText).join(" | ") || "void"}${stream}`;
  const item = operation.item === undefined ? "" : `, items ${inlineCode(typeText(operation.item))}`;
  const input = operation.input.length > 0 ? operation.inputType : "–";
  const { method } = operation.descriptor;
  const note = operation.spec.deprecated ? "**deprecated**; " : "";
  return {
    call: inlineCode(operation.id),
    types: `${inline(input)} → ${inlineCode(result)}${item}`,
    request: inlineCode(`${method} ${operation.spec.path}`),
    policy: note + inline(operation.policyLine),
  };
}

/** `api.md`: the version's surface and policy on one line per operation, for reviews. */
export function emitApi(plan: VersionPlan): EmittedFile {
  const namespaces = plan.namespaces.map((namespace) => ({
    name: inline(namespace.name),
    description: inline(namespace.description ?? ""),
    operations: namespace.operations.map(operationRow),
  }));
  const values = {
    title: inline(plan.title),
    provider: inline(plan.provider),
    version: inline(plan.version),
    count: plan.namespaces.reduce((total, namespace) => total + namespace.operations.length, 0),
    namespaces,
  };
  return { text: renderTemplate("api", values), check: "markdown" };
}
