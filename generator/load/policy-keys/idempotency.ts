/** Whether a call may be repeated, and the key that makes it so. */
import { defaultKey, keyedMethods } from "../../policy-defaults.ts";
import { flag, type Key, key, layer, list, noneOr, oneOf } from "../policy-key.ts";
import { duration } from "../policy-quantities.ts";
import { count, keyGenerator, text } from "../policy-scalars.ts";
import { condition, pointer } from "./expressions.ts";
import { source } from "./source.ts";

export const methods: Key["schema"] = list(
  oneOf("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH", "TRACE", "QUERY"),
);
export const disposition: Key["schema"] = oneOf("rejected", "ambiguous", "permanent");

const keyKeys = layer({
  in: key(oneOf("header", "body"), "where the key goes", { default: defaultKey.in }),
  name: key(
    text(),
    "name of the header, or of the property of the body, or JSON Pointer of a deeper one: `/meta/key`",
    {
      examples: ["Idempotency-Key"],
    },
  ),
  generate: key(keyGenerator, "how a key is made, once for a call", { default: defaultKey.generate }),
  maxLength: key(count(), "the longest key the provider takes, in characters", { default: defaultKey.maxLength }),
  undocumented: key(flag, "the document does not show this header or property, and it is known all the same", {
    default: false,
  }),
});

const naturalKeys = layer({
  field: key(text(), "the property of the body that carries it, or its JSON Pointer: `/order/reference`", {
    examples: ["reference"],
  }),
  duplicate: key(condition, "the answer to a reference that is already there"),
  onDuplicate: key(
    oneOf("error", "success"),
    "what that answer means after an attempt that may have taken effect: an error that says so, or a success without data",
    { default: "error" },
  ),
  maxLength: key(count(), "the longest reference the provider takes, in characters", { default: defaultKey.maxLength }),
  undocumented: key(flag, "the document does not show this property, and it is known all the same", { default: false }),
});

const verdict = (usual: string): Key["schema"] =>
  layer({
    when: key(condition, "how the answer is known"),
    disposition: key(disposition, "what it means for a retry", { default: usual }),
  });

const keys = layer(
  {
    class: key(
      oneOf("safe", "idempotent", "keyed", "unsafe"),
      "`safe`: no effect; `idempotent`: twice is as good as once; `keyed`: so with one key; `unsafe`: twice is two effects. " +
        "GET, HEAD and OPTIONS are safe, PUT and DELETE idempotent, POST and PATCH unsafe",
    ),
    because: key(text(), "why the class is better than the method promises; needed then"),
    methods: key(methods, "the methods that a provider-wide `keyed` is meant for", {
      default: keyedMethods.map((method) => method.toUpperCase()),
    }),
    key: key(noneOr(keyKeys), "the idempotency key; none is sent unless it is declared", { default: "none" }),
    natural: key(
      noneOr(naturalKeys),
      "instead of a key: a reference of the caller's that the provider takes once. A call without one is not repeated",
      { default: "none" },
    ),
    retention: key(duration(), "how long the provider remembers a key; no attempt is sent after it", {
      examples: ["24h"],
    }),
    replaysErrors: key(flag, "a stored 5xx is replayed for the same key, so that repeating it cannot help", {
      default: false,
    }),
    comparesBody: key(
      flag,
      "the provider refuses a known key with another body; `false`: the client does, as far as it remembers",
      {
        default: true,
      },
    ),
    inFlight: key(verdict("rejected"), "the answer while the first call with this key still runs"),
    mismatch: key(verdict("permanent"), "the answer to a known key with another body"),
    replayed: key(pointer, "header that marks a replayed answer"),
    onReplayNotFound: key(
      oneOf("success"),
      "not found, as an answer to a DELETE after an attempt that may have taken effect, means that it worked",
    ),
    source,
  },
  "idempotency",
);

export const idempotency: Key = key(
  keys,
  "whether the operation may be repeated after a failure that may have had an effect",
);
