/** A document with every kind of media, generated as a person would: its types, its contract suite, its calls over a socket. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "../runtime/loopback.ts";
import { type GeneratedPackage, generatePackage, typeCheckPackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/media-${process.pid}`, import.meta.url));
let loopback: Loopback;
let generated: GeneratedPackage;
beforeAll(async () => {
  loopback = await startLoopback();
  generated = await generatePackage("test/conformance/media.openapi.yaml", out);
}, 60_000);
afterAll(async () => {
  await loopback.close();
  rmSync(out, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: its types are checked by the compiler below, not here
async function client(validate = true): Promise<any> {
  const { createClient } = await import(pathToFileURL(join(out, "1/index.ts")).href);
  const { validators } = await import(pathToFileURL(join(out, "1/validators/index.ts")).href);
  return createClient({ baseUrl: loopback.base, ...(validate && { validators }) });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const consumer = `
import { connect, type ItemStream, part, type ServerSentEvent } from "@couplet/runtime";
import { chatCreate } from "./chat.ts";
import { eventsFollow } from "./events.ts";
import { createClient, type Answer, type Change, type Image, type ImagesCreateInput, type Piece } from "./index.ts";
import { imagesDownload } from "./images.ts";

const client = createClient();
const file = new Blob(["x"]);
export const made: Image = await client.images.create({ body: { url: "u" } });
await client.images.create({ contentType: "application/vnd.image+json", body: { url: "u" }, "query.contentType": "x" });
await client.images.create({ contentType: "multipart/form-data", body: { file, files: [file], info: { url: "u" } } });
await client.images.create({ contentType: "multipart/form-data", body: { file: part(file.stream(), { fileName: "a" }) } });
await client.images.create({ contentType: "application/octet-stream", body: file.stream() });
await client.images.create({ contentType: "application/xml", body: "<a/>" });
export function narrow(input: ImagesCreateInput): unknown {
  return input.contentType === "multipart/form-data" ? input.body.file : input.contentType === undefined ? input.body.url : 0;
}
const { headers } = await client.images.create({ body: { url: "u" } }).withResponse();
export const left: number | undefined = headers["x-rate-remaining"];
export const id: string | undefined = headers["x-request-id"];
export const cached: boolean | undefined = headers["x-cached"];
export const sizes: number[] | undefined = headers["x-sizes"];
const result = await client.images.create({ body: { url: "u" } }).result();
export const again: number | undefined = result.ok ? result.headers["x-rate-remaining"] : undefined;

export const bytes: Uint8Array = await client.images.download({ id: "1" });
const { data, meta, headers: { etag } } = await client.images.download({ id: "1" }).stream();
export const body: ReadableStream<Uint8Array> = data;
export const names: (string | undefined)[] = [meta.fileName, etag];

for await (const { data } of client.events.follow()) { const one: Change = data; one.kind; }
const open: ItemStream<ServerSentEvent<Change>> = await client.events.follow();
open.cancel();
for await (const change of client.events.readLog()) change.kind;
for await (const tick of client.events.ticks()) tick.data.trim();
const followed = await client.events.follow().result();
export const reason: string | undefined = followed.ok ? undefined : followed.status === 404 ? followed.error.body.reason : "";
await client.events.writeLog({ body: [{ kind: "added" }] });
await client.events.writeLog({ body: (async function* () { yield { kind: "added" as const }; })() });

export const whole: Answer = await client.chat.create({ body: { prompt: "p" } });
for await (const { data } of client.chat.create({ body: { prompt: "p", stream: true } }, { accept: "text/event-stream" })) {
  const piece: Piece = data;
  piece.delta;
}
const few = connect(client2(), { chat: { create: chatCreate }, events: { follow: eventsFollow }, images: { download: imagesDownload } });
function client2() { return {}; }
export const whole2: Answer = await few.chat.create({ body: { prompt: "p" } });
for await (const { data } of few.chat.create({ body: { prompt: "p" } }, { accept: "text/event-stream" })) data.delta;
for await (const { data } of few.events.follow()) data.kind;
await few.images.download({ id: "1" }).stream();

await client.documents.patch({ id: "1", body: { id: "x" } });
await client.documents.patch({ id: "1", body: { id: "x" }, contentType: "application/strategic-merge-patch+json" });
await client.documents.addNote({ body: "<note/>" });

// @ts-expect-error the body is that of the media type
await client.images.create({ contentType: "multipart/form-data", body: { url: "u" } });
// @ts-expect-error the body is that of the preferred media type
await client.images.create({ body: { file } });
// @ts-expect-error not a declared media type
await client.images.create({ contentType: "text/csv", body: "a" });
// @ts-expect-error no such header
headers["x-other"];
// @ts-expect-error a value of an open enumeration only in responses
await client.events.writeLog({ body: [{ kind: "moved" }] });
// @ts-expect-error only what the document offers
client.chat.create({ body: { prompt: "p" } }, { accept: "text/csv" });
// @ts-expect-error one answer is none to iterate
for await (const one of client.chat.create({ body: { prompt: "p" } })) one;
`;

test("its types say what is there, and refuse what is not", { timeout: 60_000 }, async () => {
  writeFileSync(join(out, "1/consumer.ts"), consumer);
  expect(await typeCheckPackage(out)).toBe("");
});

test("its contract suite holds, streams included", { timeout: 60_000 }, async () => {
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

test.each<[string, object, string]>([
  ["the preferred media type", { body: { url: "u" } }, "application/json"],
  [
    "another of the same shape",
    { contentType: "application/vnd.image+json", body: { url: "u" } },
    "application/vnd.image+json",
  ],
  ["text", { contentType: "application/xml", body: "<a/>" }, "application/xml"],
  ["bytes", { contentType: "application/octet-stream", body: new Blob(["b"]) }, "application/octet-stream"],
])("a choice of bodies: %s", async (_, input, wanted) => {
  loopback.answer(json(201, { id: "1" }, { "x-rate-remaining": "7", "x-sizes": "1, 2" }));
  const { data, headers } = await (await client()).images.create(input).withResponse();
  expect([data, headers["x-rate-remaining"], headers["x-sizes"], headers["x-cached"]]).toEqual([
    { id: "1" },
    7,
    [1, 2],
    undefined,
  ]);
  expect(loopback.arrived[0]!.headers["content-type"]).toBe(wanted);
});

test("a choice of bodies: parts, with what the document says of them", async () => {
  loopback.answer(json(201, { id: "1" }));
  const body = { file: new Blob(["f"]), files: [new Blob(["g"]), new Blob(["h"])], info: { url: "u" } };
  await (await client()).images.create({ contentType: "multipart/form-data", body });
  const text = loopback.arrived[0]!.body;
  expect(text).toContain("Content-Type: image/png\r\nX-Part: one\r\n\r\nf\r\n");
  expect(text.match(/name="files"; filename="blob"/g)).toHaveLength(2);
  expect(text).toContain('name="info"\r\nContent-Type: application/json\r\n\r\n{"url":"u"}');
});

test.each<[string, object]>([
  ["the preferred one", { body: {} }],
  ["the chosen one", { contentType: "multipart/form-data", body: { url: "u" } }],
  ["none of them", { contentType: "text/csv", body: "a" }],
])("validators judge a body by its media type: %s", async (_, input) => {
  loopback.answer(json(201, { id: "1" }));
  const error = await (await client()).images.create(input).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "InputValidationError" });
  expect(loopback.arrived).toEqual([]);
});

test("streams in both directions", async () => {
  const { events, chat } = await client();
  loopback.answer((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end('event: change\ndata: {"kind":"added"}\n\ndata: {"kind":"a kind of tomorrow"}\n\n');
  });
  expect(await all(events.follow())).toEqual([
    { event: "change", data: { kind: "added" }, id: "" },
    { event: "message", data: { kind: "a kind of tomorrow" }, id: "" },
  ]);
  expect(await all(chat.create({ body: { prompt: "p", stream: true } }, { accept: "text/event-stream" }))).toHaveLength(
    2,
  );
  expect(loopback.arrived[1]).toMatchObject({ method: "POST", headers: { accept: "text/event-stream" } });
  loopback.answer((response) => response.writeHead(204).end());
  await events.writeLog({ body: [{ kind: "added" }, { kind: "removed" }] });
  expect(loopback.arrived[0]).toMatchObject({
    body: '{"kind":"added"}\n{"kind":"removed"}\n',
    headers: { "content-type": "application/x-ndjson" },
  });
});

test("a range of media types: the body says what it is", async () => {
  loopback.answer((response) => response.writeHead(204).end());
  await (await client()).documents.putPicture({ id: "1", body: new Blob(["x"], { type: "image/webp" }) });
  expect(loopback.arrived[0]!.headers["content-type"]).toBe("image/webp");
});
