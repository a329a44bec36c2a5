/** Which layer wins, and how values of several layers become one. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { featureName } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";
import { apiTree, documentOf, planOf, told } from "./harness.ts";

const deadline = (of: string): string => `timeouts: { deadline: ${of} }`;
const version = (inner: string): string => `versions: { "2026-01": { policy: { ${inner} } } }\n`;

describe("precedence", () => {
  const steps: readonly [string, string, number][] = [
    ["built-in", "", 60_000],
    ["defaults", `defaults: { ${deadline("61s")} }\n`, 61_000],
    [
      "defaults of the version",
      `defaults: { ${deadline("61s")} }\n${version(`defaults: { ${deadline("62s")} }`)}`,
      62_000,
    ],
    [
      "rules over defaults of the version",
      `${version(`defaults: { ${deadline("62s")} }`)}rules: [{ match: { tags: [Things] }, ${deadline("63s")} }]\n`,
      63_000,
    ],
    [
      "the greater priority",
      `rules: [{ match: { tags: [Things] }, priority: 1, ${deadline("64s")} }, { match: { methods: [GET] }, validation: { response: none }, ${deadline("63s")} }]\n`,
      64_000,
    ],
    [
      "rules of the version",
      `rules: [{ match: { tags: [Things] }, priority: 9, validation: { response: none }, ${deadline("64s")} }]\n${version(`rules: [{ match: { tags: [Things] }, ${deadline("65s")} }]`)}`,
      65_000,
    ],
    [
      "operations over rules of the version",
      `operations: { getThing: { ${deadline("66s")} } }\n${version(`rules: [{ match: { tags: [Things] }, ${deadline("65s")} }]`)}`,
      66_000,
    ],
    [
      "operations of the version",
      `operations: { getThing: { ${deadline("66s")} } }\n${version(`operations: { getThing: { ${deadline("67s")} } }`)}`,
      67_000,
    ],
    [
      "null goes back to the built-in value",
      `defaults: { ${deadline("61s")} }\noperations: { getThing: { timeouts: { deadline: null } } }\n`,
      60_000,
    ],
  ];
  test.each(steps)("%s", async (_, body, wanted) => {
    const plan = await planOf(body);
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operation("getThing").policy.timeouts.deadline).toBe(wanted);
  });
});

test("maps merge by leaf, lists replace, none cuts and can be reopened", async () => {
  const limits =
    "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 1, per: 1s } }, b: { algorithm: slidingWindow, limit: { amount: 1, per: 1s } } }\n";
  const plan = await planOf(
    `${limits}defaults:\n  retry: { maxAttempts: 6, backoff: { initial: 1s, max: 20s } }\n  limitedBy: [a]\n  headers: { X-A: "1", X-B: "1" }\n` +
      `rules:\n  - { match: { tags: [Things] }, limitedBy: [b], headers: { X-B: "2" }, retry: { backoff: { max: 9s } } }\n` +
      `operations:\n  deleteThing: { retry: none, concurrency: none }\n  getThing: { headers: { X-A: null } }\n`,
  );
  expect(told(plan.diagnostics)).toEqual([]);
  const { policy } = plan.operation("getThing");
  expect(policy.retry).toMatchObject({ maxAttempts: 6, backoff: { initial: 1000, max: 9000 } });
  expect(policy.limitedBy).toEqual(["b"]);
  expect(policy.headers).toEqual({ "X-B": "2" });
  expect(plan.operation("createEvent").policy).toMatchObject({ limitedBy: ["a"], headers: { "X-A": "1", "X-B": "1" } });
  expect(plan.operation("deleteThing").policy.retry).toMatchObject({ maxAttempts: 1, on: [] });
  expect(plan.operation("deleteThing").policy.concurrency).toBeUndefined();
  const reopened = await planOf("defaults: { retry: none }\noperations: { getThing: { retry: { maxAttempts: 2 } } }\n");
  expect(reopened.operation("getThing").policy.retry).toMatchObject({ maxAttempts: 2, on: ["rejected", "ambiguous"] });
});

test("errors chain, the most specific first, until a layer cuts", async () => {
  const rule = (status: number, as: string): string => `errors: [{ when: "$statusCode == ${status}", as: ${as} }]`;
  const plan = await planOf(
    `defaults: { ${rule(401, "AError")} }\nrules: [{ match: { tags: [Things] }, ${rule(402, "BError")} }]\n` +
      `operations: { getThing: { ${rule(403, "CError")} }, deleteThing: { inheritErrors: false, ${rule(404, "DError")} } }\n`,
  );
  const names = (key: string): string[] => plan.operation(key).policy.errors.map((one) => one.as);
  expect(names("getThing")).toEqual(["CError", "BError", "AError"]);
  expect(names("createEvent")).toEqual(["AError"]);
  expect(names("deleteThing")).toEqual(["DError"]);
});

test("redaction adds up over layers", async () => {
  const plan = await planOf(
    "redact: { headers: [X-One], body: [/a] }\ndefaults: { redact: { body: [/b~1c] } }\noperations: { getThing: { redact: { body: [/d], query: [q] } } }\n",
  );
  expect(plan.operation("getThing").redactBody).toEqual([["a"], ["b/c"], ["d"]]);
  expect(plan.operation("deleteThing").redactBody).toEqual([["a"], ["b/c"]]);
  // No client reads it: calls that differ by nothing else have one policy in the generated code.
  expect(plan.operation("getThing").policy).toBe(plan.operation("listThings").policy);
  expect(plan.connector.redact.headers).toEqual(expect.arrayContaining(["authorization", "x-one"]));
  expect(plan.connector.redact.query).toContain("q");
});

test("the order of rules has no effect", async () => {
  const leaves = [
    "timeouts: { attempt: 7s }",
    "retry: { maxAttempts: 2 }",
    "limitedBy: []",
    'headers: { X-A: "1" }',
    "retry: { backoff: { initial: 1s } }",
    "timeouts: { attempt: 8s }",
  ];
  const rules = leaves.map((leaf, i) => `  - { match: { methods: [GET] }, priority: ${i === 5 ? 3 : 0}, ${leaf} }`);
  const wanted = (await planOf(`rules:\n${rules.join("\n")}\n`)).operation("getThing");
  expect(wanted.policy.timeouts.attempt).toBe(8000);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rules, { minLength: rules.length }), async (shuffled) => {
      expect((await planOf(`rules:\n${shuffled.join("\n")}\n`)).operation("getThing")).toEqual(wanted);
    }),
    { numRuns: runs(15) },
  );
});

describe("idempotency", () => {
  const key = "key: { in: header, name: Idempotency-Key }";
  const rows: readonly [string, string, Record<string, string>][] = [
    [
      "keyed for all covers POST",
      `defaults: { idempotency: { class: keyed, ${key} } }\nexclude: { tags: [Events] }\n`,
      { createThing: "keyed", getThing: "safe", deleteThing: "idempotent" },
    ],
    [
      "a key alone makes keyed",
      `operations: { createThing: { idempotency: { ${key} } } }\n`,
      { createThing: "keyed", createEvent: "unsafe" },
    ],
    [
      "methods decide",
      `defaults: { idempotency: { class: keyed, methods: [DELETE], key: { in: header, name: K, undocumented: true } } }\n`,
      { createThing: "unsafe", deleteThing: "keyed" },
    ],
    [
      "an operation's own class wins over methods below",
      `defaults: { idempotency: { class: keyed, methods: [POST], ${key} } }\nexclude: { tags: [Events] }\noperations: { deleteThing: { idempotency: { class: unsafe } } }\n`,
      { createThing: "keyed", deleteThing: "unsafe" },
    ],
    [
      "a reason raises the class",
      'operations: { createThing: { idempotency: { class: idempotent, because: "twice is once" } } }\n',
      { createThing: "idempotent" },
    ],
  ];
  test.each(rows)("%s", async (_, body, wanted) => {
    const plan = await planOf(body);
    expect(told(plan.diagnostics)).toEqual([]);
    for (const [name, expected] of Object.entries(wanted))
      expect([name, plan.operation(name).policy.idempotency.class]).toEqual([name, expected]);
  });

  test("a key in the body is supplied as such", async () => {
    const plan = await planOf(
      "operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: request_id } } } }\n",
    );
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operation("createThing").policy.idempotency.key?.path).toEqual(["request_id"]);
  });
});

describe("pagination", () => {
  const rows: readonly [string, string, Record<string, unknown>][] = [
    ["link", "style: link", { items: ["data"], rel: "next" }],
    [
      "nextUrl",
      "style: nextUrl, cursor: { from: $response.body#/next_page }",
      { next: { from: "body", path: ["next_page"] } },
    ],
    ["page", "style: page, param: $request.query.page", { param: "page", start: 1 }],
    [
      "offset",
      "style: offset, param: $request.query.page, pageSize: { param: $request.query.limit, default: 50 }",
      { param: "page", pageSize: { param: "limit", default: 50 } },
    ],
    [
      "offset with a total",
      "style: offset, param: $request.query.page, total: $response.header.X-Total",
      { param: "page", start: 0, total: { from: { from: "header", name: "X-Total" } } },
    ],
    [
      "empty pages of a cursor end the list",
      "style: cursor, items: $response.body#/data, cursor: { from: $response.body#/next_page, to: $request.query.page }, stopOnEmpty: true",
      { param: "page", stopOnEmpty: true },
    ],
  ];
  test.each(rows)("%s", async (_, pagination, wanted) => {
    const plan = await planOf(`operations: { listThings: { pagination: { ${pagination} } } }\n`);
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operation("listThings").pagination).toMatchObject({ ...wanted, maxPages: 10_000 });
  });

  test("positions and sizes in the body, by a paginator of any name", async () => {
    const plan = await planOf(
      'paginators: { search: { style: cursor, items: $response.body#/parts, cursor: { from: $response.body#/name, to: $request.body#/name }, pageSize: { param: $request.body#/request_id, default: 9 } } }\noperations: { createThing: { idempotency: { class: safe, because: "a search" }, pagination: { use: search } } }\n',
    );
    expect(told(plan.diagnostics)).toEqual([]);
    const { pagination } = plan.operation("createThing");
    expect(pagination).toMatchObject({
      place: { path: ["name"] },
      pageSize: { place: { path: ["request_id"] }, default: 9 },
    });
    expect(featureName(pagination?.place?.use)).toBe("bodyPlace");
    expect(pagination).not.toHaveProperty("param");
  });

  test("an operation puts its own leaves over a paginator, and none takes it off", async () => {
    const plan = await planOf(
      'paginators: { p: { style: page, param: $request.query.page, maxPages: 5 } }\nrules: [{ match: { operations: ["list*"] }, pagination: { use: p, maxPages: 7 } }]\n',
    );
    expect(plan.operation("listThings").pagination).toMatchObject({ maxPages: 7, param: "page" });
    const off = await planOf(
      'paginators: { p: { style: page, param: $request.query.page } }\nrules: [{ match: { operations: ["list*"] }, pagination: { use: p } }]\noperations: { listThings: { pagination: none } }\n',
    );
    expect(off.operation("listThings").pagination).toBeUndefined();
  });
});

describe("pins", () => {
  test.each([
    ["header", "X-Version", { headers: { "X-Version": "2026-01" } }, "header:x-version"],
    ["query", "v", { query: { v: "2026-01" } }, "query:v"],
  ])("in the %s", async (where, name, wanted, supplied) => {
    const plan = await planOf(
      `versions: { "2026-01": { pin: { in: ${where}, name: ${name}, value: "2026-01" } } }\nversioning: { echo: $response.header.X-Version }\n`,
    );
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operation("getThing").policy).toMatchObject(wanted);
    expect(plan.operation("getThing").supplied).toContain(supplied);
    expect(plan.connector.echo).toEqual({ from: { from: "header", name: "X-Version" }, expect: "2026-01" });
  });
});

test("2,000 lines over 500 operations take well under a second", async () => {
  const tree = apiTree();
  const paths = tree["paths"] as Record<string, unknown>;
  for (let i = 0; i < 500; i++)
    paths[`/v2/a${i}`] = {
      get: { operationId: `getA${i}`, tags: [`T${i % 20}`], responses: { "200": { description: "ok" } } },
    };
  const document = await documentOf(tree);
  const rules = Array.from(
    { length: 600 },
    (_, i) =>
      `  - match: { operations: ["getA${i % 500}*"], tags: [T*] }\n    priority: ${i}\n    timeouts: { deadline: ${60 + i}s }\n`,
  );
  const body = `rules:\n${rules.join("")}`;
  await planOf(body, { document });
  const start = performance.now();
  const plan = await planOf(body, { document });
  expect(plan.operations.size).toBe(505);
  // Generous for a loaded machine: a quadratic pass takes many seconds.
  expect(performance.now() - start).toBeLessThan(3000);
});
