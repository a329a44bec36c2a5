/** Calls from the provider: how they are verified, and what identifies them. */
import { z } from "zod";
import { entry, type Key, key, layer, list, named, noneOr, oneOf } from "../policy-key.ts";
import { duration } from "../policy-quantities.ts";
import { count, hash, text } from "../policy-scalars.ts";
import { condition, itemPointer, pointer, template } from "./expressions.ts";
import { keyEncoding, signatureEncoding } from "./request-signature.ts";
import { source } from "./source.ts";

const secret = entry(
  { credential: key(text(), "name of a credential: the shared secret, or the public key") },
  {
    rotation: key(oneOf("none", "many"), "`many`: the credential lists several, any may match", { default: "none" }),
    encoding: key(keyEncoding, "how the credential writes its bytes", { default: "utf8" }),
    prefix: key(text(), "what is cut off before decoding"),
  },
);

const timestamp = entry(
  {
    format: key(oneOf("epochSeconds", "epochMilliseconds", "iso8601", "httpDate"), "how the time is written"),
    tolerance: key(duration(), "how far it may lie from now, in both directions", { examples: ["5m"] }),
  },
  { from: key(pointer, "where it stands, if `parse` does not name `{timestamp}`") },
);

// Which hosts are safe is the linter's matter; the schema shows what it wants.
const host = text(undefined, "the name of a host", /^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
const keyUrl = text(/^(\$request\.header\.|https:\/\/)./, "an https URL, or `$request.header.NAME`");

const certificate = entry(
  {},
  {
    hosts: key(list(host), "hosts that keys may come from; nothing else is fetched; mandatory", {
      examples: [["api.example.com"]],
    }),
    url: key(keyUrl, "header that names the key's URL, or the URL itself"),
  },
);

const each = entry({
  items: key(pointer, "the list in the body"),
  signature: key(itemPointer, "where an item holds its signature"),
});

const call = entry(
  {
    operation: key(text(), "operationId of the call"),
    success: key(condition, "the answer that confirms the signature"),
  },
  {
    pass: key(
      named(template),
      "parameters and properties of its body: pointers into the webhook, or text with `{name}`",
    ),
  },
);

const signature = entry(
  {
    scheme: key(
      oneOf("hmac", "rsa", "ecdsa", "ed25519", "providerCall"),
      "how it is verified; `providerCall`: the provider is asked",
    ),
  },
  {
    hash: key(hash, "hash of hmac, rsa and ecdsa", { default: "sha256" }),
    key: key(secret, "what it is verified with"),
    header: key(z.union([text(), list(text())]), "header with the signature; of several, the one that is there"),
    parse: key(
      text(/\{signature\}/, "a form with `{signature}` in it, such as `t={timestamp},v1={signature}`"),
      "form of the header; parts may come in any order, `{signature}` may repeat, unknown parts are ignored",
      { default: "{signature}", examples: ["t={timestamp},v1={signature}"] },
    ),
    encoding: key(signatureEncoding, "how the signature is written", { default: "hex" }),
    signed: key(
      template,
      "what was signed: `{rawBody}`, `{timestamp}`, `{id}`, `{url}`, `{sortedForm}`, `{crc32}`, credentials, and `{/pointer}` into an item of `each`",
      { default: "{rawBody}", examples: ["{timestamp}.{rawBody}"] },
    ),
    timestamp: key(
      noneOr(timestamp),
      "the signed time; `none`: the provider signs none, and only `dedupe` stops replays",
    ),
    certificate: key(certificate, "where public keys are fetched from, if they are"),
    each: key(each, "each item of a list has a signature of its own"),
    call: key(call, "the call of `providerCall`"),
    source,
  },
  "webhookSignature",
);

const keys = layer(
  {
    signature: key(signature, "how a webhook is verified; nothing is generated without it; replaced whole"),
    dedupe: key(
      layer({
        id: key(z.union([pointer, list(pointer)]), "what identifies a delivery, in one field or several"),
        keepFor: key(duration(), "how long ids are remembered; at least as long as the provider repeats", {
          examples: ["72h"],
        }),
      }),
      "how a second delivery is known",
    ),
    event: key(
      layer({
        type: key(pointer, "field that tells the kind of event"),
        schemaVersion: key(pointer, "field that tells the version of its content"),
      }),
      "how the kind of event is told",
    ),
    ack: key(
      layer({
        status: key(count(200, "write a status such as 200"), "status of the answer", { default: 200 }),
        body: key(text(), "body of the answer, where the provider wants one", { examples: ["[accepted]"] }),
        within: key(duration(), "time in which the provider wants the answer"),
      }),
      "how a webhook is acknowledged",
    ),
    source,
  },
  "webhooks",
);

export const webhooks: Key = key(noneOr(keys), "calls from the provider");
