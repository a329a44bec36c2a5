/** Events of calls as structured log lines with stable names. */

import { hooks } from "./hooks.ts";
import { printable } from "./printable.ts";
import type { CallInfo, Telemetry } from "./telemetry.ts";

/**
 * Takes log lines: first the fields, then the message, as pino does, so a pino logger fits as it is, and `console` too.
 * `fields.event` is the stable name of the line. Secrets are already removed.
 */
export interface Logger {
  /** Ends of calls, retries, long waits and token requests. */
  debug?(fields: LogFields, message: string): void;
  /** What somebody should look at: circuits that open, deprecation, another version, answers of another shape, a broken telemetry hook. */
  warn?(fields: LogFields, message: string): void;
}

export interface LogFields {
  readonly event:
    | "couplet.call.end"
    | "couplet.retry"
    | "couplet.wait"
    | "couplet.token.request"
    | "couplet.breaker"
    | "couplet.deprecation"
    | "couplet.version.mismatch"
    | "couplet.validation"
    | "couplet.cache.fault"
    | "couplet.telemetry.fault";
  readonly [name: string]: unknown;
}

/** A header that changes with every answer must not fill the memory. */
const mostNotices = 1_000;

/**
 * Writes what happens to calls into a log: `createClient({ telemetry: logTo(pino()) })`. A notice of deprecation is written
 * once for each operation and text.
 */
export function logTo(logger: Logger): Telemetry {
  const { debug, warn } = logger;
  const told = new Set<string>();
  return hooks({
    ...(debug && {
      callEnd(end) {
        const { outcome, attempts, duration, effect, status, error, code, requestId, attributes } = end;
        const known = { ...fieldsOf(end.call), outcome, attempts, duration, effect, status, error, code, requestId };
        const result = outcome === "success" ? status : outcome === "aborted" ? outcome : `${outcome} ${error}`;
        const message = `${nameOf(end.call)}: ${result} after ${count(attempts)} in ${Math.round(duration)} ms`;
        debug.call(logger, { event: "couplet.call.end", ...known, attributes }, message);
      },
      retry({ call, attempt, delay, error }) {
        const message = `${nameOf(call)}: attempt ${attempt} failed (${error}); the next one follows in ${Math.round(delay)} ms`;
        debug.call(logger, { event: "couplet.retry", ...fieldsOf(call), attempt, delay, error }, message);
      },
      wait({ call, for: what, duration }) {
        // The line about the retry said so before.
        if (what === "backoff") return;
        const message = `${nameOf(call)}: waited ${Math.round(duration)} ms for ${what}`;
        debug.call(logger, { event: "couplet.wait", ...fieldsOf(call), for: what, duration }, message);
      },
      refresh({ provider, version, address, duration, status }) {
        const fields = { provider, version, address, duration, status };
        const message = `${printable(provider)} ${printable(version)}: the token endpoint ${printable(address)} ${status === undefined ? "gave no answer" : `answered ${status}`}`;
        debug.call(logger, { event: "couplet.token.request", ...fields }, message);
      },
    }),
    ...(warn && {
      breaker({ provider, version, server, tenant, state, openUntil }) {
        const fields = { provider, version, address: server.address, tenant, state, openUntil };
        const whose = tenant === undefined ? "" : ` for tenant ${printable(tenant)}`;
        const message = `${printable(provider)} ${printable(version)}: the circuit of ${printable(server.address)}${whose} ${moves[state]}`;
        warn.call(logger, { event: "couplet.breaker", ...fields }, message);
      },
      deprecation({ call, deprecatedAt, sunsetAt, links }) {
        const text = `${dated("is deprecated", deprecatedAt)}${sunsetAt === undefined ? "" : dated(" and may be gone", sunsetAt)}`;
        const key = `${nameOf(call)} ${text} ${links.join(" ")}`;
        if (told.has(key)) return;
        if (told.size >= mostNotices) told.clear();
        told.add(key);
        const fields = { ...fieldsOf(call), deprecatedAt, sunsetAt, links };
        warn.call(
          logger,
          { event: "couplet.deprecation", ...fields },
          `${nameOf(call)}: the provider says that it ${text}.`,
        );
      },
      versionMismatch({ call, expected, answered }) {
        const message = `${nameOf(call)}: version "${answered}" answered instead of "${expected}".`;
        warn.call(logger, { event: "couplet.version.mismatch", ...fieldsOf(call), expected, answered }, message);
      },
      invalid({ call, issues, message }) {
        warn.call(logger, { event: "couplet.validation", ...fieldsOf(call), issues }, message);
      },
      cacheFault({ provider, version, message }) {
        const text = `${printable(provider)} ${printable(version)}: the store of kept answers fails, and counts as empty: ${message} This is said once.`;
        warn.call(logger, { event: "couplet.cache.fault", provider, version }, text);
      },
      hookFault({ provider, version, hook }) {
        const message = `The telemetry hook ${hook} of ${provider} ${version} failed. This is said once; what it throws is ignored.`;
        warn.call(logger, { event: "couplet.telemetry.fault", provider, version, hook }, message);
      },
    }),
  });
}

const moves = {
  open: "is open: calls are held back",
  probing: "lets a few calls through to probe",
  closed: "is closed: all calls go through again",
} as const;

function fieldsOf({ provider, version, operation, tenant }: CallInfo): Record<string, unknown> {
  return tenant === undefined ? { provider, version, operation } : { provider, version, operation, tenant };
}

function nameOf({ provider, version, operation }: CallInfo): string {
  return `${printable(operation)} (${printable(provider)} ${printable(version)})`;
}

function count(attempts: number): string {
  return attempts === 1 ? "1 attempt" : `${attempts} attempts`;
}

function dated(what: string, moment: number | undefined): string {
  return moment === undefined ? what : `${what} from ${new Date(moment).toISOString().slice(0, 10)}`;
}
