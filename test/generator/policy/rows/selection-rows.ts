/** Names and selectors, and what they leave without effect. */
import type { Row } from "./row.ts";

export const selectionRows: readonly Row[] = [
  {
    what: "an unknown operation",
    policy: "operations: { «getThings»: { retry: none } }",
    code: "P201",
    message: "there is no operation `getThings` in 2026-01",
    fix: "did you mean `getThing`?",
  },
  {
    what: "an unknown operation in names",
    policy: "names: { operations: { «getThingy»: things.get } }",
    code: "P201",
    message: "there is no operation `getThingy` in 2026-01",
    fix: "did you mean `getThing`?",
  },
  {
    what: "an unknown operation to poll",
    policy:
      'operations: { createThing: { polling: { operation: «getThng», deadline: 1m, success: "$statusCode == 200" } } }',
    code: "P201",
    message: "there is no operation `getThng` in 2026-01",
    fix: "did you mean `getThing`?",
  },
  {
    what: "an unknown operation to cancel with",
    policy:
      "operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\", cancel: { operation: «delThing», pass: { id: $response.body#/id } } } } }",
    code: "P201",
    message: "there is no operation `delThing` in 2026-01",
    fix: "did you mean `getThing`?",
  },
  {
    what: "an operation to poll that is left out",
    policy:
      "exclude: { operations: [getThing] }\noperations: { createThing: { polling: { operation: «getThing», pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\" } } }",
    code: "P201",
    message: "`getThing` is not generated, so nothing can call it",
    fix: "let `include` and `exclude` keep it",
  },
  {
    what: "an operation of no name like it",
    policy: "operations: { «zzzzzzzz»: { retry: none } }",
    code: "P201",
    message: "there is no operation `zzzzzzzz` in 2026-01",
    fix: "write the operationId, or `METHOD /path`",
  },
  {
    what: "an unknown tag",
    policy: "rules: [{ match: { tags: [Things, «Thigns»] }, retry: none }]",
    code: "P202",
    message: "`Thigns` matches no tag",
    fix: "did you mean `Things`?",
  },
  {
    what: "an unknown path",
    policy: 'include: { tags: [Things], paths: [«"/v2/*"»] }',
    code: "P202",
    message: "`/v2/*` matches no path",
    fix: "correct it, or take it out",
  },
  {
    what: "an unknown schema",
    policy: 'rules: [{ match: { responseSchema: ["*List", «"Thng"»] }, retry: none }]',
    code: "P202",
    message: "`Thng` matches no response schema",
    fix: "did you mean `Thing`?",
  },
  {
    what: "a rule for nothing",
    policy: "rules: [{ «match»: { tags: [Events], methods: [GET] }, retry: none }]",
    code: "P202",
    message: "this rule matches no operation",
    fix: "keys of `match` are joined by and, the values of one key by or; correct them, or take the rule out",
  },
  {
    what: "an unknown limit",
    policy:
      "rateLimits: { all: { algorithm: slidingWindow, limit: { amount: 9, per: 1s } } }\ndefaults: { limitedBy: [all, «al»] }",
    code: "P202",
    message: "there is no rate limit `al`",
    fix: "did you mean `all`?",
  },
  {
    what: "an unknown paginator",
    policy:
      'paginators: { byId: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id" } }\nrules: [{ match: { operations: [listThings] }, pagination: { use: byId } }, { match: { operations: [getThing] }, pagination: { use: «byIt» } }]',
    code: "P202",
    message: "there is no paginator `byIt`",
    fix: "did you mean `byId`?",
  },
  {
    what: "an unknown scheme",
    policy: "credentials: { key: { env: KEY } }\nauth: { scheme: «tokens» }",
    code: "P202",
    message: "there is no security scheme `tokens`",
    fix: "did you mean `token`?",
  },
  {
    what: "an unknown credential",
    policy:
      'credentials: { key: { env: KEY }, other: { env: O } }\nauth: { scheme: token, apply: [{ header: Authorization, value: «"Bearer {kee}"» }, { header: X-A, value: "{key}{other}" }] }',
    code: "P202",
    message: "there is no credential `kee`",
    fix: "did you mean `key`?",
  },
  {
    what: "an unknown server variable",
    policy: 'servers: { a: { url: «"https://x.things.example/{tenant}"» } }',
    code: "P202",
    message: "there is no server variable `tenant`",
    fix: "declare it, or take this out",
  },
  {
    what: "an unknown error to pause on",
    policy:
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, pauseOn: [«RateLimitedError»] } }\ndefaults: { limitedBy: [a] }",
    code: "P202",
    message: "there is no error `RateLimitedError`",
    fix: "did you mean `RateLimitError`?",
  },
  {
    what: "a pin in no path",
    policy: 'versions: { "v9": { pin: { in: path, name: «ver», value: "v9" } } }',
    code: "P202",
    message: "no path has the parameter `{ver}`",
    fix: "write the name as it stands in the document's paths",
    given: "v9",
  },
  {
    what: "an unknown operation in a match",
    policy: "rules: [{ match: { operations: [listThings, «makeThing»] }, retry: none }]",
    code: "P202",
    message: "`makeThing` matches no operation",
    fix: "correct it, or take it out",
  },
  {
    what: "an unknown credential of webhooks",
    policy:
      'credentials: { key: { env: KEY }, hook: { env: HOOK } }\nauth: { scheme: token, apply: { header: Authorization, value: "Bearer {key}" } }\nwebhooks: { signature: { scheme: hmac, hash: sha256, key: { credential: «hok» }, header: X-Sig, signed: "{rawBody}", timestamp: none } }',
    code: "P202",
    message: "there is no credential `hok`",
    fix: "did you mean `hook`?",
  },
  {
    what: "nothing left to generate",
    policy: "«exclude»: { tags: [Things, Events] }",
    code: "P202",
    message: "no operation is left to generate",
    fix: "include more, or exclude less",
  },
  {
    what: "a selector that nobody reads",
    policy:
      "rules: [{ match: { operations: [listThings, «aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa»] }, retry: none }]",
    code: "P202",
    message: "the selector is longer than 200 characters",
    fix: "write a shorter selector",
  },
  {
    what: "an unknown tag in names",
    policy: "names: { tags: { «Thing»: stuff } }",
    code: "P202",
    message: "there is no tag `Thing`",
    fix: "did you mean `Things`?",
  },
  {
    what: "an unknown schema in names",
    policy: "names: { schemas: { «Thin»: Stuff } }",
    code: "P202",
    message: "there is no schema `Thin`",
    fix: "did you mean `Thing`?",
  },
  {
    what: "a version without a document",
    policy: 'versions: { "2026-01": {}, «"2026-02"»: {} }',
    code: "P202",
    severity: "warning",
    message: "there is no document of version `2026-02`",
    fix: "add `2026-02/openapi.yaml` beside the policy, or take it out",
    given: "versions",
  },
  {
    what: "a flow without its credentials",
    policy:
      'credentials: { clientId: { env: A } }\nauth: { flow: «clientCredentials», tokenUrl: "https://api.things.example/t" }',
    code: "P202",
    message: "`clientCredentials` needs the credential `clientSecret`",
    fix: "add `credentials: { clientSecret: { env: … } }`",
  },
  {
    what: "several credentials and none named",
    policy: "credentials: { a: { env: A }, b: { env: B } }\n«auth»: { scheme: token }",
    code: "P202",
    message: "it is not said which of the credentials `a`, `b` is sent",
    fix: 'add `apply: { header: …, value: "{name}" }`',
  },
  {
    what: "a rule under a greater priority",
    policy:
      "rules:\n  - { match: { tags: [Things] }, priority: 1, timeouts: { deadline: 50s } }\n  - { «match»: { methods: [DELETE] }, timeouts: { deadline: 40s } }",
    code: "P203",
    message:
      "everything that this rule sets is overridden for every operation that it matches (the other is at policy.yaml:5:69)",
    fix: "take it out, give it a greater `priority`, or let the other match fewer operations",
  },
  {
    what: "a rule under operations",
    policy:
      "rules: [{ «match»: { operations: [getThing, listThings] }, retry: { maxAttempts: 2 } }]\noperations: { getThing: { retry: none }, listThings: { retry: { maxAttempts: 3 } } }",
    code: "P203",
    message:
      "everything that this rule sets is overridden for every operation that it matches (the other is at policy.yaml:5:78)",
    fix: "take it out, give it a greater `priority`, or let the other match fewer operations",
  },
  {
    what: "a rule whose errors are cut",
    policy:
      'rules: [{ «match»: { operations: [getThing] }, timeouts: { deadline: 50s }, errors: [{ when: "$statusCode == 402", as: CardError }] }]\noperations: { getThing: { timeouts: { deadline: 40s }, inheritErrors: false } }',
    code: "P203",
    message:
      "everything that this rule sets is overridden for every operation that it matches (the other is at policy.yaml:5:49)",
    fix: "take it out, give it a greater `priority`, or let the other match fewer operations",
  },
  {
    what: "a rule that sets nothing",
    policy: "rules: [{ «match»: { tags: [Things] } }]",
    code: "P203",
    message: "this rule sets nothing",
    fix: "add what it should set, or take it out",
  },
  {
    what: "operations known by their path only",
    policy: 'rules: [{ match: { «paths»: ["/v1/nameless/*"] }, retry: none }]',
    code: "P204",
    severity: "warning",
    message: "`GET /v1/nameless/{id}` has no operationId: a renamed path loses this",
    fix: "give it one in overlay.yaml: { target: \"$.paths['/v1/nameless/{id}'].get\", update: { operationId: … } }",
    given: "nameless",
  },
  {
    what: "an operation named by method and path",
    policy: 'operations: { «"GET /v1/nameless/{id}"»: { retry: none } }',
    code: "P204",
    severity: "warning",
    message: "`GET /v1/nameless/{id}` has no operationId: a renamed path loses this",
    fix: "give it one in overlay.yaml: { target: \"$.paths['/v1/nameless/{id}'].get\", update: { operationId: … } }",
    given: "nameless",
  },
  {
    what: "one name for two operations",
    policy: "operations: { «getTwin»: { retry: none } }",
    code: "P204",
    message: "the document has several operations `getTwin`",
    fix: "name them by method and path: `GET /v1/a`, `GET /v1/b`",
    given: "twins",
  },
  {
    what: "one name for two operations in names",
    policy: "names: { operations: { «getTwin»: twins.get } }",
    code: "P204",
    message: "the document has several operations `getTwin`",
    fix: "name them by method and path: `GET /v1/a`, `GET /v1/b`",
    given: "twins",
  },
  {
    what: "a limit that nothing uses",
    policy: "rateLimits: { «a»: { algorithm: slidingWindow, limit: { amount: 1, per: 1s } } }",
    code: "P205",
    severity: "warning",
    message: "nothing uses the rate limit `a`",
    fix: "use it, or take it out",
  },
  {
    what: "a paginator that nothing uses",
    policy:
      'paginators: { «a»: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id" } }',
    code: "P205",
    severity: "warning",
    message: "nothing uses the paginator `a`",
    fix: "use it, or take it out",
  },
  {
    what: "a credential that nothing uses",
    policy:
      'credentials: { key: { env: K }, «spare»: { env: S } }\nauth: { scheme: token, apply: { header: Authorization, value: "Bearer {key}" } }',
    code: "P205",
    severity: "warning",
    message: "nothing uses the credential `spare`",
    fix: "use it, or take it out",
  },
  {
    what: "a server variable that nothing uses",
    policy:
      'servers: { a: { url: "https://api.things.example" } }\nserverVariables: { «shop»: { pattern: "^[a-z]+$" } }',
    code: "P205",
    severity: "warning",
    message: "no server uses the variable `shop`",
    fix: "use it in a server's `url`, or take it out",
  },
];
