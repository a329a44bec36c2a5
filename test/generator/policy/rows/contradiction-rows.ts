/** Blocks that contradict themselves, rules that contradict each other. */
import type { Row } from "./row.ts";

export const contradictionRows: readonly Row[] = [
  {
    what: "a key and a reference",
    policy:
      "operations: { createThing: { idempotency: { class: keyed, key: { name: Idempotency-Key }, «natural»: { field: name, duplicate: $statusCode == 409 } } } }",
    code: "P301",
    message: "a call is told from its repetition by `key` or by `natural`, not by both",
    fix: "keep the one that the provider goes by",
  },
  {
    what: "a mismatch of bodies that are not compared",
    policy:
      "operations: { createThing: { idempotency: { class: keyed, key: { name: Idempotency-Key }, comparesBody: false, «mismatch»: { when: $statusCode == 422 } } } }",
    code: "P301",
    message: "a provider that compares no bodies (`comparesBody: false`) answers no `mismatch`",
    fix: "keep the one that is true",
  },
  {
    what: "a fact about keys that are not sent",
    policy: "operations: { createThing: { idempotency: { class: unsafe, «comparesBody»: false } } }",
    code: "P301",
    message: "`class: unsafe` sends no key, so `comparesBody` says nothing",
    fix: "write `class: keyed`, or take `comparesBody` out",
  },
  {
    what: "a reference that makes nothing keyed",
    policy:
      "operations: { createThing: { idempotency: { class: unsafe, «natural»: { field: name, duplicate: $statusCode == 409 } } } }",
    code: "P301",
    message: "`class: unsafe` sends no key, so `natural` says nothing",
    fix: "write `class: keyed`, or take `natural` out",
  },
  {
    what: "not found, said of a POST",
    policy: "operations: { createThing: { idempotency: { «onReplayNotFound»: success } } }",
    code: "P301",
    message:
      "`onReplayNotFound` speaks of a DELETE that is repeated, and a POST says nothing by a 404, for `createThing`",
    fix: "take it out",
  },
  {
    what: "a refresh that is no refusal",
    policy:
      "defaults: { errors: [{ when: $statusCode == 403, as: ExpiredError, disposition: ambiguous, «refresh»: true }] }",
    code: "P301",
    message: "`refresh` repeats the call, and `disposition: ambiguous` says that it may have taken effect",
    fix: "take `disposition` out: what refuses credentials has done nothing else",
  },
  {
    what: "a clock for a length of time",
    policy: "defaults: { retry: { retryAfter: [{ from: $response.header.A, format: duration, clock: «server» }] } }",
    code: "P301",
    message: "`clock` says what a moment is measured against, and `duration` tells none",
    fix: "take it out",
  },
  {
    what: "two flows of one bucket",
    policy:
      "rateLimits: { a: { algorithm: tokenBucket, capacity: 5, leak: { amount: 1, per: 1s }, «refill»: { amount: 1, per: 1s } } }\ndefaults: { limitedBy: [a] }",
    code: "P301",
    message: "`refill` does not belong to `tokenBucket` as it is written",
    fix: "a bucket has `capacity` and one of `leak` and `refill`",
  },
  {
    what: "single use without a store",
    policy:
      'credentials: { clientId: { env: A }, clientSecret: { env: B }, refreshToken: { env: C } }\nauth: { flow: refreshToken, tokenUrl: "https://api.things.example/t", lifecycle: { rotation: «singleUse» } }',
    code: "P301",
    message: "tokens that can be used once must be stored, or the next process starts with a used one",
    fix: "write `credentials: { refreshToken: { store: tokens } }`",
  },
  {
    what: "no retries, and how to wait between them",
    policy: "defaults: { retry: { maxAttempts: 1, «backoff»: { initial: 1s } } }",
    code: "P301",
    message: "`maxAttempts: 1` switches retries off, so `backoff` says nothing",
    fix: "take `backoff` out, or `maxAttempts: 1`",
  },
  {
    what: "attempts of nothing",
    policy: "defaults: { retry: { «maxAttempts»: 3, on: [] } }",
    code: "P301",
    message: "`on: []` switches retries off, so `maxAttempts` says nothing",
    fix: "take `maxAttempts` out, or `on: []`",
  },
  {
    what: "no retries, and which failures are retried",
    policy: "defaults: { retry: { maxAttempts: 1, «on»: [rejected] } }",
    code: "P301",
    message: "`maxAttempts: 1` switches retries off, so `on` says nothing",
    fix: "take `on` out, or `maxAttempts: 1`",
  },
  {
    what: "constant waits that grow",
    policy: "defaults: { retry: { backoff: { strategy: constant, «multiplier»: 2 } } }",
    code: "P301",
    message: "waits of `strategy: constant` do not grow, so `multiplier` says nothing",
    fix: "take `multiplier` out, or write `strategy: exponential`",
  },
  {
    what: "a key of a class without keys",
    policy:
      "operations: { createThing: { idempotency: { class: unsafe, «key»: { in: header, name: Idempotency-Key } } } }",
    code: "P301",
    message: "`class: unsafe` sends no key, so `key` says nothing",
    fix: "write `class: keyed`, or take `key` out",
  },
  {
    what: "a retention of a class without keys",
    policy: "operations: { createThing: { idempotency: { class: unsafe, «retention»: 24h } } }",
    code: "P301",
    message: "`class: unsafe` sends no key, so `retention` says nothing",
    fix: "write `class: keyed`, or take `retention` out",
  },
  {
    what: "a token URL of a flow without tokens",
    policy:
      'credentials: { key: { env: KEY } }\nauth: { scheme: token, flow: bearer, «tokenUrl»: "https://api.things.example/t" }',
    code: "P301",
    message: "`flow: bearer` fetches no token, so `tokenUrl` says nothing",
    fix: "take `tokenUrl` out, or write `flow: clientCredentials` or `refreshToken`",
  },
  {
    what: "a rotation of a flow without tokens",
    policy:
      'credentials: { key: { env: KEY } }\nauth: { scheme: token, flow: apiKey, apply: { header: X-K, value: "{key}" }, lifecycle: { «refreshBefore»: 5s } }',
    code: "P301",
    message: "`flow: apiKey` fetches no token, so `refreshBefore` says nothing",
    fix: "take `refreshBefore` out, or write `flow: clientCredentials` or `refreshToken`",
  },
  {
    what: "a credential from two places",
    policy:
      'credentials: { key: { env: KEY, «store»: tokens } }\nauth: { scheme: token, apply: { header: Authorization, value: "Bearer {key}" } }',
    code: "P301",
    message: "a credential comes from one place, not from `env` and `store`",
    fix: "keep one of `env`, `store` and `provider`",
  },
  {
    what: "a required variable with a default",
    policy:
      'servers: { a: { url: "https://{shop}.things.example" } }\nserverVariables: { shop: { required: true, pattern: "^[a-z]+$", «default»: demo } }',
    code: "P301",
    message: "a variable that is `required` has no default",
    fix: "take `default` out, or `required: true`",
  },
  {
    what: "a default outside the enum",
    policy:
      'servers: { a: { url: "https://{shop}.things.example" } }\nserverVariables: { shop: { enum: [a, b], «default»: c } }',
    code: "P301",
    message: "the default `c` is not among the values of `enum`",
    fix: "write one of a, b",
  },
  {
    what: "two default servers",
    policy:
      'servers: { a: { url: "https://a.things.example", default: true }, b: { url: "https://b.things.example", default: «true» } }',
    code: "P301",
    message: "two servers are the default",
    fix: "keep one `default: true`",
  },
  {
    what: "one name for two methods",
    policy: "names: { operations: { getThing: things.one, listThings: «things.one» } }",
    code: "P301",
    message: "two operations are called `things.one` (the other is at policy.yaml:4:34)",
    fix: "give one of them another name",
  },
  {
    what: "a leak in a window",
    policy:
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, «leak»: { amount: 1, per: 1s } } }\ndefaults: { limitedBy: [a] }",
    code: "P301",
    message: "`leak` does not belong to `slidingWindow` as it is written",
    fix: "a window has `limit: { amount, per }`",
  },
  {
    what: "rules that disagree",
    policy:
      "rules:\n  - { match: { tags: [Things] }, timeouts: { deadline: 50s } }\n  - { match: { methods: [GET] }, timeouts: { deadline: «40s» } }",
    code: "P302",
    message:
      "two rules of the same priority give `timeouts.deadline` different values for `listThings` and `getThing` (the other is at policy.yaml:5:56)",
    fix: "give one of the rules a greater `priority`, or make their matches disjoint",
  },
  {
    what: "none against a leaf",
    policy:
      "rules:\n  - { match: { tags: [Things] }, retry: none }\n  - { match: { methods: [GET] }, «retry»: { maxAttempts: 2 } }",
    code: "P302",
    message:
      "two rules of the same priority give `retry` different values for `listThings` and `getThing` (the other is at policy.yaml:5:41)",
    fix: "give one of the rules a greater `priority`, or make their matches disjoint",
  },
  {
    what: "error rules that disagree",
    policy:
      'rules:\n  - { match: { tags: [Things] }, errors: [{ when: "$statusCode == 402", as: AError }] }\n  - { match: { operations: [getThing] }, errors: «[{ when: "$statusCode == 402", as: BError }]» }',
    code: "P302",
    message:
      "two rules of the same priority give `errors` different values for `getThing` (the other is at policy.yaml:5:42)",
    fix: "give one of the rules a greater `priority`, or make their matches disjoint",
  },
];
