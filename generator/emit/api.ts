import type { OperationPlan, TypeRef, VersionPlan } from "../model.ts";
import { toPolicyLine } from "../policy-line.ts";
import { toBatchText, toCacheText, toPagingText, toPollingText } from "../policy-words.ts";
import { inline, inlineCode } from "./markdown.ts";
import { authTable } from "./policy-tables.ts";
import type { EmittedFile } from "./scan.ts";
import { renderTemplate } from "./templates.ts";

/** Room for a dozen limits with their tiers. */
const maxLine = 2000;

function typeText(ref: TypeRef): string {
  if (ref.kind === "named") return ref.name;
  if (ref.kind === "wrapped") return `${ref.in}<${typeText(ref.of)}>`;
  return ref.kind === "array" ? `${typeText(ref.of)}[]` : ref.text;
}

function operationRow(operation: OperationPlan): object {
  const { streamed } = operation;
  const stream = streamed === undefined ? "" : ` or ItemStream<${typeText(streamed.stream.type)}>`;
  const result = `${operation.output.map(typeText).join(" | ") || "void"}${stream}`;
  const { item: itemType, descriptor, final: finalType } = operation;
  const paging = toPagingText(descriptor);
  const item = itemType && `, items ${inlineCode(typeText(itemType))}${paging === undefined ? "" : ` by ${paging}`}`;
  const polling = toPollingText(descriptor);
  const [cache, batch] = [toCacheText(descriptor), toBatchText(descriptor)];
  const further = [
    ...(cache === undefined ? [] : [`kept: ${inline(cache)}`]),
    ...(batch === undefined ? [] : [`joined ${inline(batch)}`]),
  ];
  const final =
    polling && `, completed ${inlineCode((finalType ?? []).map(typeText).join(" | ") || "void")} ${inline(polling)}`;
  // Alternatives, each of schemes that all apply.
  const security = (descriptor.security ?? []).map((names) => names.map(inlineCode).join(" and ") || "none");
  const input = operation.input.length > 0 ? operation.inputType : "–";
  const note = operation.spec.deprecated ? "**deprecated**; " : "";
  return {
    call: inlineCode(operation.id),
    types: `${inline(input)} → ${inlineCode(result)}${item ?? ""}${final ?? ""}`,
    request: inlineCode(`${descriptor.method} ${operation.spec.path}`),
    credentials: security.join(" or ") || "none",
    policy: `${note}${[inlineCode(operation.policyName), ...further].join("; ")}`,
  };
}

/** `api.md`: the version's surface and policy on one line per operation, for reviews. */
export function emitApi(plan: VersionPlan): EmittedFile {
  const namespaces = plan.namespaces.map((namespace) => ({
    name: inline(namespace.name),
    description: inline(namespace.description ?? ""),
    operations: namespace.operations.map(operationRow),
  }));
  const all = plan.namespaces.flatMap(({ operations }) => operations);
  const policies = plan.policies.map(({ name, policy }) => ({
    name: inlineCode(name),
    count: all.filter((operation) => operation.policyName === name).length,
    line: inline(toPolicyLine(policy, plan.connector), maxLine),
  }));
  const schemes = authTable(plan, all);
  const values = {
    title: inline(plan.title),
    provider: inline(plan.provider),
    version: inline(plan.version),
    count: all.length,
    namespaces,
    policies,
    credentials: schemes.rows.length > 0 ? schemes : false,
  };
  return { text: renderTemplate("api", values), check: "markdown" };
}
