/** The emitted version at work: type-checked under the project's flags, validating, called under its own mocks. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, writeVersion } from "./emit-fixture.ts";
import { fixturePlan } from "./fixture-plan.ts";

const name = `emit-fixture-${process.pid}`;
const folder = writeVersion(name, fixturePlan());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: its types are checked by the compiler below, not here
async function load(path: string): Promise<any> {
  return import(pathToFileURL(join(folder, path)).href);
}

const consumer = `
import { createClient, type Charge, type ChargesCreateInput, type Source, type Vip } from "./index.ts";
import { createCharges } from "./charges.ts";
import { handlers, mocks } from "./mocks.ts";
import { validators } from "./validators/index.ts";

const client = createClient({ auth: { secretKey: async () => "sk" }, serverVariables: { shop: "abc1" }, tier: "sandbox", validators });
export const data: Charge = await client.charges.create({ body: { amount: 50, currency: "eur" } });
export function last4(source: Source): string {
  return source.object === "card" ? source.last4 : (source.owner ?? "");
}
export const status: Charge["status"] = "a value of tomorrow";
export async function follow(): Promise<string[]> {
  const ids: string[] = [];
  for await (const charge of client.charges.list({ limit: 5 })) ids.push(charge.id);
  for await (const page of client.customers.list().pages()) ids.push(...page.items.map((one) => one.id));
  return ids;
}
export async function outcome(input: ChargesCreateInput): Promise<string> {
  const result = await client.charges.create(input).result();
  if (result.ok) return result.data.id;
  return result.status === 402 ? (result.error.body.error.code ?? "") : result.error.message;
}
export const vip = (one: Vip): string => one.address.line1;
export const tenant: Charge = await client.forTenant("t", { auth: { secretKey: "x" } }).charges.create({ body: { amount: 50, currency: "usd" } });
await createCharges({ server: "live" }).delete({ charge: "ch_1" });
await client.files.upload({ body: { file: new Blob(["x"]), purpose: "p" } });
const bytes: Uint8Array = await client.files.download({ file: "f" });
export const count: number = bytes.length + handlers().length;
mocks["charges.create"](data, { status: 201 });
await client.customers.linked({}, { deadline: "20s" });

// @ts-expect-error an enumeration is closed in requests
await client.charges.create({ body: { amount: 50, currency: "xxx" } });
// @ts-expect-error the body is required
await client.charges.create({});
// @ts-expect-error options stand in the second place
await client.customers.linked({ deadline: "20s" });
// @ts-expect-error no such credential
createClient({ auth: { secret: "x" } });
// @ts-expect-error no such server variable value
createClient({ serverVariables: { region: "mars" } });
`;

test("compiles under the project's strict flags, and its types refuse what they should", () => {
  writeFileSync(join(folder, "consumer.ts"), consumer);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.json", include: ["**/*.ts"], exclude: [] }),
  );
  let output = "";
  try {
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    output = String((error as { stdout?: unknown }).stdout);
  }
  expect(output).toBe("");
}, 60_000);

describe("validators", () => {
  const validate = async (file: string, validator: string, value: unknown): Promise<boolean> => {
    const result = (await load(`validators/${file}.ts`))[validator]["~standard"].validate(value);
    return result.issues === undefined;
  };
  const charge = { id: "x", amount: 1, status: "pending", created: "now" };
  test.each<[string, string, string, unknown, boolean]>([
    ["a valid charge", "schema", "Charge", charge, true],
    ["an unknown field", "schema", "Charge", { ...charge, tomorrow: 1 }, true],
    ["an unknown enumeration value in a response", "schema", "Charge", { ...charge, status: "tomorrow" }, true],
    ["a missing field", "schema", "Charge", { id: "x" }, false],
    ["a wrong type", "schema", "Charge", { ...charge, amount: "1" }, false],
    ["a number beyond what is exact", "schema", "Charge", { ...charge, amount: 2 ** 60 }, false],
    ["null where it is allowed", "schema", "Charge", { ...charge, note: null }, true],
    ["null where it is not", "schema", "Charge", { ...charge, captured: null }, false],
    ["a recursive value", "schema", "Customer", { id: "a", parent: { id: "b", parent: { id: "c" } } }, true],
    ["a fault deep inside", "schema", "Customer", { id: "a", parent: { id: "b", parent: {} } }, false],
    ["a map", "schema", "Charge", { ...charge, metadata: { a: "b" } }, true],
    ["a map with a wrong value", "schema", "Charge", { ...charge, metadata: { a: 1 } }, false],
    ["a property required from outside", "schema", "Vip", { id: "a", address: { line1: "x" } }, true],
    ["the same, absent", "schema", "Vip", { id: "a" }, false],
    ["a member of a union", "schema", "Source", { object: "card", last4: "1234" }, true],
    ["no member of a union", "schema", "Source", { object: "cheque" }, false],
    ["a circle that was cut", "schema", "Animal", { name: "x", wings: 2 }, true],
    ["a tuple", "schema", "Pair", ["a", 1, "more"], true],
    ["a wrong tuple", "schema", "Pair", [1, "a"], false],
    ["one of two required fields", "schema", "Either", { b: "x" }, true],
    ["none of two required fields", "schema", "Either", {}, false],
    ["a valid request", "charges", "ChargesCreateInput", { body: { amount: 50, currency: "eur" } }, true],
    [
      "an enumeration value in a request",
      "charges",
      "ChargesCreateInput",
      { body: { amount: 50, currency: "xxx" } },
      false,
    ],
    ["a bound", "charges", "ChargesCreateInput", { body: { amount: 49, currency: "eur" } }, false],
    [
      "too long a text",
      "charges",
      "ChargesCreateInput",
      { body: { amount: 50, currency: "eur", description: "x".repeat(41) } },
      false,
    ],
    [
      "characters, not UTF-16 units",
      "charges",
      "ChargesCreateInput",
      { body: { amount: 50, currency: "eur", description: "😀".repeat(40) } },
      true,
    ],
    ["a pattern", "charges", "ChargesDeleteInput", { charge: "nope" }, false],
    ["a missing body", "charges", "ChargesCreateInput", {}, false],
    ["a file", "files", "FilesUploadInput", { body: { file: new Blob(["x"]), purpose: "p" } }, true],
    ["text instead of a file", "files", "FilesUploadInput", { body: { file: "x", purpose: "p" } }, false],
  ])("%s", async (_, file, validator, value, wanted) => expect(await validate(file, validator, value)).toBe(wanted));

  test("every status has its own, so that none falls back to `default`", async () => {
    const { validators } = await load("validators/index.ts");
    expect(Object.keys(validators)).toHaveLength(13);
    expect(Object.keys(validators["charges.create"].responses)).toEqual(["200", "402", "default"]);
    expect(Object.keys(validators["charges.delete"].responses)).toEqual(["204", "404"]);
  });
});

describe("the client under its own mocks", () => {
  const server = setupServer();
  const requests: Request[] = [];
  beforeAll(async () => {
    const { handlers } = await load("mocks.ts");
    server.use(...handlers());
    server.events.on("request:start", ({ request }) => requests.push(request.clone()));
    server.listen({ onUnhandledFrame: "error" });
  });
  afterAll(() => server.close());

  async function client() {
    const [{ createClient }, { validators }] = [await load("index.ts"), await load("validators/index.ts")];
    return createClient({
      auth: { secretKey: "sk_test", login: { user: "u", password: "p" } },
      serverVariables: { shop: "abc1" },
      validators,
    });
  }
  test("creates, deletes, uploads and downloads", async () => {
    const pay = await client();
    expect(await pay.charges.create({ body: { amount: 50, currency: "eur" } })).toMatchObject({ id: "ch_1" });
    const sent = requests.at(-1)!;
    expect(sent.url).toBe("https://abc1.api.example.com/v1/charges");
    expect(sent.headers.get("pay-version")).toBe("2026-09-30");
    expect(await sent.text()).toBe("amount=50&currency=eur");
    expect(await pay.charges.delete({ charge: "ch_1" })).toBeUndefined();
    expect(await pay.files.upload({ body: { file: new Blob(["x"]), purpose: "p" } })).toBeDefined();
    expect(new TextDecoder().decode(await pay.files.download({ file: "f" }))).toBe("text");
  });
  test("iterates every kind of page to an end", async () => {
    const pay = await client();
    for (const pages of [pay.charges.list(), pay.customers.list(), pay.customers.linked(), pay.customers.followed()]) {
      const items: unknown[] = [];
      for await (const item of pages) items.push(item);
      expect(items).toHaveLength(1);
    }
  });
});
