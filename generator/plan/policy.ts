/** The policy of one version: layers resolved for every operation, and checked against the document. Pure. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import { type ApiDocument, feature, type OperationPolicy, type PolicyPlan } from "../model.ts";
import type { PolicySource } from "../policy-model.ts";
import { Findings } from "./findings.ts";
import { type Branch, itemsOf, leafAt, listAt, textAt } from "./layers.ts";
import { refuseNotHonoured } from "./not-honoured.ts";
import type { Planning } from "./planning.ts";
import { SharedPointers } from "./pointer-checks.ts";
import { AuthPlanner } from "./policy-auth.ts";
import { planCoercions } from "./policy-coerce.ts";
import { checkContradictions } from "./policy-contradictions.ts";
import { webhookCredentials } from "./policy-credentials.ts";
import { ErrorRules } from "./policy-errors.ts";
import { checkSources, checkUnused } from "./policy-facts.ts";
import { resolveLayers } from "./policy-layers.ts";
import { LimitPlanner } from "./policy-limits.ts";
import { operationIndex, planNames, selectOperations } from "./policy-names.ts";
import { planNeighbours } from "./policy-neighbours.ts";
import { notePlace, planOperationPolicy, type Workshop } from "./policy-operation.ts";
import { planRedact } from "./policy-redact.ts";
import { planServers } from "./policy-servers.ts";
import { allRoots, blocksOf, type Effective, rootsOf, topTree } from "./policy-stack.ts";
import { checkDeadRules } from "./policy-unreachable.ts";
import { type Pin, planVersionFacts } from "./policy-version.ts";
import { checkWaitFormats } from "./policy-wait-formats.ts";
import { checkWebhooks } from "./policy-webhooks.ts";
import { RedactedPlaces } from "./redacted-places.ts";

export interface PlanPolicyOptions {
  /** Name of the provider when the policy does not give one. */
  readonly provider?: string;
  /** All versions of the provider by label: an operation that only another version has is then no mistake. */
  readonly documents?: ReadonlyMap<string, ApiDocument>;
  /** The calendar date, `2026-11-20`, for ends of support and stale facts; absent: neither is checked. */
  readonly today?: string;
}

/** A plan with the layers that it was made of, and what they replaced. */
export interface TracedPolicy {
  readonly plan: PolicyPlan;
  /** Keys of the top level. */
  readonly top: Branch;
  /** By operation key. */
  readonly operations: ReadonlyMap<string, Effective>;
}

function toSlug(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
      .slice(0, 64) || "api"
  );
}

/**
 * Resolves a policy for one version of a provider. Without a policy the built-in defaults hold, and credentials follow
 * from the document's security schemes. Structural findings are in `source.diagnostics`, not repeated here.
 */
export function planPolicy(
  source: PolicySource | undefined,
  document: ApiDocument,
  version: string,
  options: PlanPolicyOptions = {},
): PolicyPlan {
  return resolvePolicy(source, document, version, options, false).plan;
}

/** Like `planPolicy`, and keeps what explains it. */
export function tracePolicy(
  source: PolicySource | undefined,
  document: ApiDocument,
  version: string,
  options: PlanPolicyOptions = {},
): TracedPolicy {
  return resolvePolicy(source, document, version, options, true);
}

function resolvePolicy(
  source: PolicySource | undefined,
  document: ApiDocument,
  version: string,
  options: PlanPolicyOptions,
  history: boolean,
): TracedPolicy {
  const findings = new Findings(source);
  const documents = new Map([...(options.documents ?? []), [version, document] as const]);
  const { today } = options;
  const planning: Planning = {
    source,
    document,
    version,
    documents,
    findings,
    ...(today === undefined ? {} : { today }),
  };
  const roots = rootsOf(source, version);
  const top = topTree(roots, history);
  for (const root of roots) refuseNotHonoured(root.map, root.path, findings);

  const selectors = new Map<string, number>();
  const index = operationIndex(document.operations);
  const operations = selectOperations(planning, top, selectors);
  const { servers, variables } = planServers(planning, top);
  const { pin, echo, deprecation, supportedUntil } = planVersionFacts(planning, top);
  const auth = new AuthPlanner(planning, top, {
    variables,
    pinned: pin?.name,
  });
  // Names may be used by other versions only, so the file is asked, not this plan.
  const everywhere = blocksOf(allRoots(source));
  const errors = everywhere.flatMap((block) =>
    itemsOf(leafAt(block, "errors")).map((rule) => textAt(rule, "as") ?? ""),
  );
  const limits = new LimitPlanner(planning, top, errors);
  const workshop: Workshop = {
    planning,
    top,
    auth,
    limits,
    variables,
    pin,
    pointers: new SharedPointers(document),
    redacted: new RedactedPlaces(document),
    rules: new ErrorRules(planning),
    index,
    interned: new Map<string, Policy>(),
  };
  const resolved = resolveLayers(planning, roots, operations, history);
  const { effective } = resolved;
  for (const [name, count] of resolved.selectors) selectors.set(name, count);
  checkDeadRules(planning, resolved);
  const planned = new Map<string, OperationPolicy>();
  for (const operation of operations)
    planned.set(operation.key, planOperationPolicy(workshop, effective.get(operation)!, operation));
  planNeighbours({ planning, index, planned }, effective);
  notePlace(workshop, operations, leafAt(top, "versioning", "echo"), echo?.from);
  workshop.pointers.report(findings);
  workshop.redacted.report(findings);

  const names = planNames(planning, top, index);
  const coercions = planCoercions(planning, top, operations);
  const blocks = blocksOf(roots);
  checkContradictions(planning, blocks, roots);
  checkWaitFormats(planning, blocks, top);
  checkWebhooks(planning, top);
  checkSources(planning, top, roots);
  checkUnused(
    planning,
    top,
    "rateLimits",
    "rate limit",
    everywhere.flatMap((block) => listAt(block, "limitedBy") ?? []),
  );
  checkUnused(
    planning,
    top,
    "paginators",
    "paginator",
    everywhere.map((block) => textAt(block, "pagination", "use") ?? null),
  );
  checkUnused(planning, top, "credentials", "credential", [...auth.credentials.used, ...webhookCredentials(top)]);
  const redact = new Set([...effective.values()].flatMap((one) => one.redact));
  const plan: PolicyPlan = {
    connector: {
      provider: source?.provider ?? options.provider ?? toSlug(document.title),
      version,
      servers,
      serverVariables: variables.plan(),
      credentials: auth.credentials.plan(),
      auth: auth.plan((key) => constantsOf(planned.get(key)?.policy, pin)),
      rateLimits: limits.plan(),
      ...([...planned.values()].some(({ policy }) => policy.circuitBreaker)
        ? { breaker: feature("circuitGuard") }
        : {}),
      redact: planRedact(planning, [...redact], auth.applied()),
      ...(echo === undefined ? {} : { echo }),
      ...(deprecation === undefined ? {} : { deprecation }),
    },
    facts: {
      ...(pin === undefined ? {} : { pin }),
      ...(supportedUntil === undefined ? {} : { supportedUntil }),
      rateLimits: limits.sources(),
      auth: auth.sources(),
    },
    operations: planned,
    coercions,
    names,
    selectors: Object.fromEntries(selectors),
    sha256: source?.sha256 ?? "",
    diagnostics: findings.list(),
  };
  return { plan, top, operations: new Map([...effective].map(([operation, one]) => [operation.key, one])) };
}

/** What stands in each request of an operation; of one that is not generated, the pin. */
function constantsOf(policy: Policy | undefined, pin: Pin | undefined): Pick<Policy, "headers" | "query" | "path"> {
  if (policy === undefined) {
    if (pin === undefined) return {};
    return { [{ header: "headers", query: "query", path: "path" }[pin.in]]: { [pin.name]: pin.value } };
  }
  const { headers, query, path } = policy;
  return { ...(headers && { headers }), ...(query && { query }), ...(path && { path }) };
}
