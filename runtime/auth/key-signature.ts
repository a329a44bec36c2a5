import type { AuthScheme, RequestSignature } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { toBase64, toBase64Url, toHex } from "./byte-text.ts";
import { credentialsIn, fillCredentials } from "./fill-credentials.ts";
import { ATTEMPT_NAMES, type Signable, signingAuthenticator } from "./request-signature.ts";
import { importSigningKey, type SignBytes } from "./signing-key.ts";
import { render, type TemplateValues } from "./template.ts";

const WRITERS = { hex: toHex, base64: toBase64, base64url: toBase64Url } as const;
const REQUEST_NAMES: ReadonlySet<string> = new Set([...ATTEMPT_NAMES, "method", "path", "query", "host", "rawBody"]);

/** A signature with a key of the client's over what the policy's template names. */
export function keySignature(scheme: AuthScheme, context: AuthContext): Authenticator {
  const { key: description, signed, encoding } = scheme.sign as Extract<RequestSignature, { readonly signed: string }>;
  let key: { readonly text: string; readonly sign: SignBytes } | undefined;
  return signingAuthenticator(scheme, context, async (attempt) => {
    const text = await fillCredentials(description.key, context);
    if (key?.text !== text) key = { text, sign: await importSigningKey(description, text) };
    const credentials = await credentialsIn(signed, context, REQUEST_NAMES);
    const bytes = contentOf(signed, new Map([...credentials, ...attempt.values, ...partsOf(attempt)]), attempt.bytes);
    return WRITERS[encoding](await key.sign(bytes));
  });
}

/** As they are sent: the path and the query (without its `?`) percent-encoded, the host with its port. */
function partsOf({ operation, url }: Signable): [string, string][] {
  return [
    ["method", operation.method],
    ["path", url.pathname],
    ["query", url.search.slice(1)],
    ["host", url.host],
  ];
}

/** The bytes that are signed; the body among them stays as it is, also where it is no text. */
function contentOf(template: string, values: TemplateValues, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const texts = template.split("{rawBody}").map((part) => new TextEncoder().encode(render(part, values)));
  const size = texts.reduce((sum, text) => sum + text.length, body.length * (texts.length - 1));
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    if (index > 0) {
      bytes.set(body, at);
      at += body.length;
    }
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}
