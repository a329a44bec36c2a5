import type { BoundOperation } from "./bound-operation.ts";
import { InputValidationError, subject } from "./errors.ts";
import type { KeyOptions } from "./idempotency.ts";
import { type Input, keyInBody, type ReadyRequest } from "./request.ts";

interface Sent {
  readonly digest: string;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** The keys that were sent last; an older one is only not compared any more. */
const MOST = 10_000;

/** By client: what its tenants' views share, too. */
const sent = new WeakMap<object, Map<string, Sent>>();

/** Forgets that the key was sent, after a call that surely had no effect. */
export type ForgetKey = () => void;

/**
 * A runtime feature, for providers that do not compare: rejects a key that this client has sent with another body, with
 * an InputValidationError. Undefined where there is nothing to compare.
 */
export type KeyReuse = (
  bound: BoundOperation,
  input: Input,
  options: KeyOptions,
  request: Pick<ReadyRequest, "key" | "body">,
) => Promise<ForgetKey> | undefined;

/**
 * Compares bodies that are text or bytes; streams and files are read only as they are sent. The memory is that of one
 * client: another process that sends the key with another body gets what the first request brought about.
 */
export const keyReuse: KeyReuse = (bound, input, options, { key, body }) => {
  const { operation } = bound.ready;
  if (key === undefined || body === undefined || body instanceof Blob || body instanceof ReadableStream)
    return undefined;
  const { idempotencyKey, businessId, tenant } = options;
  // A key that was made for this call was never sent before.
  if ((idempotencyKey ?? businessId ?? keyInBody(operation, input)) === undefined) return undefined;
  return compare(bound, JSON.stringify([operation.id, tenant ?? null, key]), body);
};

async function compare(
  { connection, ready }: BoundOperation,
  name: string,
  body: string | Uint8Array<ArrayBuffer> | ArrayBuffer,
): Promise<ForgetKey> {
  const { operation } = ready;
  const { retention = Number.POSITIVE_INFINITY } = operation.policy.idempotency;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
  const keys = sent.get(connection.budget) ?? new Map<string, Sent>();
  sent.set(connection.budget, keys);
  const now = connection.clock.mono();
  const known = keys.get(name);
  if (known !== undefined && now - known.at < retention) {
    if (known.digest === digest) return () => {};
    const { provider, version } = operation.connector;
    const message = "was sent before with another body, and this provider would answer with the result of that request";
    throw new InputValidationError(`${subject(operation)}: the idempotency key ${message}. Nothing was sent.`, {
      ...{ provider, version, operation: operation.id, effect: "none", code: "input" },
      issues: [{ path: ["idempotencyKey"], message }],
    });
  }
  keys.delete(name);
  const entry = { digest, at: now };
  keys.set(name, entry);
  if (keys.size > MOST) keys.delete(keys.keys().next().value!);
  return () => {
    if (keys.get(name) === entry) keys.delete(name);
  };
}
