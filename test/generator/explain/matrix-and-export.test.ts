import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import { told } from "../policy/harness.ts";
import { projectOf, runIn } from "./run-in-project.ts";

vi.setConfig({ testTimeout: 30_000 });

const ok = `responses: { "200": { description: ok } }`;
const document = `openapi: 3.1.0
info: { title: Odd, version: "1" }
servers: [{ url: "https://api.odd.example" }]
paths:
  "/it's/{a~b}":
    parameters: [{ name: a~b, in: path, required: true, schema: { type: string } }]
    get: { operationId: quoted, tags: [Odd], ${ok} }
  /things:
    get:
      operationId: listThings
      tags: [Things]
      parameters: [{ name: page, in: query, schema: { type: integer } }]
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { type: object } } } } } }
    post: { operationId: createThing, tags: [Things], ${ok} }
  /shared: { $ref: "#/components/pathItems/Shared" }
  /elsewhere: { $ref: "parts.yaml#/Elsewhere" }
components:
  pathItems:
    Shared:
      get: { operationId: shared, tags: [Odd], ${ok} }
`;
const policy = `policy: "1.0"
provider: odd
servers: { live: { url: "https://api.odd.example", default: true } }
rateLimits:
  all: { algorithm: slidingWindow, limit: { amount: 5, per: 1s }, source: { url: "https://odd.example", verified: 2026-11-01 } }
defaults: { limitedBy: [all] }
operations:
  listThings: { pagination: { style: page, param: $request.query.page } }
  createThing:
    idempotency: { class: keyed, key: { in: header, name: Idempotency-Key, undocumented: true } }
    retry: { maxAttempts: 2 }
    timeouts: { deadline: 90s }
    limitedBy: none
`;
const root = projectOf({
  "specs/odd/1/openapi.yaml": document,
  "specs/odd/1/parts.yaml": `Elsewhere: { get: { operationId: elsewhere, tags: [Odd], ${ok} } }\n`,
  "specs/odd/policy.yaml": policy,
});

describe("policy matrix", () => {
  test("has one line for each operation, in columns", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 22) });
    const { code, out } = await runIn(root, "policy", "matrix").finally(() => vi.useRealTimers());
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual([
      "odd@1",
      "  operation      class  attempts  key              limits  pages  calls  deadline  source age",
      "  odd.elsewhere  safe   4         -                all     -      -      60 s      21 d",
      "  odd.quoted     safe   4         -                all     -      -      60 s      21 d",
      "  odd.shared     safe   4         -                all     -      -      60 s      21 d",
      "  things.create  keyed  2         Idempotency-Key  -       -      -      90 s      -",
      "  things.list    safe   4         -                all     page   -      60 s      21 d",
    ]);
  });

  test("as JSON", async () => {
    const { out } = await runIn(root, "policy", "matrix", "odd@1", "--json");
    const { operations } = JSON.parse(out) as { operations: readonly object[] };
    expect(operations).toHaveLength(5);
    expect(operations[3]).toEqual({
      provider: "odd",
      version: "1",
      operation: "things.create",
      class: "keyed",
      attempts: 2,
      key: "Idempotency-Key",
      limits: [],
      deadline: 90_000,
    });
  });

  test("an unknown provider is refused", async () => {
    expect(await runIn(root, "policy", "matrix", "even")).toMatchObject({ code: 2, out: "" });
  });
});

describe("policy export", () => {
  test("prints a standard overlay with normalized paths that applies to the document", async () => {
    const { code, out } = await runIn(root, "policy", "export", "odd", "--as", "overlay");
    expect(code).toBe(0);
    const overlay = JSON.parse(out) as { overlay: string; actions: { target: string; update: object }[] };
    expect(overlay.overlay).toBe("1.1.0");
    expect(overlay.actions.map(({ target }) => target)).toEqual([
      "$",
      "$['paths']['/it\\'s/{a~b}']['get']",
      "$['paths']['/things']['get']",
      "$['paths']['/things']['post']",
    ]);
    const folder = projectOf({
      "openapi.yaml": document,
      "parts.yaml": readFileSync(join(root, "specs/odd/1/parts.yaml"), "utf8"),
      "overlay.json": out,
    });
    const applied = await loadDocument("openapi.yaml", { cwd: folder, overlays: ["overlay.json"] });
    expect(told(applied.diagnostics)).toEqual([]);
    const create = applied.operations.find(({ operationId }) => operationId === "createThing")!;
    expect(create.extensions["x-couplet-policy"]).toMatchObject({
      timeouts: { attempt: "30s", deadline: "90s" },
      retry: { maxAttempts: 2, on: ["rejected", "ambiguous"] },
      idempotency: { class: "keyed", key: { in: "header", name: "Idempotency-Key", undocumented: true } },
      limitedBy: [],
      pagination: "none",
      auth: "none",
    });
  });

  test("keeps the policy of operations behind references at the root: an overlay cannot reach them", async () => {
    const { out } = await runIn(root, "policy", "export", "odd");
    const [shared] = (JSON.parse(out) as { actions: { update: Record<string, { operations: object }> }[] }).actions;
    const { operations } = shared!.update["x-couplet-policy"]!;
    expect(Object.keys(operations)).toEqual(["shared", "elsewhere"]);
    expect(operations).toMatchObject({ shared: { idempotency: { class: "safe" }, limitedBy: ["all"] } });
  });

  test("writes a file", async () => {
    const { code, out } = await runIn(root, "policy", "export", "odd@1", "--out", "build/odd.overlay.json");
    expect({ code, out }).toEqual({ code: 0, out: "build/odd.overlay.json: the policy of 5 operations\n" });
    const printed = await runIn(root, "policy", "export", "odd@1");
    expect(readFileSync(join(root, "build/odd.overlay.json"), "utf8")).toBe(printed.out);
  });

  test.each([
    ["--out", "specs/odd/1/openapi.yaml"],
    ["--out", "policy.txt"],
    ["--out", "../Bad Name.json"],
    ["--as", "openapi"],
  ])("refuses %s %s", async (...args) => {
    const { code, err } = await runIn(root, "policy", "export", "odd", ...args);
    expect(code).toBe(2);
    expect(err).not.toMatch(/\n +at /);
    expect(readFileSync(join(root, "specs/odd/1/openapi.yaml"), "utf8")).toBe(document);
    expect(existsSync(join(root, "policy.txt"))).toBe(false);
  });
});
