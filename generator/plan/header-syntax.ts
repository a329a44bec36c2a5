/** What RFC 9110 section 5 allows in header fields, and which of them a policy may set. */

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Fields that the runtime or the transport sets. */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names of fields that carry credentials, which only `auth.apply` may set. */
const credentialNames = /^(?:proxy-)?authorization$|^cookie$|^set-cookie$|token|secret|api[-_]?key|password/i;

export function headerNameProblem(name: string): string | undefined {
  return token.test(name) && name.length <= 200
    ? undefined
    : `\`${name}\` is not a legal header name (RFC 9110 section 5.1)`;
}

/** Visible ASCII, spaces and tabs inside; the rest is legal in history only, and refused by some servers. */
export function headerValueProblem(value: string): string | undefined {
  if (/^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(value) && value.length <= 4000) return undefined;
  return value === ""
    ? "a header without a value says nothing"
    : "the value is not visible ASCII text (RFC 9110 section 5.5)";
}

export function isReservedHeader(name: string): boolean {
  return reserved.has(name.toLowerCase());
}

export function isCredentialName(name: string): boolean {
  return credentialNames.test(name);
}
