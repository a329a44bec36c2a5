/** What an answer or a broken connection means: which error it is, and what may have happened at the provider. */
import type { ApiErrorBase, Disposition, ErrorRule, Policy } from "./descriptor.ts";
import { apiErrorBase, type Effect } from "./errors.ts";
import type { Exchange } from "./pointer.ts";

export interface Verdict {
  readonly name: string;
  readonly base: ApiErrorBase;
  readonly disposition: Disposition;
  readonly effect: Effect;
  readonly throttled: boolean;
  readonly pause: boolean;
  readonly rule: ErrorRule | undefined;
}

const ambiguous: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/** What kind of error an answer is, or undefined for a success. The first error rule that holds decides, also over a 2xx. */
export function classify(policy: Policy, exchange: Exchange): Verdict | undefined {
  const { status } = exchange;
  const rule = policy.errors.find(({ when }) => policy.conditions!(when, exchange));
  if (rule === undefined && status >= 200 && status < 300) return undefined;
  const base = apiErrorBase(status, rule?.as);
  const ofKey = policy.changes?.keyAnswer(policy, exchange);
  const usual = rule?.refresh ? "rejected" : statusDisposition(status);
  const disposition = rule?.disposition ?? ofKey?.disposition ?? usual;
  return {
    name: rule?.as ?? base,
    base,
    disposition,
    effect: ofKey?.isRunning ? "unknown" : answerEffect(disposition, status, rule),
    throttled: status === 429 || base === "RateLimitError",
    pause: rule?.pause !== false,
    rule,
  };
}

function statusDisposition(status: number): Disposition {
  if (status === 429 || status === 401) return "rejected";
  return ambiguous.has(status) ? "ambiguous" : "permanent";
}

function answerEffect(disposition: Disposition, status: number, rule: ErrorRule | undefined): Effect {
  if (disposition === "ambiguous") return "unknown";
  // A gateway's own 5xx is not worth a retry, but does not tell what the server behind it did. 501 and 505 do.
  const unclear = disposition === "permanent" && rule?.disposition === undefined && status >= 500;
  return unclear && status !== 501 && status !== 505 ? "unknown" : "none";
}

const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_WRONG_VERSION_NUMBER|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(?:GET|VERIFY)_\w+|HOSTNAME_MISMATCH)$/;

/** What `fetch` could tell of a failure: the system's code, and whether the request surely never left. */
export function networkFailure(error: unknown): { readonly code: string | undefined; readonly effect: Effect } {
  let code: string | undefined;
  let at: unknown = error;
  for (let depth = 0; depth < 10 && typeof at === "object" && at !== null; depth++) {
    const found: { code?: unknown; errors?: unknown; cause?: unknown } = at;
    if (typeof found.code === "string" && found.code !== "") code = found.code;
    const parts = Array.isArray(found.errors) && found.errors.length > 0 ? found.errors : [undefined];
    if (neverSent.test(code ?? "") || isConnecting(at) || parts.every(isConnecting)) return { code, effect: "none" };
    at = found.cause;
  }
  return { code, effect: "unknown" };
}

function isConnecting(error: { syscall?: unknown } | undefined): boolean {
  return error?.syscall === "connect" || error?.syscall === "getaddrinfo";
}
