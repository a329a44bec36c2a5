/** Keys that sign: over requests, and over the assertions of token requests. */
import type { Assertion, AuthScheme, RequestSignature, SigningKey } from "@couplet/runtime/codegen/v1";
import { feature, type Plan } from "../model.ts";
import { defaultAssertionLifetime, defaultSignatureEncoding, defaultSigningHash } from "../policy-defaults.ts";
import { at, entriesAt, isNone, leafAt, type Node, textAt } from "./layers.ts";
import { durationAt, type Planning, unknownName } from "./planning.ts";
import type { Credentials } from "./policy-credentials.ts";

/** Names of `apply` beside credentials, where requests are signed. */
export const attemptNames: readonly string[] = [
  ...["timestamp", "timestampMs", "timestampIso", "nonce", "bodySha256", "signature"],
];
const requestNames = [...attemptNames.slice(0, -1), "method", "path", "query", "host", "rawBody"];

export interface Planned<T> {
  readonly plan: Plan<T>;
  readonly credentials: readonly string[];
}

function problem(planning: Planning, node: Node, message: string, fix: string, of: "key" | "value" = "key"): undefined {
  planning.findings.add({ path: node.path, spot: { of } }, { code: "P003", message, fix });
  return undefined;
}

/** Keys of `sign` that the way of signing does not look at. */
function checkUnread(planning: Planning, sign: Node, read: readonly string[], what: string): void {
  for (const [key, node] of entriesAt(sign))
    if (!["scheme", "source", ...read].includes(key))
      problem(planning, node, `\`${key}\` means nothing for ${what}`, "take it out");
}

/** What `sign.scheme` says; `flow: hmac` says it too. */
function schemeOf(planning: Planning, auth: Node, sign: Node): string | undefined {
  const written = textAt(sign, "scheme") ?? (textAt(auth, "flow") === "hmac" ? "hmac" : undefined);
  if (written === undefined) problem(planning, sign, "`sign` lacks its `scheme`", "add `scheme: hmac` or another");
  return written === "sigv4" ? undefined : written;
}

function planKey(
  planning: Planning,
  sign: Node,
  algorithm: SigningKey["algorithm"],
  credentials: Credentials,
  used: Set<string>,
): SigningKey | undefined {
  const leaf = leafAt(sign, "key", "credential");
  if (leaf === undefined)
    return problem(
      planning,
      sign,
      "`sign` lacks its key",
      "add `key: { credential: name }` and declare it under `credentials`",
    );
  const name = String(leaf.value);
  if (!credentials.has(name)) {
    unknownName(planning, leaf, "credential", name, credentials.names, ["credentials", name]);
    return undefined;
  }
  credentials.used.add(name);
  used.add(name);
  const hashed = leafAt(sign, "hash");
  const hash = textAt(hashed) ?? defaultSigningHash;
  const weak = hash === "sha1" && algorithm === "ecdsa";
  if (!["sha1", "sha256", "sha384", "sha512"].includes(hash) || weak)
    return problem(
      planning,
      hashed!,
      `\`${hash}\` cannot be used with ${algorithm}`,
      "write sha256, sha384 or sha512",
      "value",
    );
  const written = leafAt(sign, "key", "encoding");
  const encoding = textAt(written) ?? (algorithm === "hmac" ? "utf8" : "pem");
  const secret = algorithm === "hmac";
  if (secret ? encoding === "pem" : encoding === "utf8")
    return problem(
      planning,
      written!,
      secret ? "a key of hmac is no PEM" : `a key of ${algorithm} is not written as plain text`,
      secret ? "write utf8, hex or base64" : "write pem, or base64 for PKCS #8 without its frame",
      "value",
    );
  return {
    algorithm,
    hash: hash as SigningKey["hash"],
    key: `{${name}}`,
    encoding: encoding as SigningKey["encoding"],
  };
}

/** The signature over each request; undefined when there is none or it cannot be planned. */
export function planSignature(
  planning: Planning,
  auth: Node,
  credentials: Credentials,
  apply: Plan<AuthScheme>["apply"],
): Planned<RequestSignature> | undefined {
  const sign = at(auth, "sign");
  if (sign === undefined || isNone(sign)) return undefined;
  const scheme = schemeOf(planning, auth, sign);
  if (scheme === undefined) return undefined;
  if (!apply.some(({ value }) => /\{signature[.}]/.test(value)))
    return problem(
      planning,
      sign,
      "the signature is never sent",
      'add to `apply`: `{ header: …, value: "{signature}" }`',
    );
  if (scheme === "hook") {
    checkUnread(planning, sign, [], "a signature by the application");
    return { plan: { use: feature("hookSignature") }, credentials: [] };
  }
  checkUnread(planning, sign, ["hash", "key", "signed", "encoding"], "signatures over requests");
  const used = new Set<string>();
  const key = planKey(planning, sign, scheme as SigningKey["algorithm"], credentials, used);
  const id = at(sign, "key", "id");
  if (id) problem(planning, id, "`id` means nothing for signatures over requests", "write it into `apply`");
  const signed = leafAt(sign, "signed");
  if (signed === undefined)
    return problem(
      planning,
      sign,
      "it is not said what is signed",
      'add `signed: "{timestamp}{method}{path}{rawBody}"`',
    );
  for (const name of credentials.namesIn(signed, requestNames)) used.add(name);
  if (key === undefined) return undefined;
  const encoding = (textAt(sign, "encoding") ?? defaultSignatureEncoding) as "hex" | "base64" | "base64url";
  return {
    plan: { use: feature("keySignature"), key, signed: String(signed.value), encoding },
    credentials: [...used],
  };
}

/** The assertion of `jwtBearer` and `privateKeyJwt`: `claims` are those of the grant only. */
export function planAssertion(
  planning: Planning,
  auth: Node,
  credentials: Credentials,
  what: "jwtBearer" | "privateKeyJwt",
  clientId: string | undefined,
): Planned<Assertion> | undefined {
  const sign = at(auth, "sign");
  if (sign === undefined || isNone(sign))
    return problem(
      planning,
      auth,
      `\`${what}\` needs \`sign\``,
      "add `sign: { scheme: rsa, key: { credential: name } }`",
    );
  const scheme = schemeOf(planning, auth, sign);
  if (scheme === undefined) return undefined;
  if (scheme === "hook")
    return problem(
      planning,
      at(sign, "scheme")!,
      "assertions are signed with a key",
      "write rsa, ecdsa, ed25519 or hmac",
      "value",
    );
  checkUnread(planning, sign, ["hash", "key", "claims", "lifetime"], "assertions");
  const hash = leafAt(sign, "hash");
  if (hash?.value === "sha1")
    return problem(planning, hash, "no JSON Web Token is signed with sha1", "write sha256, sha384 or sha512", "value");
  const used = new Set<string>();
  const key = planKey(planning, sign, scheme as SigningKey["algorithm"], credentials, used);
  const id = leafAt(sign, "key", "id");
  if (id) for (const name of credentials.namesIn(id)) used.add(name);
  const claims: Record<string, string> = {};
  for (const [name, node] of what === "jwtBearer" ? entriesAt(sign, "claims") : []) {
    if (node.kind !== "leaf" || typeof node.value !== "string") continue;
    if (["iat", "exp", "jti"].includes(name))
      problem(planning, node, `the client itself writes \`${name}\``, "take it out");
    for (const one of credentials.namesIn(node)) used.add(one);
    claims[name] = node.value;
  }
  if (what === "jwtBearer" && claims["iss"] === undefined && clientId === undefined)
    return problem(planning, sign, "the assertion does not say who makes it", 'add `claims: { iss: "{name}" }`');
  // RFC 7523 section 3 demands a subject.
  if (claims["iss"] !== undefined) claims["sub"] ??= claims["iss"];
  if (key === undefined) return undefined;
  return {
    plan: {
      use: feature("signedAssertion"),
      ...key,
      ...(id === undefined ? {} : { keyId: String(id.value) }),
      claims,
      lifetime: durationAt(sign, "lifetime") ?? defaultAssertionLifetime,
    },
    credentials: [...used],
  };
}
