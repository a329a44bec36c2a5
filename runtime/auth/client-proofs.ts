/** Ways for a client to prove who it is, other than by a secret in the form. */
import { toBase64 } from "./byte-text.ts";
import type { ClientProof } from "./token-request.ts";

/** HTTP Basic. Both halves are form-encoded first (RFC 6749 section 2.3.1), so a colon in them does no harm. */
export const basicProof: ClientProof = ({ clientId = "", clientSecret = "" }, _, { client }) => {
  const pair = new TextEncoder().encode(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`);
  const credentials = toBase64(pair);
  client.redactor.addSecret(credentials);
  return { headers: { authorization: `Basic ${credentials}` } };
};

/** A signed assertion (RFC 7523 section 2.2). */
export const assertionProof: ClientProof = async ({ url, clientId = "" }, { clientAssertion }, context) => {
  // RFC 7523 section 3: who speaks, for whom, and to whom.
  const usual = { iss: clientId, sub: clientId, aud: url };
  const { text, corrects } = await clientAssertion!.use(clientAssertion!, usual, url, context);
  return {
    form: {
      client_id: clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: text,
    },
    corrects,
  };
};

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
