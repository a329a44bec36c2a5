/** What the lock says of a version, made from its document, its policy and its plan. */
import { irSha256 } from "./ir-sha256.ts";
import { hashJson, type LockedVersion } from "./lock.ts";
import { type ApiDocument, featureName, type PolicyPlan, type SpecOperation, type VersionPlan } from "./model.ts";
import type { UsedOrigin } from "./origins.ts";

export interface VersionRecord {
  readonly inputs: Readonly<Record<string, string>>;
  readonly document: ApiDocument;
  readonly policy: PolicyPlan;
  readonly plan: VersionPlan;
  readonly origins: readonly UsedOrigin[];
}

export function recordVersion({
  inputs,
  document,
  policy,
  plan,
  origins,
}: VersionRecord): Omit<LockedVersion, "outputs" | "surfaceSha256"> {
  const operations = plan.namespaces.flatMap((namespace) => namespace.operations);
  const ir = irSha256(document);
  const names = Object.fromEntries(operations.map((operation) => [operation.key, operation.id]));
  return {
    deprecations: deprecationsOf(operations.map(({ spec }) => spec)),
    effectiveSha256: effectiveSha256(ir, policy, names),
    inputs,
    irSha256: ir,
    names,
    operations: operations.length,
    origins: origins.map(({ origin }) => origin),
    ...(policy.sha256 === "" ? {} : { policySha256: policy.sha256 }),
    selectors: { ...policy.selectors },
    specSha256: document.sha256,
    types: Object.fromEntries(plan.schemaNames),
  };
}

/** `x-sunset` is what tools write for the header of RFC 8594; only its day is kept. */
function deprecationsOf(operations: readonly SpecOperation[]): Record<string, string | null> {
  return Object.fromEntries(
    operations
      .filter(({ deprecated }) => deprecated)
      .map(({ key, extensions }) => {
        const sunset = Object.hasOwn(extensions, "x-sunset") ? extensions["x-sunset"] : undefined;
        return [key, (typeof sunset === "string" && /^\d{4}-\d{2}-\d{2}/.exec(sunset)?.[0]) || null];
      }),
  );
}

function effectiveSha256(document: string, policy: PolicyPlan, names: Readonly<Record<string, string>>): string {
  const { connector, operations } = policy;
  // Where a value was written down, and why, is not in force.
  const inForce = [...operations].map(([key, { facts: _, ...rules }]) => [key, rules]);
  const parts = { document, connector, operations: Object.fromEntries(inForce), names };
  return hashJson(JSON.parse(JSON.stringify(parts, (_, value: unknown) => featureName(value) ?? value)));
}
