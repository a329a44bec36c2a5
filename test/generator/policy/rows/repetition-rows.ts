/** What would repeat an effect, and how waits are read. */
import type { Row } from "./row.ts";

const top = 'policy: "1.0"\n';

export const repetitionRows: readonly Row[] = [
  {
    what: "ambiguous retries of an unsafe call",
    policy: "operations: { createThing: { retry: { on: «[rejected, ambiguous]» } } }",
    code: "P401",
    message:
      "ambiguous failures of an unsafe call without a key are retried: it may take effect twice, for `createThing`",
    fix: "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or write `on: [rejected]`",
  },
  {
    what: "trust for an unsafe call",
    policy:
      "operations: { createThing: { retry: { advice: { from: $response.header.A, yay: retry, nay: stop, trust: «true» } } } }",
    code: "P401",
    message: "`trust` lets the server's word repeat an unsafe call without a key, for `createThing`",
    fix: "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or leave `trust` out",
  },
  {
    what: "keyed without a key",
    policy: "operations: { createThing: { idempotency: { class: «keyed» } } }",
    code: "P401",
    message: "`keyed` without a key would repeat effects, for `createThing`",
    fix: "add `key: { in: header, name: …, generate: uuid4, maxLength: … }`, or write `class: unsafe`",
  },
  {
    what: "a class raised without a reason",
    policy: "operations: { createThing: { idempotency: { class: «idempotent» } } }",
    code: "P403",
    message: "`idempotent` promises more than POST does by itself, for `createThing`",
    fix: 'add `because: "…"` with the reason, or declare `idempotency.key`',
  },
  {
    what: "a write that is called safe",
    policy: "operations: { createThing: { idempotency: { class: «safe» } } }",
    code: "P403",
    message: "`safe` promises more than POST does by itself, for `createThing`",
    fix: 'add `because: "…"` with the reason, or declare `idempotency.key`',
  },
  {
    what: "a deadline beyond the key",
    policy:
      "defaults: { timeouts: { deadline: 2h }, idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: 255 }, retention: «1h» } }\nexclude: { tags: [Events] }",
    code: "P404",
    message:
      "the deadline of 7200s outlasts the key: a retry after the provider forgot it is a second effect, for `createThing`",
    fix: "write a `timeouts.deadline` below `idempotency.retention`",
  },
  {
    what: "polling beyond the key",
    policy:
      "operations: { createThing: { idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: 255 }, retention: 1h }, polling: { operation: getThing, deadline: «2h», pass: { id: $response.body#/id }, success: \"$response.body#/name == 'x'\" } } }",
    code: "P404",
    message:
      "polling for 2h outlasts the key: starting again after the provider forgot it is a second effect, for `createThing`",
    fix: "write a polling `deadline` below `idempotency.retention`",
  },
  {
    what: "a deadline as long as the key",
    policy:
      "operations: { createThing: { timeouts: { deadline: 1h }, idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: 255 }, retention: «1h» } } }",
    code: "P404",
    message:
      "the deadline of 3600s outlasts the key: a retry after the provider forgot it is a second effect, for `createThing`",
    fix: "write a `timeouts.deadline` below `idempotency.retention`",
  },
  {
    what: "an undocumented key",
    policy:
      "exclude: { tags: [Events] }\ndefaults: { idempotency: { class: keyed, key: { in: header, name: «Idempotence-Key» } } }",
    code: "P405",
    message: "the document declares no header `Idempotence-Key` for `createThing`",
    fix: "the document has `Idempotency-Key`",
  },
  {
    what: "an undocumented property",
    policy: "operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: «key» } } } }",
    code: "P405",
    message: "the document declares no body property `key` for `createThing`",
    fix: "add `undocumented: true` to the key if the provider is known to honour it",
  },
  {
    what: "an undocumented property that is deeper",
    policy: "operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: «/meta/key» } } } }",
    code: "P405",
    message: "the document declares no body property `/meta/key` for `createThing`",
    fix: "add `undocumented: true` to the key if the provider is known to honour it",
  },
  {
    what: "an undocumented reference",
    policy:
      "operations: { createThing: { idempotency: { natural: { field: «reference», duplicate: $statusCode == 409 } } } }",
    code: "P405",
    message: "the document declares no body property `reference` for `createThing`",
    fix: "add `undocumented: true` to the key if the provider is known to honour it",
  },
  {
    what: "a reference whose answer is looked up at no place",
    policy:
      "operations: { createThing: { idempotency: { natural: { field: name, duplicate: \"«$response.body#/nope» == 'x'\" } } } }",
    code: "P410",
    message: "the schema has no `nope` for `$response.body#/nope`",
    fix: "the schema has `name`",
  },
  {
    what: "a place that is no pointer",
    policy: 'operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: «"#/meta/key"» } } } }',
    code: "P003",
    message: "`#/meta/key` is not a JSON Pointer",
    fix: "write `/meta/key`, or the name of a property",
  },
  {
    what: "a reference without its answer",
    policy: "operations: { createThing: { idempotency: { «natural»: { field: name } } } }",
    code: "P003",
    message: "`idempotency.natural` lacks `duplicate`",
    fix: "add the condition that tells the refusal of a reference that is already there",
  },
  {
    what: "a queue that outlasts the call",
    policy: "defaults: { timeouts: { queue: «2m», deadline: 1m } }",
    code: "P104",
    message: "a call may wait 2m for limits, but the whole call has only 60s",
    fix: "write a shorter `queue`, or a longer `deadline`",
  },
  {
    what: "a key that does not fit",
    policy:
      "operations: { createThing: { idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: «20» } } } }",
    code: "P405",
    message: "a UUID has 36 characters, the provider takes 20",
    fix: "check the provider's limit",
  },
  {
    what: "a key for each attempt",
    policy: `${top}defaults: { idempotency: { key: { name: Idempotency-Key, undocumented: true, generate: «perAttempt» } } }`,
    code: "P406",
    message: "`defaults.idempotency.key.generate`: a key that differs for each attempt protects nothing",
    fix: "write `generate: uuid4`: one key for a call, the same over its attempts",
    given: "whole",
  },
  {
    what: "an unknown format",
    policy: `${top}defaults: { retry: { retryAfter: [{ from: $response.header.A, format: «seconds» }] } }`,
    code: "P420",
    message: "`defaults.retry.retryAfter[0].format`: the text `seconds` is not a known format of a wait",
    fix: "write one of delaySeconds, delayMilliseconds, epochSeconds, epochMilliseconds, httpDate, iso8601, duration, delaySecondsOrHttpDate",
    given: "whole",
  },
  {
    what: "a reset without a format",
    policy:
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { «reset»: { from: $response.header.R } } } }\ndefaults: { limitedBy: [a] }",
    code: "P420",
    message: "a wait needs its format: the same header is seconds here and a date there",
    fix: "add `format: delaySeconds`, `epochSeconds`, `httpDate` or another of the list",
  },
  {
    what: "a wait without a format",
    policy: "defaults: { retry: { retryAfter: [«{ from: $response.header.Wait }»] } }",
    code: "P420",
    message: "a wait needs its format: the same header is seconds here and a date there",
    fix: "add `format: delaySeconds`, `epochSeconds`, `httpDate` or another of the list",
  },
  {
    what: "one header, two units",
    policy:
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { reset: { from: $response.header.X-Reset, format: «epochSeconds» } } } }\ndefaults: { limitedBy: [a], retry: { retryAfter: [{ from: $response.header.x-reset, format: delaySeconds }] } }",
    code: "P420",
    severity: "warning",
    message: "`X-Reset` is `epochSeconds` here and `delaySeconds` elsewhere (the other is at policy.yaml:5:93)",
    fix: "look up in the provider's documentation which it is, and write that in both places",
  },
  {
    what: "a pattern without its group",
    policy:
      'rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { used: { from: $response.header.R, pattern: «"^([0-9]+)/"» } } } }\ndefaults: { limitedBy: [a] }',
    code: "P421",
    message: "the pattern has no group named `used`",
    fix: "name the figure: `(?<used>[0-9]+)`",
  },
  {
    what: "a pattern of a wait without a group",
    policy:
      'defaults: { retry: { retryAfter: [{ from: $response.body, format: delaySeconds, pattern: «"in [0-9]+ seconds"» }] } }',
    code: "P421",
    message: "the pattern has no group for the wait",
    fix: "put the figure into a group named `wait`: `(?<wait>[0-9]+)`",
  },
  {
    what: "a pattern of a wait whose group has another name",
    policy:
      'rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { reset: { from: $response.header.R, format: delaySeconds, pattern: «"(?<reset>[0-9]+)"» } } } }\ndefaults: { limitedBy: [a] }',
    code: "P421",
    message: "the pattern has no group for the wait",
    fix: "put the figure into a group named `wait`: `(?<wait>[0-9]+)`",
  },
  {
    what: "a slow pattern of a wait",
    policy:
      'defaults: { retry: { retryAfter: [{ from: $response.body, format: delaySeconds, pattern: "(?<wait>«(»[0-9]+)+)" }] } }',
    code: "P421",
    message: "a quantifier inside a repeated group can take exponential time",
    fix: "write it without repetition inside repetition, for example with one character class",
  },
  {
    what: "a slow pattern",
    policy: 'credentials: { key: { env: KEY, pattern: "^«(»a+)+$" } }',
    code: "P421",
    message: "a quantifier inside a repeated group can take exponential time",
    fix: "write it without repetition inside repetition, for example with one character class",
  },
  {
    what: "a slow pattern in a condition",
    policy: 'defaults: { errors: [{ when: "$response.body#/error/code matches /a+«a»+b/", as: AError }] }',
    code: "P421",
    message: "two quantifiers can take the same characters, which can take quadratic time",
    fix: "put a character between them that the first cannot take, or drop one",
  },
  {
    what: "a slow pattern of feedback",
    policy:
      'rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { used: { from: $response.header.R, pattern: "(?<used>a+)«(»b+)+" } } } }\ndefaults: { limitedBy: [a] }',
    code: "P421",
    message: "a quantifier inside a repeated group can take exponential time",
    fix: "write it without repetition inside repetition, for example with one character class",
  },
  {
    what: "a slow pattern of a server variable",
    policy:
      'servers: { a: { url: "https://{shop}.things.example" } }\nserverVariables: { shop: { pattern: "^«(»a+)+$" } }',
    code: "P421",
    message: "a quantifier inside a repeated group can take exponential time",
    fix: "write it without repetition inside repetition, for example with one character class",
  },
];
