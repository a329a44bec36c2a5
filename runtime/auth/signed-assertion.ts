import type { Assertion } from "../descriptor.ts";
import type { AuthContext } from "./auth.ts";
import { toBase64Url } from "./byte-text.ts";
import { fillAll, fillCredentials } from "./fill-credentials.ts";
import { LEAST_SKEW, serverTimeOf } from "./server-time.ts";
import { importSigningKey, type SignBytes } from "./signing-key.ts";
import type { Corrects } from "./token-endpoint.ts";

/** How an assertion is made: a feature that generated code names. Claims of the policy win over `usual` ones. */
export type AssertionKind = (
  assertion: Assertion,
  usual: Readonly<Record<string, string>>,
  /** Of the endpoint that will check it, whose clock counts. */
  url: string,
  context: AuthContext,
) => Promise<{ readonly text: string; readonly corrects: Corrects }>;

const PREFIXES = { hmac: "HS", rsa: "RS", ecdsa: "ES", ed25519: "EdDSA" } as const;
const keys = new WeakMap<Assertion, { readonly text: string; readonly sign: SignBytes }>();

/** A JSON Web Token (RFC 7519) signed with a key of the client's, for one use: its `jti` is random. */
export const signedAssertion: AssertionKind = async (assertion, usual, url, context) => {
  const [text, keyId] = await Promise.all([
    fillCredentials(assertion.key, context),
    assertion.keyId === undefined ? undefined : fillCredentials(assertion.keyId, context),
  ]);
  let known = keys.get(assertion);
  if (known?.text !== text) {
    known = { text, sign: await importSigningKey(assertion, text) };
    keys.set(assertion, known);
  }
  const { algorithm, hash, lifetime } = assertion;
  const time = serverTimeOf(context.client);
  const { origin } = new URL(url);
  const skew = time.offset(origin);
  const issued = Math.floor(time.now(origin) / 1_000);
  const claims = {
    ...usual,
    ...(await fillAll(assertion.claims, context)),
    iat: issued,
    exp: issued + Math.floor(lifetime / 1_000),
    jti: crypto.randomUUID(),
  };
  const alg = algorithm === "ed25519" ? PREFIXES.ed25519 : `${PREFIXES[algorithm]}${hash.slice(3)}`;
  const header = { alg, typ: "JWT", ...(keyId !== undefined && { kid: keyId }) };
  const content = `${toPart(header)}.${toPart(claims)}`;
  return {
    text: `${content}.${toBase64Url(await known.sign(new TextEncoder().encode(content)))}`,
    corrects(headers, sentAt) {
      time.observe(origin, headers, sentAt);
      return Math.abs(time.offset(origin) - skew) >= LEAST_SKEW;
    },
  };
};

function toPart(value: object): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(value)));
}
