/** Generated mocks where several operations fit one request: the handlers of all of them, in the order of the document. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { generatePackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/mocks-${process.pid}`, import.meta.url));
const server = setupServer();
// biome-ignore lint/suspicious/noExplicitAny: generated while the test runs
let generated: { mocks: any; handlers: any };

function operation(name: string): object {
  const schema = { type: "string", const: name };
  const answer = { description: "ok", content: { "application/json": { schema } } };
  return { get: { operationId: name, responses: { "200": answer } } };
}

const document = {
  openapi: "3.1.0",
  info: { title: "mocks", version: "1" },
  servers: [{ url: "https://things.example/v1" }],
  paths: {
    "/things/{id}": operation("one"),
    "/things/first": operation("first"),
    "/{kind}/first": operation("firstOfKind"),
    "/things": operation("all"),
    "/things?view=full": operation("full"),
    "/things?view=full&beta=true": operation("beta"),
    "/login#password": operation("password"),
    "/login#token": operation("token"),
  },
};

beforeAll(async () => {
  const spec = `${out}.json`;
  mkdirSync(dirname(spec), { recursive: true });
  writeFileSync(spec, JSON.stringify(document));
  await generatePackage(spec, out);
  generated = await import(pathToFileURL(join(out, "1/mocks.ts")).href);
  server.listen({ onUnhandledFrame: "error" });
}, 60_000);
afterEach(() => server.resetHandlers());
afterAll(() => {
  server.close();
  for (const path of [out, `${out}.json`]) rmSync(path, { recursive: true, force: true });
});

async function answerTo(path: string): Promise<unknown> {
  const response = await fetch(`https://things.example/v1${path}`);
  return response.json();
}

test.each<[path: string, wanted: string]>([
  ["/things/5", "one"],
  ["/things/first", "first"],
  ["/others/first", "firstOfKind"],
  ["/things", "all"],
  ["/things?view=short", "all"],
  ["/things?view=full", "full"],
  ["/things?beta=true&view=full&page=2", "beta"],
  // A fragment is not sent: nothing tells these two apart.
  ["/login", "password"],
])("%s is answered by %s, whatever the order of the handlers", async (path, wanted) => {
  const all = generated.handlers();
  server.use(...all);
  expect(await answerTo(path)).toBe(wanted);
  if (path === "/login") return;
  server.resetHandlers();
  server.use(...all.toReversed());
  expect(await answerTo(path)).toBe(wanted);
});

test("an answer of one's own to a template leaves the literal path alone", async () => {
  const id = Object.keys(generated.mocks).find((name) => /\bone$/i.test(name)) ?? "";
  server.use(...generated.handlers());
  server.use(generated.mocks[id]("mine"));
  expect(await answerTo("/things/5")).toBe("mine");
  expect(await answerTo("/things/first")).toBe("first");
});
