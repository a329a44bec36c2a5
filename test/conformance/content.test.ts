/** What a policy says of contents, from its text to what a program gets: generated, type-checked, its contract suite run. */
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { logTo } from "@couplet/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "../runtime/loopback.ts";
import { generatePackage, typeCheckPackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/content-${process.pid}`, import.meta.url));

interface Entries {
  get(input: object): Promise<unknown>;
  search(input: object): AsyncIterable<{ readonly id: bigint }>;
  feed(): AsyncIterable<unknown>;
}
interface Ledger {
  createClient(options: object): { readonly entries: Entries };
}

let server: Loopback;
let version: string;
let ledger: Ledger;
let validators: object;
beforeAll(async () => {
  server = await startLoopback();
  const policy = "test/conformance/content.policy.yaml";
  const { entry } = await generatePackage("test/conformance/content.openapi.yaml", out, "--policy", policy);
  version = entry.replace(/index\.ts$/, "");
  ledger = (await import(entry)) as Ledger;
  ({ validators } = (await import(`${version}validators/index.ts`)) as { validators: object });
}, 60_000);
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await server.close();
});

const entries = (options: object = {}): Entries =>
  ledger.createClient({ baseUrl: server.base, validators, ...options }).entries;
const raw =
  (status: number, text: string, type = "application/json") =>
  (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": type }).end(text);
  };

const wire = `{"id":9007199254740993,"created":1.5e0,"closed":"2026-01-02T03:04:05.678+01:00","amount":12.50,"fee":"0.10",
  "parents":[1,18446744073709551615],"party":{"kind":"person","since":0},"labels":{"a":{"at":null}},"meta":{"seen":2},
  "counter":"7","more":1.0,"children":[{"id":2,"created":3,"amount":1e2,"party":{"kind":"company","since":4}}]}`;
const seen = {
  id: 9007199254740993n,
  created: new Date(1500),
  closed: new Date("2026-01-02T02:04:05.678Z"),
  amount: "12.50",
  fee: 0.1,
  parents: ["1", "18446744073709551615"],
  party: { kind: "person", since: new Date(0) },
  labels: { a: { at: null } },
  meta: { seen: new Date(2) },
  counter: 7,
  more: 1,
  children: [{ id: 2n, created: new Date(3000), amount: "1e2", party: { kind: "company", since: 4 } }],
};

test("values come as the policy says, without a digit lost", async () => {
  const said: unknown[] = [];
  server.answer(raw(200, wire));
  const telemetry = logTo({ warn: (fields: unknown) => said.push(fields) });
  const entry = (await entries({ telemetry }).get({ id: "1" })) as typeof seen;
  expect(entry).toEqual(seen);
  // The policy asks for a warning; and the document says that a label's time is no null.
  expect(said).toMatchObject([{ issues: [{ path: ["more"] }] }, { issues: [{ path: ["labels", "a", "at"] }] }]);
});

test("what is not as the policy says is an error with its place; an error of the provider is never lost", async () => {
  server.answer(json(200, { id: 1, created: "soon", amount: 1, party: "p" }));
  await expect(entries().get({ id: "1" })).rejects.toMatchObject({
    name: "DecodeError",
    message: expect.stringContaining(
      "the value at /created, which the policy coerces from epochSeconds to Date, is no",
    ),
  });
  server.answer(raw(404, '{"code":"none","at":60}'));
  await expect(entries().get({ id: "1" })).rejects.toMatchObject({ status: 404, body: { at: new Date(60_000) } });
  server.answer(raw(404, '{"code":"none","at":"later","trace":12345678901234567890}'));
  await expect(entries().get({ id: "1" })).rejects.toMatchObject({ status: 404, body: { code: "none", at: "later" } });
});

test("what the document does not declare, each kind as strictly as the policy says", async () => {
  const plain = { id: 1, created: 1, amount: 1, party: "p" };
  server.answer(json(200, { ...plain, status: "lost" }));
  const error = {
    name: "ResponseValidationError",
    effect: "applied",
    attempts: 1,
    code: "unknown",
    issues: [{ path: ["status"] }],
  };
  await expect(entries().get({ id: "1" })).rejects.toMatchObject(error);
  await expect(entries({ validators: undefined }).get({ id: "1" })).resolves.toMatchObject({ status: "lost" });
  server.answer(
    raw(
      200,
      `${JSON.stringify({ ...plain, status: "lost" })}\n{"id":"?","party":{"kind":"person","age":1}}\n`,
      "application/x-ndjson",
    ),
  );
  const items: unknown[] = [];
  const feed = async () => {
    for await (const item of entries().feed()) items.push(item);
  };
  await expect(feed()).rejects.toMatchObject({ name: "DecodeError" });
  expect(items).toHaveLength(1);
  server.answer(raw(200, '{"id":1,"party":{"kind":"person","age":1}}\n', "application/x-ndjson"));
  await expect(feed()).rejects.toMatchObject({ code: "unknown", issues: [{ path: ["party", "age"] }] });
});

test("items of a stream, and of pages whose cursor and size stand in the body", async () => {
  server.answer(raw(200, `${wire.replaceAll("\n", "").replace('"more":1.0,', "")}\n`, "application/x-ndjson"));
  const items: unknown[] = [];
  for await (const item of entries().feed()) items.push(item);
  const { more: _, ...wanted } = seen;
  expect(items).toEqual([wanted]);

  const one = (id: string) => `{"id":${id},"created":1,"amount":1,"party":"p"}`;
  server.answer(
    raw(200, `{"entries":[${one("10000000000000000001")}],"next":"n"}`),
    raw(200, '{"entries":[],"next":null}'),
  );
  const ids: bigint[] = [];
  for await (const { id } of entries().search({ body: { text: "x" } })) ids.push(id);
  expect(ids).toEqual([10000000000000000001n]);
  expect(server.arrived.map(({ body }) => JSON.parse(body))).toEqual([
    { text: "x", limit: 50 },
    { text: "x", limit: 50, after: "n" },
  ]);
});

test("its types hold, and its contract suite", { timeout: 120_000 }, async () => {
  expect(readFileSync(`${version}schema.ts`, "utf8")).toContain(`export interface Entry {
  id: bigint;
  created: Date;
  closed?: Date | null;
  amount: string;
  fee?: number;
  parents?: string[];
`);
  expect(await typeCheckPackage(out)).toBe("");
  const script = fileURLToPath(new URL("./run-suites.ts", import.meta.url));
  const run = promisify(execFile)(process.execPath, [script, out, "*/contract.test.ts"]);
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout.match(/^(passed|failed).*/gm)?.map((line) => line.trim())).toEqual([
    "passed every operation has one case and one mock",
    "passed entries.create",
    "passed entries.feed",
    "passed entries.get",
    "passed entries.search",
  ]);
});
