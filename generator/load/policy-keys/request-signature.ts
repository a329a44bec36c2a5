/** How requests are signed. */
import type { z } from "zod";
import { defaultAssertionLifetime, defaultSignatureEncoding, defaultSigningHash } from "../../policy-defaults.ts";
import { printDuration } from "../../policy-model.ts";
import { entry, key, layer, named, oneOf } from "../policy-key.ts";
import { duration } from "../policy-quantities.ts";
import { constant, hash, text } from "../policy-scalars.ts";
import { template } from "./expressions.ts";

/** A key of a signature, wherever it is made or checked. */
export const keyEncoding: z.ZodType = oneOf("utf8", "hex", "base64", "pem");
export const signatureEncoding: z.ZodType = oneOf("hex", "base64", "base64url");

const signingKey = entry(
  { credential: key(text(), "name of a credential") },
  {
    id: key(template, "id by which the provider knows the key; `{name}` is a credential"),
    encoding: key(keyEncoding, "how the credential writes its bytes; without it utf8 for hmac, pem for the others"),
  },
);

export const requestSignature: z.ZodType = layer(
  {
    scheme: key(
      oneOf("hmac", "rsa", "ecdsa", "ed25519", "sigv4", "hook"),
      "how it is made; `hook`: by a function of the application, createClient({ sign })",
    ),
    hash: key(hash, "hash of hmac, rsa and ecdsa", { default: defaultSigningHash }),
    key: key(signingKey, "the key"),
    signed: key(
      template,
      "what is signed: `{method}`, `{path}`, `{query}`, `{host}`, `{rawBody}`, `{bodySha256}`, `{nonce}`, `{timestamp}` (seconds), `{timestampMs}`, `{timestampIso}` and credentials",
      { examples: ["{timestamp}{method}{path}{rawBody}"] },
    ),
    encoding: key(signatureEncoding, "how `{signature}` is written", { default: defaultSignatureEncoding }),
    service: key(text(), "service of sigv4"),
    region: key(template, "region of sigv4; `{name}` is a server variable"),
    claims: key(named(constant), "claims of a signed assertion; `{name}` is a credential"),
    lifetime: key(duration(), "how long a signed assertion holds", {
      default: printDuration(defaultAssertionLifetime),
    }),
  },
  "requestSignature",
);
