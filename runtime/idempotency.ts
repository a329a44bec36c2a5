import { keyInBody } from "./body-key.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { errorOf, InputValidationError } from "./errors.ts";
import { ownOptions } from "./own-options.ts";
import type { Input } from "./request.ts";

/** What a caller may say about the key of one call. */
export interface KeyOptions {
  readonly idempotencyKey?: string | undefined;
  readonly businessId?: string | undefined;
  readonly tenant?: string | undefined;
}

/** Chooses the key of a call, once for all its attempts: a feature that generated code names. */
export type KeyKind = (
  operation: OperationDescriptor,
  input: Input,
  options: KeyOptions,
) => string | undefined | Promise<string>;

/** What the caller put into the body itself, where the policy carries keys there; else as the options of the call say. */
export const idempotencyKeys: KeyKind = (operation, input, options) =>
  keyInBody(operation, input) ?? idempotencyKey(operation, ownOptions(options));

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The idempotency key of a call, undefined when its policy declares none or generates none. Choose it once per call: every attempt must
 * carry the same. It is the caller's own, or derived from `businessId` (the same act by the same tenant always gives
 * the same key, also after a crash), or a random UUID. Throws InputValidationError for a key that cannot be sent.
 */
export function idempotencyKey(
  operation: OperationDescriptor,
  options: KeyOptions,
): string | undefined | Promise<string> {
  const key = operation.policy.idempotency.key;
  if (key === undefined) return undefined;
  if (options.idempotencyKey !== undefined) return checked(operation, options.idempotencyKey, key.maxLength);
  if (options.businessId === undefined) return key.generate === "none" ? undefined : crypto.randomUUID();
  if (options.businessId === "") throw refused(operation, "businessId", "must not be empty");
  return derived(operation, options.businessId, options.tenant).then((text) => text.slice(0, key.maxLength));
}

function checked(operation: OperationDescriptor, key: string, maxLength: number): string {
  if (typeof key !== "string" || !VISIBLE_ASCII.test(key)) {
    throw refused(operation, "idempotencyKey", "must be visible ASCII characters without spaces");
  }
  if (key.length > maxLength) {
    throw refused(operation, "idempotencyKey", `has ${key.length} characters, the provider takes ${maxLength}`);
  }
  return key;
}

function refused(operation: OperationDescriptor, option: string, problem: string): InputValidationError {
  const issues = [{ path: [option], message: problem }];
  return errorOf(operation, InputValidationError, `the option ${option} ${problem}.`, { effect: "none", issues });
}

/** Without the version: an upgrade between crash and resumption must not make a second act of the first. */
async function derived(
  operation: OperationDescriptor,
  businessId: string,
  tenant: string | undefined,
): Promise<string> {
  const act = JSON.stringify([operation.connector.provider, operation.id, tenant ?? null, businessId]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(act));
  return toBase32(new Uint8Array(digest));
}

/** RFC 4648 section 6, lower case and without padding. */
function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}
