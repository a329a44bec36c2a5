/** Events of calls as structured log lines with stable names. */

import { hooks } from "./hooks.ts";
import { printable } from "./printable.ts";
import type { CallInfo, Telemetry, TelemetryHooks } from "./telemetry.ts";

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

interface LogFields {
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
  return hooks({
    ...(debug && details((fields, message) => debug.call(logger, fields, message))),
    ...(warn && warnings((fields, message) => warn.call(logger, fields, message))),
  });
}

type Write = (fields: LogFields, message: string) => void;

function details(write: Write): TelemetryHooks {
  return {
    callEnd({ call, ...end }) {
      const { outcome, attempts, duration, status, error } = end;
      const result = outcome === "success" ? status : outcome === "aborted" ? outcome : `${outcome} ${error}`;
      const times = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
      const message = `${nameOf(call)}: ${result} after ${times} in ${Math.round(duration)} ms`;
      write({ event: "couplet.call.end", ...fieldsOf(call), ...end }, message);
    },
    retry({ call, ...retry }) {
      const { attempt, delay, error } = retry;
      const message = `${nameOf(call)}: attempt ${attempt} failed (${error}); the next one follows in ${Math.round(delay)} ms`;
      write({ event: "couplet.retry", ...fieldsOf(call), ...retry }, message);
    },
    wait({ call, ...wait }) {
      // The line about the retry said so before.
      if (wait.for === "backoff") return;
      const message = `${nameOf(call)}: waited ${Math.round(wait.duration)} ms for ${wait.for}`;
      write({ event: "couplet.wait", ...fieldsOf(call), ...wait }, message);
    },
    refresh(refresh) {
      const { address, status } = refresh;
      const answer = status === undefined ? "gave no answer" : `answered ${status}`;
      const message = `${nameOf(refresh)}: the token endpoint ${printable(address)} ${answer}`;
      write({ event: "couplet.token.request", ...refresh }, message);
    },
  };
}

function warnings(write: Write): TelemetryHooks {
  const told = new Set<string>();
  return {
    breaker({ server: { address }, ...move }) {
      const whose = move.tenant === undefined ? "" : ` for tenant ${printable(move.tenant)}`;
      const message = `${nameOf(move)}: the circuit of ${printable(address)}${whose} ${moves[move.state]}`;
      write({ event: "couplet.breaker", address, ...move }, message);
    },
    deprecation({ call, ...notice }) {
      const { deprecatedAt, sunsetAt, links } = notice;
      const gone = sunsetAt === undefined ? "" : dated(" and may be gone", sunsetAt);
      const message = `${nameOf(call)}: the provider says that it ${dated("is deprecated", deprecatedAt)}${gone}.`;
      const key = `${message} ${links.join(" ")}`;
      if (told.has(key)) return;
      if (told.size >= mostNotices) told.clear();
      told.add(key);
      write({ event: "couplet.deprecation", ...fieldsOf(call), ...notice }, message);
    },
    versionMismatch({ call, ...versions }) {
      const message = `${nameOf(call)}: version "${versions.answered}" answered instead of "${versions.expected}".`;
      write({ event: "couplet.version.mismatch", ...fieldsOf(call), ...versions }, message);
    },
    invalid({ call, issues, message }) {
      write({ event: "couplet.validation", ...fieldsOf(call), issues }, message);
    },
    cacheFault({ message, ...client }) {
      const text = `${nameOf(client)}: the store of kept answers fails, and counts as empty: ${message} This is said once.`;
      write({ event: "couplet.cache.fault", ...client }, text);
    },
    hookFault(fault) {
      const { provider, version, hook } = fault;
      const message = `The telemetry hook ${hook} of ${provider} ${version} failed. This is said once; what it throws is ignored.`;
      write({ event: "couplet.telemetry.fault", ...fault }, message);
    },
  };
}

const moves = {
  open: "is open: calls are held back",
  probing: "lets a few calls through to probe",
  closed: "is closed: all calls go through again",
} as const;

function fieldsOf({ provider, version, operation, tenant }: CallInfo): object {
  return { provider, version, operation, ...(tenant !== undefined && { tenant }) };
}

/** `charges.get (pay 2026-09-30)`; of a client `pay 2026-09-30`. */
function nameOf({ provider, version, operation }: Pick<CallInfo, "provider" | "version"> & Partial<CallInfo>): string {
  const client = `${printable(provider)} ${printable(version)}`;
  return operation === undefined ? client : `${printable(operation)} (${client})`;
}

function dated(what: string, moment: number | undefined): string {
  return moment === undefined ? what : `${what} from ${new Date(moment).toISOString().slice(0, 10)}`;
}
