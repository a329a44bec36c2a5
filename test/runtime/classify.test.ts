import { expect, test } from "vitest";
import { classify, networkFailure } from "../../runtime/classify.ts";
import type { Policy } from "../../runtime/descriptor.ts";
import type { Exchange } from "../../runtime/pointer.ts";
import { safePolicy } from "./pay.ts";

function answer(status: number, body: unknown = {}): Exchange {
  return {
    status,
    headers: new Headers(),
    body,
    request: { body: undefined, headers: new Headers(), url: new URL("https://api.pay.example"), path: {} },
  };
}

test.each([
  [200, undefined],
  [204, undefined],
  [304, ["permanent", "none"]],
  [400, ["permanent", "none"]],
  [401, ["rejected", "none"]],
  [404, ["permanent", "none"]],
  [408, ["ambiguous", "unknown"]],
  [429, ["rejected", "none"]],
  [500, ["ambiguous", "unknown"]],
  [501, ["permanent", "none"]],
  [503, ["ambiguous", "unknown"]],
  [505, ["permanent", "none"]],
  [520, ["permanent", "unknown"]],
])("%s is %j", (status, wanted) => {
  const verdict = classify(safePolicy, answer(status));
  expect(verdict && [verdict.disposition, verdict.effect]).toEqual(wanted);
});

const is = (status: number) => ({ op: "==", left: { from: "status" }, right: status }) as const;

test.each<[string, Partial<Policy>, number, object | undefined]>([
  [
    "the first rule wins",
    {
      errors: [
        { when: is(400), as: "FirstError" },
        { when: is(400), as: "NotFoundError" },
      ],
    },
    400,
    { name: "FirstError", base: "InvalidRequestError" },
  ],
  [
    "a class as name",
    { errors: [{ when: is(403), as: "RateLimitError" }] },
    403,
    { name: "RateLimitError", base: "RateLimitError", throttled: true },
  ],
  [
    "a disposition",
    { errors: [{ when: is(503), as: "BusyError", disposition: "rejected" }] },
    503,
    { disposition: "rejected", effect: "none" },
  ],
  [
    "an error in a 200",
    { errors: [{ when: is(200), as: "UserError" }] },
    200,
    { name: "UserError", base: "ApiError", disposition: "permanent", effect: "none" },
  ],
  ["no pause", { errors: [{ when: is(429), as: "LockError", pause: false }] }, 429, { pause: false, throttled: true }],
  [
    "a key in flight",
    { idempotency: { class: "keyed", inFlight: is(409) } },
    409,
    { name: "ConflictError", disposition: "rejected", effect: "unknown" },
  ],
  [
    "a key in flight, to which the policy gives another meaning",
    { idempotency: { class: "keyed", inFlight: is(409), inFlightAs: "permanent" } },
    409,
    { name: "ConflictError", disposition: "permanent", effect: "unknown" },
  ],
  [
    "a key for other bytes, to which the policy gives another meaning",
    { idempotency: { class: "keyed", mismatch: is(422), mismatchAs: "rejected" } },
    422,
    { disposition: "rejected", effect: "none" },
  ],
  [
    "a key in flight that a rule speaks of",
    {
      idempotency: { class: "keyed", inFlight: is(409), inFlightAs: "permanent" },
      errors: [{ when: is(409), as: "BusyError", disposition: "ambiguous" }],
    },
    409,
    { name: "BusyError", disposition: "ambiguous", effect: "unknown" },
  ],
  [
    "credentials that a rule calls bad",
    { errors: [{ when: is(500), as: "ExpiredError", refresh: true }] },
    500,
    { disposition: "rejected", effect: "none" },
  ],
  ["a key for other bytes", { idempotency: { class: "keyed", mismatch: is(500) } }, 500, { disposition: "permanent" }],
])("%s", (_, policy, status, wanted) => {
  expect(classify({ ...safePolicy, ...policy }, answer(status))).toMatchObject(wanted!);
});

const failed = (cause: object) => Object.assign(new TypeError("fetch failed"), { cause });

test.each([
  [failed({ code: "ECONNREFUSED" }), "ECONNREFUSED", "none"],
  [failed({ code: "ENOTFOUND" }), "ENOTFOUND", "none"],
  [failed({ code: "EAI_AGAIN" }), "EAI_AGAIN", "none"],
  [failed({ code: "UND_ERR_CONNECT_TIMEOUT" }), "UND_ERR_CONNECT_TIMEOUT", "none"],
  [failed({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "ERR_TLS_CERT_ALTNAME_INVALID", "none"],
  [failed({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "DEPTH_ZERO_SELF_SIGNED_CERT", "none"],
  [failed({ code: "CERT_HAS_EXPIRED" }), "CERT_HAS_EXPIRED", "none"],
  [failed({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }), "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "none"],
  [failed({ code: "ETIMEDOUT", syscall: "connect" }), "ETIMEDOUT", "none"],
  [failed({ code: "ETIMEDOUT", errors: [{ syscall: "connect" }, { syscall: "connect" }] }), "ETIMEDOUT", "none"],
  [failed({ code: "ETIMEDOUT", errors: [{ syscall: "connect" }, { syscall: "read" }] }), "ETIMEDOUT", "unknown"],
  [failed({ code: "ETIMEDOUT" }), "ETIMEDOUT", "unknown"],
  [failed({ code: "ECONNRESET", syscall: "read" }), "ECONNRESET", "unknown"],
  [failed({ code: "UND_ERR_SOCKET" }), "UND_ERR_SOCKET", "unknown"],
  [failed({ code: "UND_ERR_HEADERS_TIMEOUT" }), "UND_ERR_HEADERS_TIMEOUT", "unknown"],
  [failed({ code: "EPROTO", syscall: "write" }), "EPROTO", "unknown"],
  [new TypeError("Failed to fetch"), undefined, "unknown"],
  ["odd", undefined, "unknown"],
  [null, undefined, "unknown"],
])("%s: %s, effect %s", (error, code, effect) => {
  expect(networkFailure(error)).toEqual({ code, effect });
});

test("a cyclic cause ends", () => {
  const error = new Error("x");
  error.cause = error;
  expect(networkFailure(error)).toEqual({ code: undefined, effect: "unknown" });
});
