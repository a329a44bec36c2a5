/** What README.md says of a version's policy: one table for each question. */
import type { AuthScheme } from "@couplet/runtime/codegen/v1";
import { toConditionText, toExpression } from "../expression-text.ts";
import { featureName, type OperationPlan, type Plan, type VersionPlan } from "../model.ts";
import {
  bufferedBytes,
  comparesBodies,
  toBackoffText,
  toDurationText,
  toListText,
  toPagingText,
  toRepeatedText,
  toRetryAfterText,
} from "../policy-words.ts";
import { breakerTable } from "./breaker-table.ts";
import { callTables } from "./call-tables.ts";
import { limitTable } from "./limit-table.ts";
import { inline, inlineCode } from "./markdown.ts";
import { groupBy, nothing, operationsCell, type PolicyTable, sourceCell } from "./policy-table.ts";

function retryTable(all: readonly OperationPlan[]): PolicyTable {
  const written = all.filter(({ facts }) => facts.retry);
  const rows = groupBy(written, ({ policy, facts }) => [
    policy.idempotency.class,
    toRepeatedText(policy),
    policy.retry,
    bufferedBytes(policy),
    policy.timeouts,
    facts.retry,
  ]).map((group) => {
    const [{ policy, facts }] = group;
    const repeated = toRepeatedText(policy);
    return [
      policy.idempotency.class,
      operationsCell(group, all),
      repeated === undefined ? "1" : String(policy.retry.maxAttempts),
      repeated === undefined ? "none" : inline(repeated) + streamsText(policy),
      repeated === undefined ? nothing : toBackoffText(policy.retry),
      toTimesText(policy.timeouts),
      repeated === undefined ? nothing : inline(toRetryAfterText(policy.retry)),
      sourceCell(facts.retry),
    ];
  });
  const columns = [
    "class",
    "operations",
    "attempts",
    "repeats",
    "backoff",
    "attempt / call",
    "the server's wait",
    "source",
  ];
  return { title: "Retries", columns, rows };
}

function streamsText(policy: OperationPlan["policy"]): string {
  const bytes = bufferedBytes(policy);
  return bytes === undefined ? "" : `; streamed bodies of at most ${bytes} bytes too`;
}

function toTimesText({ attempt, deadline, queue, connect }: OperationPlan["policy"]["timeouts"]): string {
  return [
    `${toDurationText(attempt)} / ${toDurationText(deadline)}`,
    ...(queue === undefined ? [] : [`at most ${toDurationText(queue.limit)} in queues`]),
    ...(connect === undefined ? [] : [`connecting ${toDurationText(connect)}, where \`fetch\` can keep it`]),
  ].join("; ");
}

function idempotencyTable(all: readonly OperationPlan[]): PolicyTable {
  const written = all.filter(({ facts }) => facts.idempotency);
  const rows = groupBy(written, ({ policy, facts }) => [
    policy.idempotency,
    comparesBodies(policy),
    facts.idempotency,
  ]).map((group) => {
    const [{ policy, facts }] = group;
    const { class: kind, key, retention, replaysErrors, inFlight, mismatch, replayed, onReplay } = policy.idempotency;
    const duplicate = onReplay?.duplicate;
    const proven = duplicate?.as === "applied" ? "an error with effect `applied`" : "a success without data";
    const answers = [
      ...(inFlight ? [`still running: ${inlineCode(toConditionText(inFlight))}`] : []),
      ...(mismatch ? [`key used otherwise: ${inlineCode(toConditionText(mismatch))}`] : []),
      ...(replayed ? [`replayed: ${inlineCode(toExpression(replayed))}`] : []),
      ...(duplicate ? [`already there: ${inlineCode(toConditionText(duplicate.when))}, when repeated ${proven}`] : []),
      ...(onReplay && !duplicate ? [`not found, when repeated ${proven}`] : []),
      ...(comparesBodies(policy) ? ["bodies by the client, not by the provider"] : []),
    ];
    return [
      operationsCell(group, all),
      kind,
      key === undefined
        ? nothing
        : `${key.in} ${inlineCode(key.name)}${key.generate === "none" ? ", of the caller" : ""}, at most ${key.maxLength} characters`,
      retention === undefined ? nothing : toDurationText(retention),
      kind === "keyed" ? (replaysErrors ? "yes, so a 5xx is not repeated" : "no") : nothing,
      answers.join("; ") || nothing,
      sourceCell(facts.idempotency),
    ];
  });
  const columns = ["operations", "class", "key", "kept", "replays errors", "told apart by", "source"];
  return { title: "Idempotency", columns, rows };
}

const flows: Readonly<Record<string, string>> = {
  staticCredential: "as given",
  basicCredential: "as given, HTTP Basic",
  clientCredentials: "OAuth 2.0 client credentials",
  refreshToken: "OAuth 2.0 refresh token",
  jwtBearer: "OAuth 2.0 with a signed assertion",
  sessionLogin: "a login call",
};

/** How requests are signed. */
function signatureText(sign: Plan<AuthScheme>["sign"]): readonly string[] {
  if (sign === undefined) return [];
  if (!("signed" in sign)) return ["signed by the application"];
  const { key, signed } = sign;
  const hash = key.algorithm === "ed25519" ? "" : `-${key.hash}`;
  return [`signed with ${key.algorithm}${hash} over ${inlineCode(signed)}`];
}

/** Where credentials come from. */
function originText(flow: string, { token, session, sign }: Plan<AuthScheme>): string {
  const at = token ? ` at ${inlineCode(token.url)}` : session ? ` to ${inlineCode(session.login.id)}` : "";
  return [`${flow}${at}`, ...signatureText(sign)].join("; ");
}

/** Where each scheme's credential goes and how it stays fresh. */
export function authTable(plan: VersionPlan, all: readonly OperationPlan[]): PolicyTable {
  const rows = Object.entries(plan.connector.auth).map(([name, scheme]) => {
    const { use, apply, token, session, refreshOn } = scheme;
    const kind = featureName(use) ?? "";
    const flow = flows[kind] ?? nothing;
    const shown = (value: string): string => (kind === "basicCredential" ? `Basic base64(${value})` : value);
    const { refreshBefore } = token ?? session ?? {};
    const early = refreshBefore === undefined ? [] : [`${toDurationText(refreshBefore)} before it ends`];
    const late = refreshOn.length > 0 ? [`once after ${toListText(refreshOn.map(String), "or")}, with one replay`] : [];
    const rotation = token?.rotation === "singleUse" ? ["a refresh token works once"] : [];
    return [
      inlineCode(name),
      operationsCell(
        all.filter(({ descriptor }) => descriptor.security?.flat().includes(name)),
        all,
      ),
      apply.map((one) => inlineCode(`${one.in} ${one.name}: ${shown(one.value)}`)).join(", "),
      originText(flow, scheme),
      [...early, ...late, ...rotation].join("; ") || "never",
      Object.hasOwn(plan.facts.auth, name) ? sourceCell(plan.facts.auth[name]) : "the document",
    ];
  });
  return { title: "Credentials", columns: ["scheme", "operations", "sent as", "obtained", "renewed", "source"], rows };
}

function pagingTable(all: readonly OperationPlan[]): PolicyTable {
  const paged = all.filter(({ descriptor }) => descriptor.pagination);
  const rows = groupBy(paged, ({ descriptor, facts }) => [
    descriptor.pagination,
    toPagingText(descriptor),
    facts.pagination,
  ]).map((group) => {
    const [{ descriptor, facts }] = group;
    const { pageSize } = descriptor.pagination!;
    const size = pageSize?.default === undefined ? "" : ` = ${pageSize.default}`;
    return [
      operationsCell(group, all),
      toPagingText(descriptor) ?? nothing,
      pageSize === undefined ? "the provider's" : inlineCode(`${pageSize.param}${size}`),
      sourceCell(facts.pagination),
    ];
  });
  return { title: "Pages", columns: ["operations", "by", "page size", "source"], rows };
}

function errorTable(all: readonly OperationPlan[]): PolicyTable {
  const rules = all.flatMap((operation) =>
    operation.policy.errors.map((rule, index) => ({ rule, operation, source: operation.facts.errors[index] })),
  );
  const rows = groupBy(rules, ({ rule, source }) => [
    rule.as,
    rule.when,
    rule.disposition,
    rule.refresh,
    rule.pause,
    source,
  ]).map((group) => {
    const [{ rule, source }] = group;
    const calm = `${rule.refresh ? ", new credentials once" : ""}${rule.pause === false ? ", pauses no limit" : ""}`;
    return [
      inlineCode(rule.as),
      inlineCode(toConditionText(rule.when)),
      `${rule.disposition ?? "by status"}${calm}`,
      operationsCell([...new Set(group.map(({ operation }) => operation))], all),
      sourceCell(source),
    ];
  });
  return {
    title: "Errors by name",
    columns: ["error", "when, the first that holds", "taken as", "operations", "source"],
    rows,
  };
}

/** All tables that have a row. */
export function policyTables(plan: VersionPlan): readonly PolicyTable[] {
  const all = plan.namespaces.flatMap(({ operations }) => operations);
  return [
    limitTable(plan, all),
    retryTable(all),
    breakerTable(all),
    idempotencyTable(all),
    authTable(plan, all),
    pagingTable(all),
    ...callTables(all),
    errorTable(all),
  ].filter(({ rows }) => rows.length > 0);
}
