/** One line for each operation: what a reviewer of a policy wants to see side by side. Pure. */
import { featureName, type OperationPolicy } from "../model.ts";
import type { TracedPolicy } from "../plan/policy.ts";
import { paginationStyles } from "../plan/policy-pagination.ts";
import { toDurationText } from "../policy-words.ts";
import { toVisible } from "../report.ts";
import { explainedFacts } from "./explained-facts.ts";

export interface MatrixRow {
  readonly provider: string;
  readonly version: string;
  /** `namespace.method` */
  readonly operation: string;
  readonly class: string;
  readonly attempts: number;
  /** Name of the header or body property that carries the idempotency key. */
  readonly key?: string;
  readonly limits: readonly string[];
  /** Style of the pages. */
  readonly pagination?: string;
  /** How often an answer that is kept costs a request: `304` asks each time, `60 s` is given without asking. */
  readonly cache?: string;
  /** Operation that tells when it ends, as the policy names it. */
  readonly polling?: string;
  /** Operation that its calls are joined to. */
  readonly batch?: string;
  /** Milliseconds. */
  readonly deadline: number;
  /** Oldest date at which a fact that applies was looked up, and how many days ago. */
  readonly verified?: string;
  readonly ageDays?: number;
}

/** `operations`: `namespace.method` -> operation key; `today`: `YYYY-MM-DD`. */
export function matrixRows(
  trace: TracedPolicy,
  version: string,
  operations: ReadonlyMap<string, string>,
  today: string,
): readonly MatrixRow[] {
  return [...operations]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, key]) => {
      const planned = trace.plan.operations.get(key)!;
      const { policy } = planned;
      const pagination = styleOf(planned);
      const { verified } = explainedFacts(trace.plan, key);
      return {
        provider: trace.plan.connector.provider,
        version,
        operation,
        class: policy.idempotency.class,
        attempts: policy.retry.maxAttempts,
        ...(policy.idempotency.key === undefined ? {} : { key: policy.idempotency.key.name }),
        limits: policy.limitedBy,
        ...(pagination === undefined ? {} : { pagination }),
        ...(planned.cache === undefined ? {} : { cache: keptFor(planned.cache) }),
        ...(planned.polling === undefined ? {} : { polling: planned.polling.operation }),
        ...(planned.batch === undefined ? {} : { batch: planned.batch.operation }),
        deadline: policy.timeouts.deadline,
        ...(verified === undefined ? {} : { verified, ageDays: daysBetween(verified, today) }),
      };
    });
}

function styleOf({ pagination }: OperationPolicy): string | undefined {
  const use = featureName(pagination?.use);
  return Object.entries(paginationStyles).find(([, strategy]) => strategy === use)?.[0];
}

function keptFor({ ttl }: NonNullable<OperationPolicy["cache"]>): string {
  return ttl === undefined ? "304" : toDurationText(ttl);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

const heads = ["operation", "class", "attempts", "key", "limits", "pages", "calls", "deadline", "source age"];

/** A table for each version, in aligned columns. */
export function toMatrixText(rows: readonly MatrixRow[]): string {
  const versions = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const version = `${row.provider}@${row.version}`;
    versions.set(version, [...(versions.get(version) ?? []), row]);
  }
  return [...versions]
    .map(([version, own]) => [version, ...toTable([heads, ...own.map(toCells)])].join("\n"))
    .join("\n\n");
}

function toCells(row: MatrixRow): string[] {
  return [
    row.operation,
    row.class,
    String(row.attempts),
    row.key ?? "-",
    row.limits.join(", ") || "-",
    row.pagination ?? "-",
    callsOf(row).join(", ") || "-",
    toDurationText(row.deadline),
    row.ageDays === undefined ? "-" : `${row.ageDays} d`,
  ].map(toVisible);
}

function callsOf({ cache, polling, batch }: MatrixRow): string[] {
  return [
    ...(cache === undefined ? [] : [`kept ${cache}`]),
    ...(polling === undefined ? [] : [`asks ${polling}`]),
    ...(batch === undefined ? [] : [`joined to ${batch}`]),
  ];
}

function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd());
}
