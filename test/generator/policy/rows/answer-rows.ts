/** Places in requests and answers, pages and errors. */
import type { Row } from "./row.ts";

export const answerRows: readonly Row[] = [
  {
    what: "a pointer to nothing",
    policy:
      "rules: [{ match: { operations: [listThings] }, pagination: { style: cursor, items: $response.body#/data, cursor: { from: «$response.body#/nextPage», to: $request.query.page } } }]",
    code: "P410",
    message: "the schema has no `nextPage` for `$response.body#/nextPage`, in `listThings`",
    fix: "the schema has `next_page`",
  },
  {
    what: "a pointer to another type",
    policy:
      'rules: [{ match: { operations: [listThings] }, pagination: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id", hasMore: «$response.body#/next_page» } }]',
    code: "P410",
    message: "`$response.body#/next_page` is string or null, not boolean, in `listThings`",
    fix: "point to a boolean",
  },
  {
    what: "an id that items lack",
    policy:
      'rules: [{ match: { operations: [listThings] }, pagination: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: «"#/uid"» } }]',
    code: "P410",
    message: "items have no `uid`, in `listThings`",
    fix: "the schema has `id`",
  },
  {
    what: "an error field that no answer has",
    policy:
      "defaults: { errors: [{ when: \"$statusCode == 402 && «$response.body#/error/kode» == 'x'\", as: CardError }] }",
    code: "P410",
    message: "the schema has no `kode` for `$response.body#/error/kode`",
    fix: "the schema has `code`",
  },
  {
    what: "items that cannot be found",
    policy:
      "rules: [{ match: { operations: [getThing] }, pagination: { style: link, items: «$response.body#/name», rel: next } }]",
    code: "P410",
    message: "`$response.body#/name` is string, not array, in `getThing`",
    fix: "point to an array",
  },
  {
    what: "a cursor that is no text",
    policy:
      "operations: { listThings: { pagination: { style: cursor, items: $response.body#/data, cursor: { from: «$response.body#/has_more», to: $request.query.page } } } }",
    code: "P410",
    message: "`$response.body#/has_more` is boolean, not string, in `listThings`",
    fix: "point to a string",
  },
  {
    what: "a next URL that is no text",
    policy:
      "operations: { listThings: { pagination: { style: nextUrl, cursor: { from: «$response.body#/has_more» } } } }",
    code: "P410",
    message: "`$response.body#/has_more` is boolean, not string, in `listThings`",
    fix: "point to a string",
  },
  {
    what: "advice from nowhere",
    policy:
      'operations: { getThing: { retry: { advice: { from: «$response.body#/retri», "true": retry, "false": stop } } } }',
    code: "P410",
    message: "the schema has no `retri` for `$response.body#/retri`",
    fix: "it has: id, name, parts, error",
  },
  {
    what: "a wait from nowhere",
    policy:
      "operations: { getThing: { retry: { retryAfter: [{ from: «$response.body#/wait», format: delaySeconds }] } } }",
    code: "P410",
    message: "the schema has no `wait` for `$response.body#/wait`",
    fix: "it has: id, name, parts, error",
  },
  {
    what: "a request id from nowhere",
    policy: "operations: { getThing: { telemetry: { requestId: «$response.body#/error/cod» } } }",
    code: "P410",
    message: "the schema has no `cod` for `$response.body#/error/cod`",
    fix: "the schema has `code`",
  },
  {
    what: "a figure of a limit from nowhere",
    policy:
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { remaining: { from: «$response.body#/left» } } } }\ndefaults: { limitedBy: [a] }",
    code: "P410",
    message: "the schema has no `left` for `$response.body#/left`",
    fix: "it has: id, name, parts, error",
  },
  {
    what: "an echo from nowhere",
    policy: "versioning: { echo: «$response.body#/versio» }",
    code: "P410",
    message: "the schema has no `versio` for `$response.body#/versio`",
    fix: "it has: id, name, parts, error",
  },
  {
    what: "a condition on keys from nowhere",
    policy:
      "operations: { createThing: { idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: 255 }, inFlight: { when: \"$statusCode == 409 && «$response.body#/error/kode» == 'x'\" } } } }",
    code: "P410",
    message: "the schema has no `kode` for `$response.body#/error/kode`",
    fix: "the schema has `code`",
  },
  {
    what: "a lifetime that is no number",
    policy:
      'credentials: { clientId: { env: A }, clientSecret: { env: B } }\nauth: { flow: clientCredentials, tokenUrl: "https://api.things.example/v1/things", lifecycle: { expiresIn: { from: «$response.body#/parts», unit: seconds } } }',
    code: "P410",
    message: "`$response.body#/parts` is array, not a number",
    fix: "point to the number that says how long the token lives",
  },
  {
    what: "a lifetime that the answer lacks",
    policy:
      'credentials: { clientId: { env: A }, clientSecret: { env: B } }\nauth: { flow: clientCredentials, tokenUrl: "https://api.things.example/v1/things", lifecycle: { expiresIn: { from: «$response.body#/nam», unit: seconds } } }',
    code: "P410",
    message: "the schema has no `nam` for `$response.body#/nam`",
    fix: "the schema has `name`",
  },
  {
    what: "a parameter that is not there",
    policy:
      "rules: [{ match: { operations: [listThings] }, pagination: { style: page, param: «$request.query.pge» } }]",
    code: "P411",
    message: "there is no query parameter `pge`, in `listThings`",
    fix: "did you mean `page`?",
  },
  {
    what: "a position in a body that is not there",
    policy:
      "operations: { listThings: { pagination: { style: page, items: $response.body#/data, param: «$request.body#/page» } } }",
    code: "P411",
    message: "there is no request body, in `listThings`",
    fix: "write `$request.query.NAME`, or let the rule match fewer operations",
  },
  {
    what: "a position that the body does not have",
    policy:
      'operations: { createThing: { idempotency: { class: safe, because: "a search" }, pagination: { style: page, items: $response.body#/parts, param: «$request.body#/nme» } } }',
    code: "P411",
    message: "the schema has no `nme` for `$request.body#/nme`, in `createThing`",
    fix: "the schema has `name`",
  },
  {
    what: "the whole body as a position",
    policy:
      'operations: { createThing: { idempotency: { class: safe, because: "a search" }, pagination: { style: page, items: $response.body#/parts, param: «$request.body» } } }',
    code: "P003",
    message: "the position is sent in a query parameter or in the body, in `createThing`",
    fix: "write `$request.query.NAME` or `$request.body#/…`",
  },
  {
    what: "a total that the answer lacks",
    policy:
      "operations: { listThings: { pagination: { style: page, items: $response.body#/data, param: $request.query.page, total: «$response.body#/meta/pages» } } }",
    code: "P410",
    message: "the schema has no `meta` for `$response.body#/meta/pages`, in `listThings`",
    fix: "the schema has `data`",
  },
  {
    what: "a total that is no figure",
    policy:
      "operations: { listThings: { pagination: { style: page, items: $response.body#/data, param: $request.query.page, total: «$response.body#/has_more» } } }",
    code: "P410",
    message: "`$response.body#/has_more` is boolean, not integer, in `listThings`",
    fix: "point to an integer",
  },
  {
    what: "a total of a list that links lead through",
    policy: "operations: { listThings: { pagination: { style: link, total: «$response.header.X-Total» } } }",
    code: "P301",
    message: "a list that goes on by links ends with the last of them, whatever its `total` is, in `listThings`",
    fix: "take it out",
  },
  {
    what: "empty pages where the last id leads on",
    policy:
      'operations: { listThings: { pagination: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id", stopOnEmpty: «false» } } }',
    code: "P301",
    message: "after an empty page there is no next id to ask for, in `listThings`",
    fix: "take it out",
  },
  {
    what: "empty pages and no end",
    policy:
      "operations: { listThings: { pagination: { style: page, items: $response.body#/data, param: $request.query.page, stopOnEmpty: «false» } } }",
    code: "P301",
    message: "nothing ends the list when empty pages do not, in `listThings`",
    fix: "add `hasMore` or `total`, or take it out",
  },
  {
    what: "a parameter of the page size that is not there",
    policy:
      'operations: { listThings: { pagination: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id", pageSize: { param: «$request.query.limt» } } } }',
    code: "P411",
    message: "there is no query parameter `limt`, in `listThings`",
    fix: "did you mean `limit`?",
  },
  {
    what: "a cursor that is not sent",
    policy:
      "operations: { listThings: { pagination: { style: cursor, items: $response.body#/data, cursor: { from: $response.body#/next_page, to: «$request.query.curser» } } } }",
    code: "P411",
    message: "there is no query parameter `curser`, in `listThings`",
    fix: "correct it, repair the document, or let the rule match fewer operations",
  },
  {
    what: "no array to find",
    policy:
      "rules: [{ match: { operations: [deleteThing, listThings] }, «pagination»: { style: link, items: $response.body#/data } }]",
    code: "P412",
    message: "only safe operations can be repeated for pages, not `deleteThing`",
    fix: "write `idempotency: { class: safe, because: … }` if it only reads, or take the pagination out",
  },
  {
    what: "no array to walk",
    policy: "operations: { nothings: { pagination: { style: link, items: «auto» } } }",
    code: "P412",
    message: "`items` cannot be found: the answer has no array, in `nothings`",
    fix: "write `items: $response.body#/…`",
    given: "nothings",
  },
  {
    what: "several arrays to walk",
    policy: "operations: { nothings: { pagination: { style: link, items: «auto» } } }",
    code: "P412",
    message: "`items` cannot be found: the answer has several arrays (a, b), in `nothings`",
    fix: "write `items: $response.body#/…`",
    given: "everything",
  },
  {
    what: "pages of a write",
    policy: "operations: { createThing: { «pagination»: { style: link, items: $response.body#/parts } } }",
    code: "P412",
    message: "only safe operations can be repeated for pages, not `createThing`",
    fix: "write `idempotency: { class: safe, because: … }` if it only reads, or take the pagination out",
  },
  {
    what: "pages at any host",
    policy: "rules: [{ match: { operations: [listThings] }, pagination: { style: link, nextOrigins: «any» } }]",
    code: "P413",
    message: "next pages at any host would get the credentials, in `listThings`",
    fix: "write `nextOrigins: same`",
  },
  {
    what: "next URLs at any host",
    policy:
      "operations: { listThings: { pagination: { style: nextUrl, cursor: { from: $response.body#/next_page }, nextOrigins: «any» } } }",
    code: "P413",
    message: "next pages at any host would get the credentials, in `listThings`",
    fix: "write `nextOrigins: same`",
  },
  {
    what: "a status that never comes",
    policy: 'defaults: { errors: [{ when: «"$statusCode == 2000"», as: OddError }] }',
    code: "P430",
    message: "no answer has the status 2000",
    fix: "write a status from 100 to 599",
  },
  {
    what: "the same condition twice",
    policy:
      'defaults: { errors: [{ when: "$statusCode == 402", as: AError }, «{ when: "$statusCode == 402", as: BError }»] }',
    code: "P430",
    message: "this rule is never reached: an earlier one has the same condition (the other is at policy.yaml:4:22)",
    fix: "take one of them out",
  },
  {
    what: "a rule that an earlier one covers",
    policy:
      'defaults: { errors: [{ when: "$statusCode >= 400", as: AError }, «{ when: "$statusCode == 402", as: BError }»] }',
    code: "P430",
    message: "this rule is never reached: an earlier one holds wherever it does (the other is at policy.yaml:4:22)",
    fix: "put the narrower rule first, or take it out",
  },
  {
    what: "a rule that an earlier, wider one covers",
    policy:
      'defaults: { errors: [{ when: "$statusCode == 429", as: AError }, «{ when: "$statusCode == 429 && $response.body#/error/code == \'x\'", as: BError }»] }',
    code: "P430",
    message: "this rule is never reached: an earlier one holds wherever it does (the other is at policy.yaml:4:22)",
    fix: "put the narrower rule first, or take it out",
  },
  {
    what: "a status compared with text",
    policy: "defaults: { errors: [{ when: «\"$statusCode == '429'\"», as: AError }] }",
    code: "P430",
    message: "no answer has the status '429'",
    fix: "a status is a number: write 429 without quotes",
  },
  {
    what: "two statuses at once",
    policy: 'defaults: { errors: [{ when: «"$statusCode == 402 && $statusCode == 404"», as: AError }] }',
    code: "P430",
    message: "no answer fulfils this condition",
    fix: "correct the comparisons: together they exclude each other",
  },
  {
    what: "a status above all",
    policy: 'defaults: { errors: [{ when: «"$statusCode > 599"», as: AError }] }',
    code: "P430",
    message: "no answer fulfils this condition",
    fix: "correct the comparisons: together they exclude each other",
  },
  {
    what: "a rule for every success",
    policy: 'defaults: { errors: [{ when: «"$statusCode < 400"», as: AError }] }',
    code: "P431",
    severity: "warning",
    message: "every success that the document describes becomes `AError`, for `listThings`, `createThing` and 3 more",
    fix: "name the value that only a failure has, or repair the document",
  },
  {
    what: "a rule for what is always there",
    policy: 'operations: { nothings: { errors: [{ when: «"$response.body#/ok != null"», as: AError }] } }',
    code: "P431",
    severity: "warning",
    message: "every success that the document describes becomes `AError`, for `nothings`",
    fix: "name the value that only a failure has, or repair the document",
    given: "nothings",
  },
  {
    what: "a rule for what is always so",
    policy:
      'operations: { nothings: { errors: [{ when: «"$statusCode == 200 && $response.body#/ok == true"», as: AError }] } }',
    code: "P431",
    severity: "warning",
    message: "every success that the document describes becomes `AError`, for `nothings`",
    fix: "name the value that only a failure has, or repair the document",
    given: "nothings",
  },
  {
    what: "a rule that the examples fulfil",
    policy: 'operations: { nothings: { errors: [{ when: «"$response.body#/note matches /^fine/"», as: AError }] } }',
    code: "P431",
    severity: "warning",
    message: "every success that the document describes becomes `AError`, for `nothings`",
    fix: "name the value that only a failure has, or repair the document",
    given: "nothings",
  },
  {
    what: "a hidden place that no body has",
    policy: "rules: [{ match: { methods: [GET] }, redact: { body: [/name, «/data/0/nme»] } }]",
    code: "P410",
    severity: "warning",
    message: "no documented body has `/data/0/nme`, so nothing is hidden there",
    fix: "one has `name`",
  },
  {
    what: "a hidden place that none of the matched operations has",
    policy: "operations: { getThing: { redact: { body: [«/zzzzzzzz»] } } }",
    code: "P410",
    severity: "warning",
    message: "no documented body has `/zzzzzzzz`, so nothing is hidden there",
    fix: "correct it, or take it out if nothing of the kind is sent",
  },
];
