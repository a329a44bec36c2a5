/** Operations that name one another, and answers that are kept, generated as a person would: types, contract suite, calls. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "../runtime/loopback.ts";
import { type GeneratedPackage, generatePackage, typeCheckPackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/linked-${process.pid}`, import.meta.url));
let loopback: Loopback;
let generated: GeneratedPackage;
beforeAll(async () => {
  loopback = await startLoopback();
  const policy = ["--policy", "test/conformance/linked.policy.yaml"];
  generated = await generatePackage("test/conformance/linked.openapi.yaml", out, ...policy);
}, 60_000);
afterAll(async () => {
  await loopback.close();
  rmSync(out, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: its types are checked by the compiler below, not here
async function client(options: object = { baseUrl: loopback.base }): Promise<any> {
  const { createClient } = await import(pathToFileURL(join(out, "1/index.ts")).href);
  const { validators } = await import(pathToFileURL(join(out, "1/validators/index.ts")).href);
  return createClient({ auth: { token: "t" }, validators, ...options });
}
const requests = () => loopback.arrived.map(({ method, url }) => `${method} ${url}`);

const consumer = `
import { connect } from "@couplet/runtime";
import { exportsStart } from "./exports.ts";
import { createClient, type Export, type File, type Label, type Receipt, type Ticket } from "./index.ts";

const client = createClient();
const call = client.exports.start({ body: { kind: "all" } });
export const ticket: Ticket = await call;
export const file: File = await call.completed({ deadline: "1h" });
const resumed = client.states.getExport({ id: ticket.export.id });
export const state: Export = await resumed;
export const same: File = await resumed.completed();
export const label: Label = await client.labels.get({ id: "1" }).completed();
export const few: File = await connect({}, { exports: { start: exportsStart } }).exports.start({ body: {} }).completed();
export const receipt: Receipt = await client.events.trackEvent({ body: { name: "a" } });
const { meta } = await client.labels.get({ id: "1" }).withResponse();
export const kept: "fresh" | "revalidated" | undefined = meta.cached;

// @ts-expect-error what ends when it answers is not waited for
client.exports.cancel({ id: "1" }).completed();
// @ts-expect-error a duration has a unit
call.completed({ deadline: "20" });
`;

test("its types say what is there, and refuse what is not", { timeout: 60_000 }, async () => {
  writeFileSync(join(out, "1/consumer.ts"), consumer);
  expect(await typeCheckPackage(out)).toBe("");
});

test("its contract suite holds: single calls, whatever they are part of", { timeout: 60_000 }, async () => {
  const script = fileURLToPath(new URL("./run-suites.ts", import.meta.url));
  const child = spawn(process.execPath, [script, out, "*/contract.test.ts"]);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  await once(child, "close");
  const lines = text.trim().split(/\n(?=passed |failed )/);
  expect(lines.filter((line) => !line.startsWith("passed "))).toEqual([]);
  expect(lines).toHaveLength(generated.operations + 1);
});

test("its documents say it", () => {
  const read = (file: string) => readFileSync(join(out, file), "utf8");
  expect(read("1/api.md")).toContain(
    "`Ticket`, completed `File` by states.getExport every 10 ms × 2 up to 30 ms, for 5 s",
  );
  expect(read("1/api.md")).toContain("kept: given for 60 s, asked again by ETag");
  expect(read("1/api.md")).toContain("joined into events.trackEvents, up to 50 or 1000000 bytes, after 10 ms");
  expect(read("README.md")).toContain("### Ends that come later");
  expect(read("README.md")).toContain("### Kept answers");
  expect(read("README.md")).toContain("### Joined calls");
});

test("started, waited for, and found again after a crash", async () => {
  const state = (status: string, more: object = {}): Answer => json(200, { id: "e 1", status, ...more });
  const done = state("done", { file: { url: "u" } });
  loopback.answer(json(202, { export: { id: "e 1" } }), state("running"), done);
  const call = (await client()).exports.start({ body: {} });
  const { export: started } = await call;
  expect(await call.completed()).toEqual({ url: "u" });
  expect(requests()).toEqual(["POST /exports", "GET /exports/e%201", "GET /exports/e%201"]);
  loopback.answer(state("running"), done);
  expect(await (await client()).states.getExport(started).completed()).toEqual({ url: "u" });
});

test("a state that is both kept and waited for: a wait does not go by what is kept", async () => {
  const label = (state: string): Answer => json(200, { state }, { etag: `"${state}"` });
  loopback.answer(label("new"), label("new"), label("ready"));
  const { labels } = await client();
  expect(await labels.get({ id: "1" }).completed()).toEqual({ state: "ready" });
  expect(requests()).toHaveLength(3);
  expect((await labels.get({ id: "1" }).withResponse()).meta.cached).toBe("fresh");
});

test("joined, with a key in each item, so the whole is sent again after a reset", async () => {
  const names = (text: string) => (JSON.parse(text) as { batch: { name: string }[] }).batch.map(({ name }) => name);
  loopback.answer(
    (response) => response.destroy(),
    (response, request) =>
      json(200, {
        results: names(request.body).map((name) => ({ name })),
        errors: names(request.body).map((name) => (name === "b" ? { reason: "spam" } : null)),
      })(response, request),
  );
  const { events } = await client();
  const [a, b, bad] = await Promise.all(
    [{ name: "a" }, { name: "b" }, { nam: "c" }].map((body) => events.trackEvent({ body }).result()),
  );
  expect(a).toMatchObject({ ok: true, data: { name: "a" } });
  expect(b).toMatchObject({
    ok: false,
    status: 200,
    error: { code: "item", effect: "none", body: { reason: "spam" } },
  });
  expect(bad).toMatchObject({ ok: false, error: { name: "InputValidationError" } });
  expect(requests()).toEqual(["POST /events/batch", "POST /events/batch"]);
  expect(loopback.arrived[1]!.body).toBe(loopback.arrived[0]!.body);
  expect(JSON.parse(loopback.arrived[0]!.body)).toMatchObject({
    batch: [
      { name: "a", type: "track", messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { name: "b", type: "track" },
    ],
  });
});

test("its mocks come to an end", async () => {
  const { handlers } = await import(pathToFileURL(join(out, "1/mocks.ts")).href);
  const server = setupServer(...handlers());
  server.listen({ onUnhandledFrame: "error" });
  try {
    const { exports, labels } = await client({});
    expect(await exports.start({ body: {} }).completed()).toMatchObject({ url: expect.any(String) });
    expect(await labels.get({ id: "1" }).completed()).toMatchObject({ state: "ready" });
  } finally {
    server.close();
  }
});
