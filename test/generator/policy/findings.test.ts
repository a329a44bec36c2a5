/** What only a document can tell: one mistake a row, with the place that must be underlined. */
import { describe, expect, test } from "vitest";
import { apiDocument, apiTree, documentOf, headLines, planOf, told, toMark, unmark } from "./harness.ts";

const limits = "rateLimits: { all: { algorithm: slidingWindow, limit: { amount: 9, per: 1s } } }\n";
const key = "key: { in: header, name: Idempotency-Key, maxLength: 255 }";
const list = 'style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id"';

const mistakes: readonly [what: string, policy: string, code: string, words: readonly string[]][] = [
  ["an attempt beyond the deadline", "defaults: { timeouts: { attempt: «90s», deadline: 60s } }", "P104", ["deadline"]],
  ["an attempt beyond the built-in deadline", "defaults: { timeouts: { attempt: «90s» } }", "P104", ["built-in"]],
  ["a first wait above the longest", "defaults: { retry: { backoff: { initial: «9s», max: 8s } } }", "P103", ["`max`"]],
  [
    "a cost above the capacity",
    "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, cost: «6» } }\ndefaults: { limitedBy: [a] }",
    "P103",
    ["cost"],
  ],
  [
    "a page size above the greatest",
    `rules: [{ match: { operations: [listThings] }, pagination: { ${list}, pageSize: { param: $request.query.limit, default: «200», max: 100 } } }]`,
    "P103",
    ["100"],
  ],
  [
    "advice without a stop word",
    'defaults: { retry: { «advice»: { from: $response.header.A, "true": retry } } }',
    "P003",
    ["stop"],
  ],
  ["an unknown operation", "operations: { «getThings»: { retry: none } }", "P201", ["`getThing`"]],
  ["an unknown operation in names", "names: { operations: { «getThingy»: things.get } }", "P201", ["`getThing`"]],
  ["an unknown tag", "rules: [{ match: { tags: [Things, «Thigns»] }, retry: none }]", "P202", ["`Things`"]],
  ["an unknown path", 'include: { tags: [Things], paths: [«"/v2/*"»] }', "P202", ["path"]],
  [
    "an unknown schema",
    'rules: [{ match: { responseSchema: ["*List", «"Thng"»] }, retry: none }]',
    "P202",
    ["`Thing`"],
  ],
  [
    "a rule for nothing",
    "rules: [{ «match»: { tags: [Events], methods: [GET] }, retry: none }]",
    "P202",
    ["no operation"],
  ],
  ["an unknown limit", `${limits}defaults: { limitedBy: [all, «al»] }`, "P202", ["`all`"]],
  [
    "an unknown paginator",
    `paginators: { byId: { ${list} } }\nrules: [{ match: { operations: [listThings] }, pagination: { use: byId } }, { match: { operations: [getThing] }, pagination: { use: «byIt» } }]`,
    "P202",
    ["`byId`"],
  ],
  ["an unknown scheme", "credentials: { key: { env: KEY } }\nauth: { scheme: «tokens» }", "P202", ["`token`"]],
  [
    "an unknown credential",
    'credentials: { key: { env: KEY }, other: { env: O } }\nauth: { scheme: token, apply: [{ header: Authorization, value: «"Bearer {kee}"» }, { header: X-A, value: "{key}{other}" }] }',
    "P202",
    ["`key`"],
  ],
  [
    "an unknown server variable",
    'servers: { a: { url: «"https://x.things.example/{tenant}"» } }',
    "P202",
    ["`tenant`"],
  ],
  [
    "an unknown error to pause on",
    `rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, pauseOn: [«RateLimitedError»] } }\ndefaults: { limitedBy: [a] }`,
    "P202",
    ["`RateLimitError`"],
  ],
  [
    "two flows of one bucket",
    "rateLimits: { a: { algorithm: tokenBucket, capacity: 5, leak: { amount: 1, per: 1s }, «refill»: { amount: 1, per: 1s } } }\ndefaults: { limitedBy: [a] }",
    "P301",
    [],
  ],
  [
    "single use without a store",
    'credentials: { clientId: { env: A }, clientSecret: { env: B }, refreshToken: { env: C } }\nauth: { flow: refreshToken, tokenUrl: "https://api.things.example/t", lifecycle: { rotation: «singleUse» } }',
    "P301",
    ["store"],
  ],
  [
    "rules that disagree",
    "rules:\n  - { match: { tags: [Things] }, timeouts: { deadline: 50s } }\n  - { match: { methods: [GET] }, timeouts: { deadline: «40s» } }",
    "P302",
    ["`listThings` and `getThing`", "priority", ":5:"],
  ],
  [
    "none against a leaf",
    "rules:\n  - { match: { tags: [Things] }, retry: none }\n  - { match: { methods: [GET] }, «retry»: { maxAttempts: 2 } }",
    "P302",
    [],
  ],
  [
    "ambiguous retries of an unsafe call",
    "operations: { createThing: { retry: { on: «[rejected, ambiguous]» } } }",
    "P401",
    ["idempotency.key"],
  ],
  [
    "trust for an unsafe call",
    "operations: { createThing: { retry: { advice: { from: $response.header.A, yay: retry, nay: stop, trust: «true» } } } }",
    "P401",
    ["twice", "unsafe"].slice(1),
  ],
  ["keyed without a key", "operations: { createThing: { idempotency: { class: «keyed» } } }", "P401", ["key:"]],
  [
    "a class raised without a reason",
    "operations: { createThing: { idempotency: { class: «idempotent» } } }",
    "P403",
    ["because"],
  ],
  [
    "a deadline beyond the key",
    `defaults: { timeouts: { deadline: 2h }, idempotency: { class: keyed, ${key}, retention: «1h» } }\nexclude: { tags: [Events] }`,
    "P404",
    ["forgot"],
  ],
  [
    "an undocumented key",
    "exclude: { tags: [Events] }\ndefaults: { idempotency: { class: keyed, key: { in: header, name: «Idempotence-Key» } } }",
    "P405",
    ["`Idempotency-Key`"],
  ],
  [
    "an undocumented property",
    "operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: «key» } } } }",
    "P405",
    ["undocumented"],
  ],
  [
    "a key that does not fit",
    `operations: { createThing: { idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, maxLength: «20» } } } }`,
    "P405",
    ["36"],
  ],
  [
    "a pointer to nothing",
    `rules: [{ match: { operations: [listThings] }, pagination: { style: cursor, items: $response.body#/data, cursor: { from: «$response.body#/nextPage», to: $request.query.page } } }]`,
    "P410",
    ["`next_page`"],
  ],
  [
    "a pointer to another type",
    `rules: [{ match: { operations: [listThings] }, pagination: { ${list}, hasMore: «$response.body#/next_page» } }]`,
    "P410",
    ["boolean"],
  ],
  [
    "an id that items lack",
    `rules: [{ match: { operations: [listThings] }, pagination: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: «"#/uid"» } }]`,
    "P410",
    ["`id`"],
  ],
  [
    "an error field that no answer has",
    "defaults: { errors: [{ when: \"$statusCode == 402 && «$response.body#/error/kode» == 'x'\", as: CardError }] }",
    "P410",
    ["`code`"],
  ],
  [
    "a parameter that is not there",
    `rules: [{ match: { operations: [listThings] }, pagination: { style: page, param: «$request.query.pge» } }]`,
    "P411",
    ["`page`"],
  ],
  [
    "no array to find",
    "rules: [{ match: { operations: [deleteThing, listThings] }, «pagination»: { style: link, items: $response.body#/data } }]",
    "P412",
    ["`deleteThing`"],
  ],
  [
    "items that cannot be found",
    "rules: [{ match: { operations: [getThing] }, pagination: { style: link, items: $response.body#/name, rel: next } }]".replace(
      "$response.body#/name",
      "«$response.body#/name»",
    ),
    "P410",
    ["array"],
  ],
  [
    "pages at any host",
    "rules: [{ match: { operations: [listThings] }, pagination: { style: link, nextOrigins: «any» } }]",
    "P413",
    ["same"],
  ],
  [
    "a reset without a format",
    "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { «reset»: { from: $response.header.R } } } }\ndefaults: { limitedBy: [a] }",
    "P420",
    ["format"],
  ],
  [
    "a pattern without its group",
    'rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, feedback: { used: { from: $response.header.R, pattern: «"^([0-9]+)/"» } } } }\ndefaults: { limitedBy: [a] }',
    "P421",
    ["(?<used>"],
  ],
  ["a slow pattern", 'credentials: { key: { env: KEY, pattern: "^«(»a+)+$" } }', "P421", ["exponential"]],
  [
    "a slow pattern in a condition",
    'defaults: { errors: [{ when: "$response.body#/error/code matches /a+«a»+b/", as: AError }] }',
    "P421",
    ["quadratic"],
  ],
  [
    "a status that never comes",
    'defaults: { errors: [{ when: «"$statusCode == 2000"», as: OddError }] }',
    "P430",
    ["599"],
  ],
  [
    "the same condition twice",
    'defaults: { errors: [{ when: "$statusCode == 402", as: AError }, «{ when: "$statusCode == 402", as: BError }»] }',
    "P430",
    ["never reached"],
  ],
  ["a broken condition", 'defaults: { errors: [{ when: "$statusCode «=» 429", as: AError }] }', "P003", ["`==`"]],
  [
    "a dotted pointer",
    "defaults: { telemetry: { requestId: $response.body«.error.code» } }",
    "P003",
    ["$response.body#/error/code"],
  ],
  [
    "an unknown pinned version",
    'versions: { "v9": { pin: { in: header, name: X-Version, value: «"2020-01"» } } }',
    "P501",
    ["2020-01"],
  ],
  ["a pin in no path", 'versions: { "v9": { pin: { in: path, name: «ver», value: "v9" } } }', "P202", ["{ver}"]],
  [
    "a literal in auth",
    "auth: { scheme: token, apply: { header: Authorization, value: «Bearer abc» } }",
    "P601",
    ["`credentials`"],
  ],
  [
    "a secret in the URL",
    'credentials: { key: { env: KEY } }\nauth: { scheme: token, apply: { query: «key», value: "{key}" } }',
    "P601",
    ["allowInUrl"],
  ],
  ["a credential as a constant", "defaults: { headers: { «X-Api-Key»: abc } }", "P601", ["auth.apply"]],
  [
    "a credential in a constant",
    'credentials: { key: { env: KEY } }\nauth: { scheme: token }\ndefaults: { headers: { X-A: "a «{key}»" } }',
    "P003",
    ["auth.apply"],
  ],
  ["plain http", 'servers: { a: { url: «"http://api.things.example"» } }', "P602", ["https"]],
  ["an address for a host", 'servers: { a: { url: «"https://10.0.0.1"» } }', "P602", ["name"]],
  ["a wildcard host", 'servers: { a: { url: «"https://*.things.example"» } }', "P602", ["wildcard"]],
  [
    "a host variable without a pattern",
    'servers: { a: { url: «"https://{shop}.things.example"» } }\nserverVariables: { shop: { required: true } }',
    "P602",
    ["pattern"],
  ],
  [
    "an unanchored pattern",
    'servers: { a: { url: "https://{shop}.things.example" } }\nserverVariables: { shop: { pattern: «"^[a-z]+"» } }',
    "P602",
    ["anchor"],
  ],
  [
    "a pattern with a way out",
    'servers: { a: { url: "https://{shop}.things.example" } }\nserverVariables: { shop: { pattern: «"^[a-z/]+$"» } }',
    "P602",
    ["anchor"],
  ],
  [
    "a token URL without https",
    'credentials: { clientId: { env: A }, clientSecret: { env: B } }\nauth: { flow: clientCredentials, tokenUrl: «"http://api.things.example/t"» }',
    "P602",
    ["https"],
  ],
  ["an illegal header", 'defaults: { headers: { «"X A"»: b } }', "P003", ["header name"]],
  ["a header value over two lines", 'defaults: { headers: { X-A: «"a\\nb"» } }', "P003", ["ASCII"]],
  ["a header of the transport", 'defaults: { headers: { «Content-Length»: "1" } }', "P003", ["client itself"]],
  ["redaction taken away", 'redact: { headers: [«"!Authorization"»] }', "P604", ["built-in"]],
  ["no redaction", "redact: «none»", "P604", ["built-in"]],
];

describe("mistakes against the document", () => {
  test.each(mistakes)("%s", async (_, marked, code, words) => {
    const { text, marks } = unmark(marked);
    const plan = await planOf(text, { version: "v9" });
    expect(told(plan.source.diagnostics)).toEqual([]);
    const errors = plan.diagnostics.filter((one) => one.severity === "error");
    expect(told(errors)).toHaveLength(1);
    expect(errors[0]?.code).toBe(code);
    const at = toMark(errors[0]!);
    expect({ ...at, line: at.line - headLines }).toEqual(marks[0]);
    for (const word of words) expect(`${errors[0]?.message} ${errors[0]?.fix}`).toContain(word);
  });

  const warnings: readonly [string, string, string][] = [
    [
      "a wait longer than the deadline",
      "defaults: { timeouts: { deadline: 30s }, retry: { maxRetryAfter: «60s» } }",
      "P105",
    ],
    [
      "a wait of hours",
      "defaults: { timeouts: { deadline: 10d }, retry: { maxRetryAfter: «60000s» } }".replace("10d", "1h"),
      "P101",
    ],
    [
      "a limit that nothing uses",
      "rateLimits: { «a»: { algorithm: slidingWindow, limit: { amount: 1, per: 1s } } }",
      "P205",
    ],
    ["a paginator that nothing uses", `paginators: { «a»: { ${list} } }`, "P205"],
    [
      "a credential that nothing uses",
      'credentials: { key: { env: K }, «spare»: { env: S } }\nauth: { scheme: token, apply: { header: Authorization, value: "Bearer {key}" } }',
      "P205",
    ],
    ["a breaker", "defaults: { «circuitBreaker»: { window: 30s } }", "P900"],
    ["a connect timeout", "defaults: { timeouts: { connect: «5s» } }", "P900"],
    [
      "a cost that is told later",
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 1, per: 1s }, cost: «$response.body#/cost» } }\ndefaults: { limitedBy: [a] }",
      "P900",
    ],
    ["a signing flow", "auth: { scheme: token, flow: «sigv4» }", "P900"],
    ["polling", "operations: { createThing: { «polling»: { operation: getThing, deadline: 1m } } }", "P900"],
    [
      "parameters not carried",
      `rules: [{ match: { operations: [listThings] }, pagination: { ${list}, carry: «none» } }]`,
      "P900",
    ],
  ];
  test.each(warnings)("warning: %s", async (_, marked, code) => {
    const { text, marks } = unmark(marked);
    const { diagnostics, source } = await planOf(text);
    expect(told(source.diagnostics)).toEqual([]);
    expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
    const found = diagnostics.filter((one) => one.code === code).map(toMark);
    expect(found.map((mark) => ({ ...mark, line: mark.line - headLines }))).toEqual(marks);
  });

  test("all findings of both steps come in one run, and what was refused causes no others", async () => {
    const plan = await planOf(
      "rateLimits: { all: { algorithm: slidingWindo, limit: 3 } }\ndefaults: { limitedBy: [all] }\noperations: { nope: {} }\n",
    );
    expect(plan.source.diagnostics.map((one) => one.code)).toEqual(["P003", "P003"]);
    expect(plan.diagnostics.filter((one) => one.severity === "error").map((one) => one.code)).toEqual(["P201"]);
  });

  test("a secret on the line of a later finding stays hidden", async () => {
    const secret = ["sk", "live", "a1B2c3D4e5F6g7H8"].join("_");
    const { diagnostics, source } = await planOf(`operations: { nope: { headers: { X-A: ${secret} } } }\n`);
    expect(diagnostics.map((one) => one.code)).toContain("P201");
    expect(JSON.stringify([diagnostics, source.diagnostics])).not.toContain(secret);
  });
});

describe("several versions", () => {
  test("an operation of another version is a warning, of none an error", async () => {
    const tree = apiTree();
    delete (tree["paths"] as Record<string, unknown>)["/v1/events"];
    const documents = new Map([
      ["old", await documentOf(tree)],
      ["2026-01", await apiDocument()],
    ]);
    const body =
      "operations: { createEvent: { retry: none }, gone: { retry: none } }\nrules: [{ match: { tags: [Events] }, retry: none }]\n";
    const old = await planOf(body, { version: "old", document: documents.get("old")!, documents });
    expect(old.diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(["warning P503", "error P201"]);
    const now = await planOf(body, { documents });
    expect(now.diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(["error P201"]);
  });
});

describe("the calendar", () => {
  const body = 'versions: { "2026-01": { supportedUntil: 2027-01-01 } }\n';
  const days: readonly [string, string[]][] = [
    ["2026-06-01", []],
    ["2026-11-01", ["warning P501"]],
    ["2027-01-02", ["error P501"]],
    ["2027-09-01", ["warning P702", "error P501"]],
  ];
  test.each(days)("on %s", async (today, wanted) => {
    const { diagnostics } = await planOf(body, { today });
    expect(diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(wanted);
  });
  test("without a date nothing depends on one", async () => {
    expect(told((await planOf(body)).diagnostics)).toEqual([]);
  });
});
