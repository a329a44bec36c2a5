/** What of a policy decides how bad a change of the document is. */
import { type ApiDocument, featureName, type PolicyPlan } from "../model.ts";
import type { PolicyFactsOfDrift } from "./diff-options.ts";

export interface PolicySide {
  readonly document: ApiDocument;
  readonly policy: PolicyPlan;
}

/** Facts of both sides together: what either reads, supplies or leaves out counts. */
export function policyFactsOf(base: PolicySide, revision: PolicySide): PolicyFactsOfDrift {
  const sides = [base, revision];
  const operations = sides.flatMap(({ policy }) => [...policy.operations.values()]);
  return {
    responseHeaders: unique(sides.flatMap(({ policy }) => headersOf(policy))),
    strictResponses: operations.some(({ policy }) => policy.validation.response === "strict"),
    excluded: unique(
      sides.flatMap(({ document, policy }) =>
        document.operations.map(({ key }) => key).filter((key) => !policy.operations.has(key)),
      ),
    ),
    supplied: unique(operations.flatMap(({ supplied }) => supplied)),
    alternatives: alternativesOf(base),
    constants: constantsOf(revision.policy),
  };
}

function alternativesOf({ document, policy }: PolicySide): Record<string, string[][]> {
  const declared = new Set(document.securitySchemes.map(({ name }) => name));
  // Several `auth` blocks for one scheme are numbered.
  const nameOf = (name: string): string => (declared.has(name) ? name : name.replace(/\.\d+$/, ""));
  return Object.fromEntries(
    document.operations.flatMap(({ key, security }) => {
      const used = policy.operations.get(key)?.security;
      return used === undefined || security.length < 2 ? [] : [[key, used.map((names) => names.map(nameOf))]];
    }),
  );
}

/** `in:name` -> values that are sent with every call. */
function constantsOf({ operations }: PolicyPlan): Record<string, string[]> {
  const constants: Record<string, string[]> = Object.create(null);
  for (const policy of new Set([...operations.values()].map((operation) => operation.policy)))
    for (const [place, values] of [
      ["header", policy.headers],
      ["query", policy.query],
      ["path", policy.path],
    ] as const)
      for (const [name, value] of Object.entries(values ?? {})) {
        const key = `${place}:${place === "header" ? name.toLowerCase() : name}`;
        constants[key] = unique([...(constants[key] ?? []), value]);
      }
  return constants;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** What a feature of the runtime reads by itself. */
const readByFeature: Readonly<Record<string, readonly string[]>> = {
  linkPages: ["link"],
  deprecationNotices: ["deprecation", "sunset", "link"],
};

/** Headers of answers that calls read: every `{ from: "header", name }` of the plan, and what features read. */
function headersOf({ connector, operations }: PolicyPlan): string[] {
  const headers: string[] = [];
  function visit(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const feature = featureName(value);
    if (feature !== undefined) headers.push(...(readByFeature[feature] ?? []));
    const { from, name } = value as { readonly from?: unknown; readonly name?: unknown };
    if (from === "header" && typeof name === "string") headers.push(name.toLowerCase());
    for (const member of Object.values(value)) visit(member);
  }
  visit(connector);
  // Operations share their policies: each is looked at once.
  for (const part of new Set([...operations.values()].flatMap(({ policy, pagination }) => [policy, pagination])))
    visit(part);
  return headers;
}
