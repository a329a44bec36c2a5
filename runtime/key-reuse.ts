import { keyInBody } from "./body-key.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { type Effect, errorOf, InputValidationError } from "./errors.ts";
import type { RequestStep } from "./prepare.ts";

interface Sent {
  readonly digest: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Calls with it that go on, and those that perhaps had an effect. */
  holders: number;
}

/** The keys that were sent last; an older one is only not compared any more. */
const MOST = 10_000;

/** By client: what its tenants' views share, too. */
const sent = new WeakMap<object, Map<string, Sent>>();

/**
 * For providers that do not compare: rejects a key that this client has sent with another body, with an
 * InputValidationError. Bodies that are text or bytes are compared; streams and files are read only as they are sent. The
 * memory is that of one client: another process that sends the key with another body gets what the first request brought
 * about. A call that surely had no effect leaves its key free.
 */
export const keyReuse: RequestStep = (request, _step, run, input) => {
  const { operation } = run.bound.ready;
  const { key, body } = request;
  if (key === undefined || body === undefined || body instanceof Blob || body instanceof ReadableStream) return request;
  const { idempotencyKey, businessId, tenant } = run.settings;
  // A key that was made for this call was never sent before.
  if ((idempotencyKey ?? businessId ?? keyInBody(operation, input)) === undefined) return request;
  const kept = compare(run.bound, JSON.stringify([operation.id, tenant ?? null, key]), body).then((forget) => ({
    ...request,
    end(effect: Effect) {
      request.end?.(effect);
      if (effect === "none") forget();
    },
  }));
  return run.within(kept, "preparing the request");
};

async function compare(
  { connection, ready }: BoundOperation,
  name: string,
  body: string | Uint8Array<ArrayBuffer> | ArrayBuffer,
): Promise<() => void> {
  const { operation } = ready;
  const { retention = Number.POSITIVE_INFINITY } = operation.policy.idempotency;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
  const keys = sent.get(connection.budget) ?? new Map<string, Sent>();
  sent.set(connection.budget, keys);
  const now = connection.clock.mono();
  const known = keys.get(name);
  let entry = known !== undefined && now - known.at < retention ? known : undefined;
  if (entry !== undefined && entry.digest !== digest) {
    const message = "was sent before with another body, and this provider would answer with the result of that request";
    throw errorOf(operation, InputValidationError, `the idempotency key ${message}. Nothing was sent.`, {
      ...{ effect: "none", code: "input" },
      issues: [{ path: ["idempotencyKey"], message }],
    });
  }
  entry ??= { digest, at: now, holders: 0 };
  entry.holders++;
  keys.delete(name);
  keys.set(name, entry);
  if (keys.size > MOST) keys.delete(keys.keys().next().value!);
  return () => {
    if (--entry.holders === 0 && keys.get(name) === entry) keys.delete(name);
  };
}
