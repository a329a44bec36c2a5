import { describe, expect, test } from "vitest";
import { fenced, inline, inlineCode } from "../../../generator/emit/markdown.ts";
import { emitPackage } from "../../../generator/emit/package.ts";
import { emitVersion } from "../../../generator/emit/version.ts";
import { text } from "./emit-fixture.ts";
import { fixturePlan } from "./fixture-plan.ts";
import { hostile } from "./fixture-schemas.ts";

const plan = fixturePlan();
const emitted = emitPackage({
  provider: "pay",
  scope: "@connectors",
  release: "0.0.0",
  versions: [plan],
  runtimeRange: "^0.1.0",
  hashes: { "2026-09-30": { document: "ab", policy: "cd" } },
});

describe("package.json", () => {
  const manifest = JSON.parse(text(emitted, "package.json"));
  test("names one entry per version, namespace, validators and mocks, and no default", () =>
    expect(Object.keys(manifest.exports)).toEqual([
      "./2026-09-30",
      "./2026-09-30/charges",
      "./2026-09-30/customers",
      "./2026-09-30/files",
      "./2026-09-30/validators",
      "./2026-09-30/validators/charges",
      "./2026-09-30/validators/customers",
      "./2026-09-30/validators/files",
      "./2026-09-30/mocks",
    ]));
  test("every entry is a file that is emitted, source before build", () => {
    const files = emitVersion(plan);
    for (const target of Object.values<Record<string, string>>(manifest.exports)) {
      expect(Object.keys(target)).toEqual(["@couplet/source", "types", "default"]);
      const path = target["@couplet/source"]!.slice("./2026-09-30/".length);
      expect(files.has(path), path).toBe(true);
      expect(target["default"]).toBe(`./dist/2026-09-30/${path.replace(/ts$/, "js")}`);
    }
  });
  test("says what it was made of and what it needs", () =>
    expect(manifest).toMatchObject({
      name: "@connectors/pay",
      type: "module",
      sideEffects: false,
      private: true,
      dependencies: { "@couplet/runtime": "^0.1.0" },
      peerDependenciesMeta: { msw: { optional: true }, zod: { optional: true } },
      couplet: { versions: { "2026-09-30": { document: "ab", policy: "cd" } } },
    }));
  test("the contract data and the document are not published", () =>
    expect(JSON.stringify(manifest.files)).not.toMatch(/contract|openapi/));
  test("what leads from a consumer's code to the document is published", () =>
    expect(manifest.files).toContain("2026-09-30/bindings.json"));
});

test("the same plan gives the same bytes", () => {
  const again = emitVersion(fixturePlan());
  for (const [path, file] of emitVersion(plan)) expect(text(again, path)).toBe(file.text);
});

test("no file names a date, a version of the generator or the machine", () => {
  for (const [path, file] of [...emitted, ...emitVersion(plan)])
    expect(file.text, path).not.toMatch(/\/work\/|\/tmp\/|generated on \d|20\d\d-\d\d-\d\dT(?!12:00:00Z)/i);
});

test("api.md has one line per operation, and each policy once", () => {
  const api = text(emitVersion(plan), "api.md");
  const [operations = "", policies = ""] = api.split("## Policies");
  expect(operations).toContain(
    "| `charges.create` | ChargesCreateInput → `Charge` | `POST /v1/charges` | `bearerAuth` | `keyedPolicy` |\n" +
      "| `charges.list` | ChargesListInput → `ChargeList`, items `Charge` by last id | `GET /v1/charges` | `bearerAuth` | `safePolicy` |\n" +
      "| `charges.delete` | ChargesDeleteInput → `void` | `DELETE /v1/charges/{charge}` | `bearerAuth` | **deprecated**; `safePolicy` |\n",
  );
  expect(operations.match(/^\| `/gm)).toHaveLength(13);
  expect(policies).toContain(
    "| `keyedPolicy` | 1 | keyed by Idempotency-Key; up to 4 attempts of 30 s in 60 s; retries rejected and ambiguous; " +
      "any number at once; limits: account 100/s \\(sandbox 25/s\\); no breaker |\n| `safePolicy` | 12 | safe;",
  );
  expect(api).not.toContain("</script>");
  expect(text(emitted, "README.md")).not.toContain("</script>");
});

test("connector.ts prints parts that policies share once", () => {
  const connector = text(emitVersion(plan), "connector.ts");
  expect(connector).toContain('const errors: Required<Policy>["errors"] = [');
  expect(connector.match(/as: "RateLimitError"/g)).toHaveLength(1);
  expect(connector.match(/^ {2}errors: errors,$/gm)).toHaveLength(2);
  const [first] = plan.policies;
  const alone = text(emitVersion({ ...plan, policies: [first!] }), "connector.ts");
  expect(alone).not.toMatch(/^const /m);
  expect(alone).toContain(
    '  errors: [{ when: { op: "==", left: { from: "status" }, right: 429 }, as: "RateLimitError" }],',
  );
});

test("bindings.json leads from symbols to the document", () => {
  const { operations, types } = JSON.parse(text(emitVersion(plan), "bindings.json"));
  expect(operations.chargesCreate).toMatchObject({
    file: "charges.ts",
    method: ["ChargesNamespace", "create"],
    pointer: "/paths/~1v1~1charges/post",
  });
  expect(types.Charge).toEqual({ file: "schema.ts", direction: "response" });
});

test("contract.json says what is called, what must arrive and what comes back", () => {
  const contract = JSON.parse(text(emitVersion(plan), "contract.json"));
  expect(contract).toMatchObject({
    provider: "pay",
    server: "https://aaa0.api.example.com",
    serverVariables: { shop: "aaa0" },
    excluded: ["GET /v1/left-out"],
  });
  expect(contract.auth.login).toEqual({ user: "sample-user", password: "sample-password" });
  const byId = new Map<
    string,
    { request: { parameters: unknown[]; body?: unknown; contentType?: string }; response: unknown }
  >(contract.cases.map((one: { id: string }) => [one.id, one]));
  expect(byId.get("charges.create")).toMatchObject({
    call: ["charges", "create"],
    request: { contentType: "application/x-www-form-urlencoded", body: { amount: 50, currency: "eur" } },
  });
  expect(byId.get("charges.list")?.request.parameters).toEqual([
    { in: "query", name: "limit", value: 100 },
    { in: "query", name: "starting_after", value: "text" },
    { in: "header", name: "Pay-Version", value: "2026-09-30", from: "policy" },
  ]);
  expect(byId.get("files.upload")?.request.body).toEqual({
    file: { $blob: "text", type: "text/plain" },
    purpose: "text",
  });
  expect(byId.get("charges.delete")?.response).toEqual({ status: 204 });
});

test("without a server the contract says where the client is sent", () => {
  const homeless = { ...plan, connector: { ...plan.connector, servers: [] } };
  const { server, baseUrl } = JSON.parse(text(emitVersion(homeless), "contract.json"));
  expect([server, baseUrl]).toEqual(["https://server.invalid", "https://server.invalid"]);
});

test.each([
  ["charges", "charges"],
  ["default", "default_"],
  ["import", "import_"],
])("validators of the namespace %s are the constant %s", (name, constant) => {
  const [first, ...others] = plan.namespaces;
  const files = emitVersion({ ...plan, namespaces: [{ ...first!, name }, ...others] });
  expect(text(files, `validators/${first!.file}.ts`)).toContain(`export const ${constant}: Validators`);
  expect(text(files, "validators/index.ts")).toContain(`...${constant}`);
});

test("openapi.json is the bundled document", () =>
  expect(JSON.parse(text(emitVersion(plan), "openapi.json"))).toEqual(plan.bundled));

describe("Markdown", () => {
  test.each([
    ["a|b", "a\\|b"],
    ["<img src=x>", "\\<img src=x\\>"],
    ["![x](y)", "\\!\\[x\\]\\(y\\)"],
    ["a\n\n# b", "a \\# b"],
    ["1. x", "\\1. x"],
    ["- x", "\\- x"],
    ["https://a.example www.b.example", "https&#58;//a.example www&#46;b.example"],
    ["&lt;b&gt;", "\\&lt;b\\&gt;"],
    ["\u202ex", "x"],
  ])("%j is %j", (given, wanted) => expect(inline(given)).toBe(wanted));
  test.each([
    ["a", "`a`"],
    ["a`b", "`` a`b ``"],
    ["a|b", "`a\\|b`"],
    ["a\nb", "`a b`"],
  ])("code %j is %j", (given, wanted) => expect(inlineCode(given)).toBe(wanted));
  test("a fence is longer than any run of backticks inside", () =>
    expect(fenced("ts", "````")).toBe("`````ts\n````\n`````"));
  test("a long text is cut", () => expect(inline(hostile.repeat(50)).length).toBeLessThan(700));
});
