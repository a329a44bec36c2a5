/** Signatures over each request, on top of any way to get credentials. */

import type { AuthScheme } from "../descriptor.ts";
import { isPromise } from "../is-promise.ts";
import { redactedCause } from "../redacted-cause.ts";
import type { Attempt, AuthContext, Authenticator, Authorization, CredentialValue } from "./auth.ts";
import { AuthFailure, inNameOf } from "./auth-failure.ts";
import { toHex } from "./byte-text.ts";
import { credentialsIn } from "./fill-credentials.ts";
import { LEAST_SKEW, serverTimeOf } from "./server-time.ts";
import { place, placeholders, render, type TemplateValues } from "./template.ts";

/** What a signature is made of, for one attempt. */
export interface Signable extends Attempt {
  readonly tenant: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timestamp: number;
  readonly nonce: string;
  /** Moments, nonce and digest of the body, by their names in templates. */
  readonly values: TemplateValues;
}

/** Names that a template may use beside credentials, wherever a request is signed. */
export const ATTEMPT_NAMES: ReadonlySet<string> = new Set([
  "timestamp",
  "timestampMs",
  "timestampIso",
  "nonce",
  "bodySha256",
  "signature",
]);

/**
 * Credentials as the scheme itself gets them, and then what changes with each attempt: first moments, nonces and
 * digests, then the signature over the request that has them. The moment is that of the provider's clock; an answer
 * that refuses a request and shows that its moment was wrong makes one replay worth while.
 */
export function signingAuthenticator(
  scheme: AuthScheme,
  context: AuthContext,
  sign: (attempt: Signable) => CredentialValue | Promise<CredentialValue>,
): Authenticator {
  const uses = (template: string, found: (name: string) => boolean) =>
    placeholders(template).some((name) => found(first(name)));
  const plain = scheme.apply.filter(({ value }) => !uses(value, (name) => ATTEMPT_NAMES.has(name)));
  const signed = scheme.apply.filter(({ value }) => uses(value, (name) => name === "signature"));
  const timed = scheme.apply.filter((one) => !plain.includes(one) && !signed.includes(one));
  const inner = scheme.use({ ...scheme, apply: plain }, context);
  const { clock } = context.client;
  const time = serverTimeOf(context.client);

  const write = async (
    apply: AuthScheme["apply"],
    values: TemplateValues,
    { headers, url }: Attempt,
  ): Promise<void> => {
    for (const one of apply) {
      const all = new Map([...(await credentialsIn(one.value, context, ATTEMPT_NAMES)), ...values]);
      place([one], (template) => render(template, all)).apply(headers, url);
    }
  };

  const wrap = (base: Authorization, tenant: string | undefined): Authorization => {
    let origin = "";
    let skew = 0;
    let sentAt = 0;
    return {
      ...base,
      async sign(attempt) {
        ({ origin } = attempt.url);
        skew = time.offset(origin);
        try {
          const bytes = await bytesOf(attempt.body);
          const timestamp = time.now(origin);
          const nonce = crypto.randomUUID();
          const digest = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
          const values = new Map<string, CredentialValue>([
            ["timestamp", String(Math.floor(timestamp / 1_000))],
            ["timestampMs", String(Math.floor(timestamp))],
            ["timestampIso", new Date(timestamp).toISOString().replace(/\.[0-9]+Z$/, "Z")],
            ["nonce", nonce],
            ["bodySha256", digest],
          ]);
          await write(timed, values, attempt);
          const made = sign({ ...attempt, tenant, bytes, timestamp, nonce, values });
          const signature = isPromise(made) ? await made : made;
          await write(signed, new Map([...values, ["signature", signature]]), attempt);
        } catch (error) {
          const known = error instanceof AuthFailure;
          const { redactor } = context.client;
          // Whoever signs has seen the credentials, and may repeat them.
          for (const secret of base.secrets) redactor.addSecret(secret);
          const cause = redactedCause(known ? error.cause : error, redactor);
          const text = known ? error.message : "the request could not be signed.";
          inNameOf(attempt.operation)(new AuthFailure(text, { cause }));
        }
        sentAt = clock.now();
      },
      observe: (headers) => time.observe(origin, headers, sentAt),
      refreshOn: scheme.refreshOn,
      async refresh(refusal) {
        if (Math.abs(time.offset(origin) - skew) >= LEAST_SKEW) return true;
        return base.refresh === undefined ? false : base.refresh(refusal);
      },
    };
  };

  return (tenant) => {
    const base = inner(tenant);
    return isPromise(base) ? base.then((ready) => wrap(ready, tenant)) : wrap(base, tenant);
  };
}

function first(name: string): string {
  return name.split(".", 1)[0]!;
}

async function bytesOf(body: Attempt["body"]): Promise<Uint8Array<ArrayBuffer>> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer());
  throw new AuthFailure(
    "a body that is a stream cannot be signed, for its bytes are not known before it is sent. Give it as a Blob or as bytes.",
  );
}
