/** A first policy for a provider, from what its document says. Pure. Nothing that is a guess about safety is active. */
import type { ApiDocument } from "../model.ts";
import type { PolicyMap } from "../policy-model.ts";
import { inferIdempotency } from "./idempotency.ts";
import { inferPagination } from "./pagination.ts";
import { policyText } from "./policy-text.ts";
import { inferLimits } from "./rate-limits.ts";
import { inferSecurity } from "./security.ts";
import { inferServers } from "./servers.ts";
import { activeData, block, type Entry, joinSections, leaf, listOf, settle } from "./suggestion.ts";
import { inferHints } from "./vendor-hints.ts";
import { inferVersions } from "./version-pin.ts";

export interface StarterPolicy {
  /** The file. */
  readonly text: string;
  /** What the file says without its comments. */
  readonly data: PolicyMap;
  readonly counts: {
    /** Security schemes that are configured. */
    readonly schemes: number;
    /** Operations with an active paginator. */
    readonly paginated: number;
    /** Operations whose pagination a person must decide. */
    readonly paginationOpen: number;
    /** Operations' keys, headers and extensions of limits, and hints of other tools, that are suggested. */
    readonly suggestions: number;
  };
}

const heading = [
  // `couplet generate` writes the schema; editors complete and check by it.
  "yaml-language-server: $schema=../policy.schema.json",
  "A first policy, inferred from the provider's document. Lines without # are in force: the document determines them.",
  "Lines behind # wait for a person: read the question, look the answer up, take the # away or delete the line.",
];

const order = [
  "servers",
  "serverVariables",
  "versions",
  "credentials",
  "auth",
  "defaults",
  "rateLimits",
  "paginators",
  "rules",
];
const place = ({ key = "" }: Entry): number => (order.indexOf(key) + order.length + 1) % (order.length + 1);

export function inferPolicy(document: ApiDocument, provider: string, version: string): StarterPolicy {
  const security = inferSecurity(document, provider);
  const pagination = inferPagination(document);
  const limits = inferLimits(document);
  const hints = inferHints(document);
  const keys = inferIdempotency(document);
  const rules = [...security.rules, ...pagination.rules, ...keys];
  const sections = [
    ...inferServers(document),
    ...inferVersions(document, version),
    ...security.sections,
    ...limits.sections,
    ...pagination.sections,
    ...(hints.defaults.length === 0 ? [] : [block("defaults", hints.defaults)]),
    ...(rules.length === 0 ? [] : [listOf("rules", rules)]),
    ...(hints.operations.length === 0 ? [] : [block("operations", hints.operations)]),
  ];
  const joined = joinSections(sections).sort((a, b) => place(a) - place(b));
  const settled = settle([leaf("policy", "1.0"), leaf("provider", provider), ...joined]);
  return {
    text: policyText(heading, settled),
    data: activeData(settled),
    counts: {
      schemes: security.configured,
      paginated: pagination.active,
      paginationOpen: pagination.suggested,
      suggestions: keys.length + limits.hints + hints.count,
    },
  };
}
