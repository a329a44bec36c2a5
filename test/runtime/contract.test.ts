import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readContract } from "../../runtime/contract/read-contract.ts";
import type { ContractKit } from "../../runtime/contract/run-case.ts";
import { checkCoverage, runCase } from "../../runtime/contract/run-case.ts";
import { contractSuite } from "../../runtime/testing.ts";
import { type Behaviour, contract, kit, mocks } from "./contract-fixture.ts";

contractSuite(kit());

describe("a wrong client is caught", () => {
  const server = setupServer();
  beforeAll(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    server.listen({ onUnhandledFrame: "error" });
  });
  afterAll(() => {
    server.close();
    vi.restoreAllMocks();
  });

  const table: readonly (readonly [name: string, id: string, wrong: Partial<Behaviour>, problem: RegExp])[] = [
    ["a missing required parameter", "notes.list", { query: "limit=2" }, /"owner" is required and was not sent/],
    ["a missing optional parameter", "notes.list", { query: "owner=ann" }, /"limit" was not sent; wanted 2/],
    ["a parameter of the wrong type", "notes.list", { query: "owner=ann&limit=two" }, /"limit": value must be integer/],
    ["a parameter over its maximum", "notes.list", { query: "owner=ann&limit=200" }, /"limit": value must be <= 100/],
    ["another value", "notes.list", { query: "owner=ann&limit=3" }, /"limit" is 3, wanted 2/],
    ["an unknown query parameter", "notes.list", { query: "owner=ann&limit=2&x=1" }, /"x" is not in the document/],
    ["no credentials", "notes.list", { headers: {} }, /key needs header parameter X-Key/],
    [
      "options that are lost",
      "notes.list",
      { headers: { "x-contract-case": "" } },
      /options of the call did not reach/,
    ],
    ["a handler that is not used", "notes.list", { silent: true }, /handler notes.list was not used/],
    ["no request", "notes.list", { silent: true }, /0 requests were sent/],
    ["an unknown request", "notes.list", { extra: "https://eu.notes.example/v1/other" }, /2 requests were sent/],
    ["a request to another server", "notes.list", { extra: "https://x.example/notes?owner=ann" }, /is no operation/],
    ["a wrong answer", "notes.list", { decode: () => ({ data: [] }) }, /answer is {"data":\[\]}, wanted/],
    ["an invalid answer", "notes.list", { decode: () => ({}) }, /answer: value must have required property 'data'/],
    ["another content type", "notes.create", { contentType: "text/plain" }, /Content-Type text\/plain is not one of/],
    ["a body that is not JSON", "notes.create", { note: "{" }, /body cannot be read/],
    ["a body of the wrong type", "notes.create", { note: '{"text":1}' }, /body: \/text must be string/],
    ["a property too many", "notes.create", { note: '{"text":"milk","x":1}' }, /additional properties: "x"/],
    ["a body without a required property", "notes.create", { note: "{}" }, /must have required property 'text'/],
    ["no body", "notes.create", { note: "" }, /body cannot be read|body is required/],
    ["a file sent as a field", "notes.scan", { file: "bits" }, /part "file" is not a file/],
    ["a file of another type", "notes.scan", { file: new Blob(["bits"], { type: "a/b" }) }, /is a\/b, wanted image/],
    ["a file of other content", "notes.scan", { file: new Blob(["x"], { type: "image/png" }) }, /body is .*"file":"x"/],
  ];
  test.each(table)("%s", async (_name, id, wrong, problem) => {
    const wanted = contract.cases.find((one) => one.id === id)!;
    expect((await runCase(kit(wrong), server, wanted)).join("\n")).toMatch(problem);
  });

  test("a fault makes the suite itself fail", { timeout: 30_000 }, async () => {
    const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const args = [path("../conformance/run-suites.ts"), path("../.."), "test/runtime/contract-faulty.ts"];
    const child = spawn(process.execPath, args);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [code] = await once(child, "close");
    const output = Buffer.concat(chunks).toString();
    expect([code, output.match(/^passed/gm)?.length]).toEqual([1, 3]);
    expect(output).toMatch(/^failed notes.list query parameter "owner" is required and was not sent/m);
  });

  test("a request that no handler knows fails in the client", async () => {
    server.resetHandlers();
    await expect(fetch("https://eu.notes.example/v1/notes")).rejects.toThrow("fetch failed");
  });
});

describe("coverage", () => {
  const [list, ...rest] = contract.cases;
  const table: readonly (readonly [name: string, parts: Partial<ContractKit>, problem: string])[] = [
    ["an operation without a case", { contract: { ...contract, cases: rest } }, "GET /notes has no case"],
    [
      "a case without an operation",
      { contract: { ...contract, cases: [{ ...list!, request: { ...list!.request, path: "/x" } }, ...rest] } },
      "GET /x has a case, but is not in the document",
    ],
    ["a case twice", { contract: { ...contract, cases: [...contract.cases, list!] } }, "notes.list has two cases"],
    ["a mock without a case", { mocks: { ...mocks, "notes.x": mocks["notes.list"] } }, "mock notes.x has no case"],
    ["an unknown exclusion", { contract: { ...contract, excluded: ["GET /y"] } }, "GET /y is excluded, but"],
  ];
  test.each(table)("%s", (_name, parts, problem) => {
    expect(checkCoverage(kit({}, parts)).join("\n")).toContain(problem);
  });

  test("an excluded operation needs no case", () => {
    const parts = {
      contract: { ...contract, cases: rest, excluded: ["GET /notes"] },
      mocks: { "notes.create": mocks["notes.create"], "notes.scan": mocks["notes.scan"] },
    };
    expect(checkCoverage(kit({}, parts))).toEqual([]);
  });

  test("a contract of another shape is refused", () => {
    expect(() => readContract({ ...contract, cases: [{ id: 1 }] })).toThrow(/contract\/cases\/0/);
    expect(() => contractSuite({ ...kit(), document: null })).toThrow("document is not an object");
  });
});
