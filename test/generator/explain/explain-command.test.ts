import { describe, expect, test, vi } from "vitest";
import { projectOf, projectRoot, runIn } from "./run-in-project.ts";

vi.setConfig({ testTimeout: 30_000 });

describe("the whole output", () => {
  // Pinned: a change of a policy under specs/ shows here too. `npx vitest run test/generator/explain -u` renews them.
  test.each([
    ["stripe@2022-11-15", "refunds.create"],
    ["shopify@2026-07", "orders.list"],
  ])("%s %s", async (version, operation) => {
    const { code, out, err } = await runIn(projectRoot, "policy", "explain", version, operation);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await expect(out).toMatchFileSnapshot(`golden/${version}-${operation}.txt`);
  });
});

const document = `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: "https://api.acme.example" }]
security: [{ token: [] }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [Orders]
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { type: object } } } } } }
    post:
      operationId: createOrder
      tags: [Orders]
      responses: { "201": { description: created } }
  /ping:
    get: { operationId: ping, tags: [Health], security: [], responses: { "204": { description: ok } } }
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
`;

const policy = `policy: "1.0"
provider: acme
servers: { live: { url: "https://api.acme.example", default: true } }
defaults:
  timeouts: { attempt: 10s, deadline: 30s }
  retry: { maxAttempts: 5, backoff: { initial: 1s, jitter: none } }
  headers: { X-Team: shop }
  idempotency: { class: keyed, methods: [POST], key: { in: header, name: Idempotency-Key, undocumented: true } }
versions:
  "2":
    pin: { in: header, name: Acme-Version, value: "2" }
    policy:
      defaults: { retry: { maxAttempts: 6 } }
      rules:
        - match: { methods: [POST] }
          timeouts: { deadline: 25s }
rules:
  - match: { methods: [GET] }
    retry: { maxAttempts: 3 }
  - match: { operations: ["*Order*"] }
    headers: { X-Team: orders }
operations:
  createOrder:
    retry: { maxAttempts: 2, backoff: null }
  ping: { retry: none, auth: none }
`;

const root = projectOf({
  "specs/acme/1/openapi.yaml": document,
  "specs/acme/2/openapi.yaml": document.replace('version: "1"', 'version: "2"'),
  "specs/acme/policy.yaml": policy,
  "specs/bare/1/openapi.yaml": document,
});

interface Json {
  readonly leaves: readonly {
    readonly path: string;
    readonly value: unknown;
    readonly origin: Origin;
    readonly overrides: readonly { readonly value: unknown; readonly origin: Origin }[];
  }[];
}
interface Origin {
  readonly layer: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

const place = ({ layer, file, line, column }: Origin): string =>
  file === undefined ? layer : `${layer} ${file.split("/").at(-1)}:${line}:${column}`;

const explained = new Map<string, Promise<Json>>();

async function explainedAs(version: string, operation: string): Promise<Json> {
  const { out } = await runIn(root, "policy", "explain", version, operation, "--json");
  return JSON.parse(out) as Json;
}

/** `value layer place | what it replaced, the closest first`. */
async function leafOf(version: string, operation: string, path: string): Promise<string | undefined> {
  const key = `${version} ${operation}`;
  const known = explained.get(key) ?? explainedAs(version, operation);
  explained.set(key, known);
  const leaf = (await known).leaves.find((one) => one.path === path);
  if (leaf === undefined) return undefined;
  return [leaf, ...leaf.overrides].map(({ value, origin }) => `${JSON.stringify(value)} ${place(origin)}`).join(" | ");
}

describe("a leaf and what it replaced", () => {
  test.each([
    ["acme@1", "orders.create", "timeouts.deadline", '"30s" defaults policy.yaml:5:39 | "60s" built-in'],
    [
      "acme@2",
      "orders.create",
      "timeouts.deadline",
      '"25s" version 2 rule 1 policy.yaml:16:33 | "30s" defaults policy.yaml:5:39 | "60s" built-in',
    ],
    [
      "acme@1",
      "orders.list",
      "retry.maxAttempts",
      "3 rule 1 policy.yaml:19:27 | 5 defaults policy.yaml:6:25 | 4 built-in",
    ],
    [
      "acme@2",
      "orders.list",
      "retry.maxAttempts",
      "3 rule 1 policy.yaml:19:27 | 6 version 2 policy.yaml:13:41 | 5 defaults policy.yaml:6:25 | 4 built-in",
    ],
    [
      "acme@1",
      "orders.create",
      "retry.maxAttempts",
      "2 operation policy.yaml:24:27 | 5 defaults policy.yaml:6:25 | 4 built-in",
    ],
    // `null` goes back: the place is the null's, the layer that of the value.
    [
      "acme@1",
      "orders.create",
      "retry.backoff.initial",
      '"300ms" built-in policy.yaml:24:39 | "1s" defaults policy.yaml:6:48',
    ],
    // `none` speaks for everything below it.
    [
      "acme@1",
      "health.ping",
      "retry.maxAttempts",
      "1 operation policy.yaml:25:18 | 3 rule 1 policy.yaml:19:27 | 5 defaults policy.yaml:6:25 | 4 built-in",
    ],
    // From a first wait of 1 s follows the wait after throttling.
    ["acme@1", "orders.list", "retry.backoff.throttled", '"1s" built-in'],
    ["acme@1", "orders.list", "headers.X-Team", '"orders" rule 2 policy.yaml:21:24 | "shop" defaults policy.yaml:7:22'],
    ["acme@2", "orders.list", "headers.Acme-Version", '"2" version 2 policy.yaml:11:51'],
    // Keys are for POST here.
    ["acme@1", "orders.list", "idempotency.class", '"safe" built-in | "keyed" defaults policy.yaml:8:25'],
    ["acme@1", "orders.create", "idempotency.class", '"keyed" defaults policy.yaml:8:25 | "unsafe" built-in'],
    ["acme@1", "orders.create", "idempotency.key.maxLength", "255 built-in"],
    ["acme@1", "health.ping", "auth", '"none" operation policy.yaml:25:30'],
    ["acme@1", "orders.list", "auth.scheme", '"token" document openapi.yaml:18:22'],
    ["bare", "listOrders", "retry.maxAttempts", "4 built-in"],
    ["bare", "ping", "auth", '"none" document openapi.yaml:16:5'],
  ])("%s %s %s", async (version, operation, path, wanted) => {
    expect(await leafOf(version, operation, path)).toBe(wanted);
  });
});

test("the text shows what was replaced below what holds", async () => {
  const { out } = await runIn(root, "policy", "explain", "acme@1", "GET /orders");
  const lines = out.split("\n");
  const at = lines.findIndex((line) => line.startsWith("retry.maxAttempts"));
  expect(lines.slice(at, at + 3).map((line) => line.replace(/ {2,}/g, "  ").trim())).toEqual([
    "retry.maxAttempts  3  specs/acme/policy.yaml:19:27  rule 1",
    "instead of  5  specs/acme/policy.yaml:6:25  defaults",
    "instead of  4  built-in",
  ]);
  expect(out).toContain("requests  4: 3 attempts and one replay with new credentials");
});

test("values that come as another type are told where an operation answers with them", async () => {
  const typed = `openapi: 3.1.0
info: { title: Typed, version: "1" }
servers: [{ url: "https://api.typed.example" }]
paths:
  /a: { get: { operationId: getA, tags: [x], responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/A" } } } } } } } }
  /b: { get: { operationId: getB, tags: [x], responses: { "204": { description: none } } } }
components: { schemas: { A: { type: object, properties: { at: { type: integer }, in: { type: object, properties: { id: { type: integer } } } } } } }
`;
  const coerced = `policy: "1.0"
provider: typed
source: { url: "https://typed.example", verified: 2026-11-01 }
coerce:
  - { schema: A, field: at, from: epochSeconds, to: Date }
  - { schema: A, field: /in/id, from: int64, to: bigint }
`;
  const files = { "specs/typed/1/openapi.yaml": typed, "specs/typed/policy.yaml": coerced };
  const root = projectOf(files);
  const a = await runIn(root, "policy", "explain", "typed@1", "getA");
  expect(
    a.out
      .split("\n")
      .filter((line) => line.startsWith("coerce"))
      .map((line) => line.replace(/ {2,}/g, "  ")),
  ).toEqual([
    "coerce.A.at  epochSeconds as Date  specs/typed/policy.yaml:5:5  top level",
    "coerce.A./in/id  int64 as bigint  specs/typed/policy.yaml:6:5  top level",
  ]);
  expect((await runIn(root, "policy", "explain", "typed@1", "getB")).out).not.toContain("coerce");
  const { out } = await runIn(root, "policy", "export", "typed@1");
  expect(JSON.parse(out).actions[0].update["x-couplet-policy"].coerce).toEqual([
    { schema: "A", field: "at", from: "epochSeconds", to: "Date" },
    { schema: "A", field: "/in/id", from: "int64", to: "bigint" },
  ]);
});

describe("bad usage exits 2 and says what to do", () => {
  test.each<[readonly string[], RegExp]>([
    [["acme", "orders.list"], /acme has 2 versions.*\n {2}fix: write one of acme@1, acme@2/],
    [["acme@1", "orders.lst"], /no operation "orders\.lst".*\n {2}fix: did you mean `orders\.list`\?/],
    [["acme@1", "createOrdr"], /did you mean `createOrder`\?/],
    [["acme@1", "\u001b[31mzzzzzzzzzzzzzzzzzz"], /no operation .*\n {2}fix: write namespace\.method/],
    [["acme@3", "orders.list"], /no version "acme@3"|no version "3"/],
    [["acne@1", "orders.list"], /no provider "acne"/],
    [["acme@1"], /missing required argument 'operation'/],
  ])("%j", async (args, message) => {
    const { code, out, err } = await runIn(root, "policy", "explain", ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toContain("\u001b");
    expect(err).not.toMatch(/\n +at /);
  });
});

test("a policy with errors is not explained, and a secret in it is not printed", async () => {
  const secret = `sk_${"live"}_4242424242424242abcdEFGH`;
  const bad = projectOf({
    "specs/acme/1/openapi.yaml": document,
    "specs/acme/policy.yaml": `${policy}credentials:\n  key: { env: ${secret} }\n`,
  });
  for (const args of [["explain", "acme@1", "ping"], ["matrix"], ["export", "acme@1"]]) {
    const { code, out, err } = await runIn(bad, "policy", ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/specs\/acme\/policy\.yaml:27:15 error P601/);
    expect(err).not.toContain("4242424242424242");
  }
});

test.each(["explain", "matrix", "export"])("policy %s --help has examples", async (command) => {
  const { code, out } = await runIn(root, "policy", command, "--help");
  expect(code).toBe(0);
  expect(out).toMatch(/Examples:\n {2}couplet policy/);
});
