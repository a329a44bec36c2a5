/** Entries of a policy and of overlays, once the provider's document is another one. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { renameInPolicy } from "../../../generator/drift/edit-policy.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { policySelectors } from "../../../generator/policy-selectors.ts";
import { projectOf, projectRoot, runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, readIn } from "./own-project.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const document = `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: https://api.acme.example }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [orders]
      summary: All orders
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Order" } } } } }
    post:
      operationId: createOrder
      tags: [orders]
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses:
        "201": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
  /orders/{id}:
    get:
      operationId: getOrder
      tags: [orders]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
  /ping:
    get:
      operationId: ping
      tags: [health]
      parameters: []
      responses: { "200": { description: ok, content: { text/plain: { schema: { type: string } } } } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string }, total: { type: integer } } }
`;
const policy = `policy: "1.0"
provider: acme
names:
  operations:
    getOrder: orders.one   # short
servers:
  live: { url: "https://eu.acme.example" }
exclude: { operations: [ping] }
rules:
  # lists are slow
  - match: { operations: [ listOrders, 'getOrder' ] }
    timeouts: { attempt: 20s }
  - match: { tags: [orders], methods: [GET] }
    retry: { maxAttempts: 3 }
  - match: { paths: [/orders/**] }
    timeouts: { deadline: 50s }
operations:
  createOrder: # careful
    timeouts: { attempt: 10s }
`;
const overlay = `overlay: 1.1.0
info: { title: Repairs, version: "1" }
actions:
  - target: $.paths['/orders'].get
    update: { summary: Orders, deprecated: false }
  - target: $.components.schemas.Order.properties.total
    update: { format: int64 }
  - target: $.paths[*].get.parameters[?@.name=='limit']
    update: { description: Page size }
`;

const files = {
  "specs/acme/policy.yaml": policy,
  "specs/acme/1/openapi.yaml": document,
  "specs/acme/1/overlay.yaml": overlay,
};
const root = projectOf(files);
expect(await runIn(root, "generate")).toMatchObject({ code: 0 });

type Told = readonly [rule: string, line: number, message: string, fix?: string];

async function driftOf(edit: (text: string) => string, ...flags: readonly string[]) {
  const copy = copyOf(root);
  const next = edit(document);
  writeFileSync(join(copy, "new.yaml"), next);
  const ran = await runIn(copy, "drift", "policy", "acme", "--from", "new.yaml", "--json", ...flags);
  const findings: readonly { rule: string; message: string; fix: string; location: { base: { line: number } } }[] =
    ran.out === "" ? [] : JSON.parse(ran.out).findings;
  return { ...ran, copy, findings };
}

const replace =
  (...pairs: readonly (readonly [string | RegExp, string])[]) =>
  (text: string): string =>
    pairs.reduce((left, [from, to]) => {
      const changed = left.replaceAll(from instanceof RegExp ? new RegExp(from, "g") : from, to);
      expect(changed).not.toBe(left);
      return changed;
    }, text);

describe("couplet drift policy --from", () => {
  test.each<readonly [what: string, edit: (text: string) => string, code: number, told: readonly Told[]]>([
    ["nothing changed", (text) => `${text}# comment\n`, 0, []],
    [
      "an operationId that is another",
      replace(["getOrder", "readOrder"]),
      1,
      [
        [
          "policy-selector-matches-nothing",
          5,
          "`names.operations.getOrder`: `getOrder` matched 1 operation, and now none",
          "it is `readOrder` now: write that (--fix does)",
        ],
        [
          "policy-selector-matches-nothing",
          11,
          "`rules[0].match`: `getOrder` matched 1 operation, and now none",
          "it is `readOrder` now: write that (--fix does)",
        ],
      ],
    ],
    [
      "a tag that is another",
      replace(["tags: [orders]", "tags: [order]"]),
      1,
      [
        [
          "policy-selector-matches-nothing",
          13,
          "`rules[1].match`: `orders` matched 3 operations, and now none",
          "it is `order` now: write that (--fix does)",
        ],
      ],
    ],
    [
      "paths that moved",
      replace(["  /orders/{id}:", "  /purchases/{id}:"]),
      1,
      [
        [
          "policy-selector-matches-nothing",
          15,
          "`rules[2].match`: `/orders/**` matched 1 operation, and now none",
          "it is `/purchases/**` now: write that (--fix does)",
        ],
      ],
    ],
    [
      "an operation that is gone, with no other like it",
      replace([/ {4}post:[\s\S]*?(?= {2}\/orders\/)/, ""]),
      1,
      [
        [
          "policy-selector-matches-nothing",
          18,
          "`operations.createOrder`: `createOrder` matched 1 operation, and now none",
        ],
      ],
    ],
    [
      "an operation that came to a rule",
      replace(["tags: [health]", "tags: [orders]"], ["operationId: ping", "operationId: ping2"]),
      1,
      [
        [
          "policy-selector-matches-nothing",
          8,
          "`exclude`: `ping` matched 1 operation, and now none",
          "it is `ping2` now: write that (--fix does)",
        ],
        ["policy-selector-matches-more", 13, "`rules[1].match` matched 2 operations, and now 3: `ping2` came to it"],
      ],
    ],
    [
      "an operation that left a rule",
      replace([/(getOrder\n {6}tags: )\[orders\]/, "$1[single]"]),
      0,
      [["policy-selector-matches-fewer", 13, "`rules[1].match` matched 2 operations, and now 1: it lost `getOrder`"]],
    ],
    [
      "what the overlay repairs is repaired",
      replace(["total: { type: integer }", "total: { type: integer, format: int64 }"]),
      0,
      [
        [
          "policy-override-redundant",
          6,
          "what this action writes at `$.components.schemas.Order.properties.total` is what the document now says",
          "delete these lines",
        ],
      ],
    ],
    [
      "what the overlay repairs is said otherwise",
      replace(["total: { type: integer }", "total: { type: integer, format: int32 }"]),
      0,
      [
        [
          "policy-override-contradicted",
          6,
          '`/components/schemas/Order/properties/total/format` was absent and is "int32" now; this action writes "int64"',
        ],
      ],
    ],
    [
      "more places for an action",
      replace(["parameters: []", "parameters: [{ name: limit, in: query, schema: { type: integer } }]"]),
      0,
      [
        [
          "policy-selector-matches-more",
          8,
          "`$.paths[*].get.parameters[?@.name=='limit']` selected 1 place, and now 2",
        ],
      ],
    ],
    [
      "the server of the policy is the document's",
      replace(["https://api.acme.example", "https://eu.acme.example/"]),
      0,
      [
        [
          "policy-override-redundant",
          7,
          '`servers.live.url` is "https://eu.acme.example", which the document now says too',
        ],
      ],
    ],
    [
      "the server of the document moved",
      replace(["https://api.acme.example", "https://v2.acme.example"]),
      0,
      [
        [
          "policy-override-contradicted",
          7,
          '`servers.live.url` is "https://eu.acme.example"; the document said "https://api.acme.example" and says "https://v2.acme.example" now',
        ],
      ],
    ],
  ])("%s", async (_, edit, code, told) => {
    const drift = await driftOf(edit);
    const found = drift.findings.map(({ rule, message, fix, location }) => [rule, location.base.line, message, fix]);
    const wanted = told.map(([rule, line, message, fix]) => [rule, line, message, fix ?? expect.any(String)]);
    expect(found).toEqual(wanted);
    expect(drift.code).toBe(code);
  });

  test("an operation that is left out is told when that is asked for", async () => {
    const edit = replace(["text/plain: { schema: { type: string } }", "text/plain: { schema: { type: integer } }"]);
    const hidden = await driftOf(edit);
    expect(hidden).toMatchObject({ code: 0, findings: [] });
    expect(hidden.err).toContain("1 operation that the policy leaves out changed; --include-excluded lists them");
    const { findings } = await driftOf(edit, "--include-excluded");
    expect(findings).toMatchObject([
      {
        rule: "policy-excluded-operation-changed",
        message: expect.stringMatching(/^GET \/ping is left out, and changed: /),
      },
    ]);
  });

  test("a target of the overlay that is gone, and the new document is refused for it", async () => {
    const { code, findings, err } = await driftOf(replace(["total: { type: integer }", "sum: { type: integer }"]));
    expect(code).toBe(3);
    expect(findings).toMatchObject([{ rule: "policy-selector-matches-nothing", location: { base: { line: 6 } } }]);
    expect(err).toContain("P701");
  });

  test("--fix writes the new names and nothing else", async () => {
    const { copy, err } = await driftOf(
      replace(["getOrder", "readOrder"], ["createOrder", "placeOrder"], ["[orders]", "[order]"]),
      "--fix",
    );
    const wanted = policy
      .replace("getOrder: orders.one", "readOrder: orders.one")
      .replace("'getOrder'", "'readOrder'")
      .replace("createOrder:", "placeOrder:")
      .replace("tags: [orders]", "tags: [order]");
    expect(readIn(copy, "specs/acme/policy.yaml")).toBe(wanted);
    expect(err).toContain("`getOrder` is `readOrder` now");
    expect(await runIn(copy, "drift", "policy", "acme", "--from", "new.yaml")).toMatchObject({ code: 0 });
  });

  test("a name that another version still has is not fixed", async () => {
    const copy = copyOf(
      projectOf({ ...files, "specs/acme/2/openapi.yaml": document.replaceAll("getOrder", "readOrder") }),
    );
    writeFileSync(join(copy, "new.yaml"), document.replaceAll("createOrder", "placeOrder"));
    const { out } = await runIn(copy, "drift", "policy", "acme@1", "--from", "new.yaml", "--fix");
    expect(out).toContain(
      "it is `placeOrder` now, and as before in 2: put the entry into the `policy` of each version",
    );
    expect(readIn(copy, "specs/acme/policy.yaml")).toBe(policy);
  });
});

test("a name that the document gives by itself now", async () => {
  const named = projectOf({ ...files, "specs/acme/policy.yaml": policy.replace("orders.one", "single.getOrder") });
  const next = document.replace(/(getOrder\n {6}tags: )\[orders\]/, "$1[single]");
  writeFileSync(join(named, "new.yaml"), next);
  const { out } = await runIn(named, "drift", "policy", "--from", "new.yaml");
  expect(out).toContain('`names.operations.getOrder` is "single.getOrder", which the document now says too');
});

describe("counts of the lock", () => {
  test("are compared where the document is another one since", async () => {
    const copy = copyOf(root);
    expect((await runIn(copy, "check")).out).toMatch(/ok +selectors +5 match as locked/);
    editIn(
      copy,
      "specs/acme/1/openapi.yaml",
      replace(["tags: [health]", "tags: [orders]"], ["operationId: ping", "operationId: pong"]),
    );
    const { out, code } = await runIn(copy, "drift", "policy");
    expect(code).toBe(1);
    expect(out).toContain("`exclude` matched 1 operation when it was generated, and now none");
    expect(out).toContain("`rules[1].match` matched 2 operations when it was generated, and now 3");
    expect((await runIn(copy, "check")).out).toMatch(/FAIL selectors +2 of 5 match otherwise/);
  });

  test("are not, where the policy was edited", async () => {
    const copy = copyOf(root);
    editIn(copy, "specs/acme/policy.yaml", (text) => text.replace("[ping]", "[pong]"));
    editIn(copy, "specs/acme/1/openapi.yaml", (text) => text.replace("operationId: ping", "operationId: pong"));
    expect(await runIn(copy, "drift", "policy")).toMatchObject({ code: 0 });
  });
});

test.each(["klaviyo", "segment", "shippo", "shopify", "stripe"])(
  "%s: selectors are those of the plan",
  async (provider) => {
    const source = await loadPolicy(join(projectRoot, "specs", provider, "policy.yaml"));
    const folder = join(projectRoot, "specs", provider);
    for (const version of readdirSync(folder)) {
      const file = ["openapi.yaml", "openapi.json"]
        .map((name) => join(folder, version, name))
        .find((path) => existsSync(path));
      if (file === undefined) continue;
      const api = await loadDocument(file);
      const plan = planPolicy(source, api, version, { provider });
      const counted = policySelectors(source, { document: api, policy: plan }, version).filter(
        ({ isCounted }) => isCounted,
      );
      for (const { name, matched } of counted) expect([name, matched.length]).toEqual([name, plan.selectors[name]]);
      const silent = Object.keys(plan.selectors).filter((name) => !counted.some((one) => one.name === name));
      expect(silent.every((name) => name.endsWith(".match"))).toBe(true);
    }
  },
);

describe("a value of a policy", () => {
  test("is replaced alone, whatever it is", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom("GET /x", "yes", "null", "12", "a: b", "it's", "# no", "{a}"),
    );
    fc.assert(
      fc.property(name, fc.constantFrom("plain", "'one'", '"two"'), (to, written) => {
        const text = `a: # first\n  - ${written}   # kept\nb: { c: ${written} }\n`;
        const from = written.replaceAll(/['"]/g, "");
        const edited = renameInPolicy(text, [
          { path: ["a", 0], isKey: false, from, to },
          { path: ["b", "c"], isKey: false, from, to },
        ]);
        expect(edited.left).toEqual([]);
        expect(parse(edited.text)).toEqual({ a: [to], b: { c: to } });
        expect(edited.text).toContain("   # kept\n");
      }),
    );
  });
});
