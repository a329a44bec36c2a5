import { type BaseClientOptions, type Connection, connect, createConnection } from "@couplet/runtime";
import { buildClient, createNamespace, type TenantOptions } from "@couplet/runtime/codegen/v1";
import { expect, expectTypeOf, test } from "vitest";
import { chargesCreate, chargesGet, chargesList, connector, define, keyedPolicy } from "./pay.ts";

interface Seen {
  readonly url: string;
  readonly authorization: string | null;
}

function recorder(): { readonly seen: Seen[]; readonly fetch: typeof fetch } {
  const seen: Seen[] = [];
  return {
    seen,
    fetch: (async (url: string, init: RequestInit) => {
      seen.push({ url, authorization: (init.headers as Headers).get("authorization") });
      return Response.json({ id: "ch_1" });
    }) as typeof fetch,
  };
}

interface Charges {
  get(input: { charge: string }): Promise<{ id: string }>;
}
interface Client {
  readonly charges: Charges;
  forTenant(tenant: string, options?: TenantOptions<{ secretKey?: string }>): Client;
}
const createCharges = (options: BaseClientOptions | Connection = {}): Charges =>
  createNamespace(connector, options, { get: chargesGet });
const createClient = (options: BaseClientOptions = {}): Client =>
  buildClient(connector, options, { charges: createCharges });

test("namespaces are made when they are first read, and once", () => {
  let made = 0;
  const client = buildClient<{ readonly a: object }>(connector, {}, { a: () => ({ made: ++made }) });
  expect(made).toBe(0);
  expect(Object.keys(client)).toEqual(["a"]);
  expect(client.a).toBe(client.a);
  expect(made).toBe(1);
});

test("all doors lead to the same call", async () => {
  const { seen, fetch } = recorder();
  const options = { auth: { secretKey: "k" }, fetch };
  await createClient(options).charges.get({ charge: "1" });
  await createCharges(options).get({ charge: "1" });
  await createCharges(createConnection(connector, options)).get({ charge: "1" });
  await connect(options, { charges: { get: chargesGet } }).charges.get({ charge: "1" });
  await connect(createConnection(chargesGet, options), { charges: { get: chargesGet } }).charges.get({ charge: "1" });
  expect(seen).toEqual(Array(5).fill({ url: "https://api.pay.example/v1/charges/1", authorization: "Bearer k" }));
});

test("a tenant's view has its own credentials and keeps the rest", async () => {
  const { seen, fetch } = recorder();
  const client = createClient({ auth: { secretKey: "all" }, fetch });
  const one = client.forTenant("t1", { auth: { secretKey: "one" } });
  await one.charges.get({ charge: "1" });
  await one.forTenant("t2").charges.get({ charge: "1" });
  await client.charges.get({ charge: "1" });
  expect(seen.map(({ authorization }) => authorization)).toEqual(["Bearer one", "Bearer one", "Bearer all"]);
  expect(() => client.forTenant("")).toThrow(/tenant/);
});

test("the tenant is part of a derived key", async () => {
  const keys: (string | null)[] = [];
  const fetch = (async (_url: string, init: RequestInit) => {
    keys.push((init.headers as Headers).get("idempotency-key"));
    return Response.json({});
  }) as never;
  const create = (tenant: string) =>
    createNamespace<{ create(input: object, options: object): Promise<unknown> }>(
      connector,
      { tenant, auth: { secretKey: "k" }, fetch },
      { create: chargesCreate },
    );
  for (const tenant of ["a", "a", "b"]) await create(tenant).create({ body: {} }, { businessId: "order:1" });
  await create("b").create({ body: {} }, { businessId: "order:1", tenant: "a" });
  expect(keys[0]).toMatch(/^[a-z2-7]+$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(keys[3]).toBe(keys[0]);
});

test("names from a document are only names", async () => {
  const { seen, fetch } = recorder();
  const names = ["__proto__", "constructor", "toString"];
  const operations = Object.fromEntries(names.map((name) => [name, chargesGet]));
  const odd = createNamespace<Record<string, (input: object) => Promise<unknown>>>(
    connector,
    { auth: { secretKey: "k" }, fetch },
    operations,
  );
  expect(Object.keys(odd).sort()).toEqual([...names].sort());
  for (const name of names) await odd[name]!({ charge: "1" });
  expect(seen).toHaveLength(3);
});

test("inputs are read by own properties, and must be objects", async () => {
  const { fetch } = recorder();
  const { a } = connect({ auth: { secretKey: "k" }, fetch }, { a: { get: chargesGet } });
  await expect(a.get(Object.create({ charge: "1" }))).rejects.toMatchObject({ issues: [{ path: ["charge"] }] });
  await expect(a.get("x" as never)).rejects.toMatchObject({ name: "InputValidationError" });
  await expect(a.get(null as never)).rejects.toMatchObject({ name: "InputValidationError" });
});

test("faults of a client are told when it is made", () => {
  expect(() => createClient({ baseUrl: "nowhere" })).toThrow(/baseUrl/);
  expect(() => createClient({ server: "x" })).toThrow(/Unknown server/);
  expect(() => connect({}, {})).toThrow(/at least one/);
  const foreign = define({ connector: { ...connector, provider: "shop" } });
  expect(() => connect({}, { a: { get: chargesGet, foreign } })).toThrow(/one provider/);
  expect(() => createNamespace(foreign.connector, createConnection(connector), {})).toThrow(/needs its own/);
});

test("an operation's own server", async () => {
  const { seen, fetch } = recorder();
  const upload = define({ server: "https://files.pay.example/v2" });
  await connect({ auth: { secretKey: "k" }, fetch }, { a: { upload } }).a.upload();
  expect(seen[0]!.url).toBe("https://files.pay.example/v2/charges");
  await expect(
    connect({ fetch }, { a: { bad: define({ server: "http://files.pay.example" }) } }).a.bad(),
  ).rejects.toThrow(/https/);
});

test("constants of the policy: path, query and header, and no credentials where none are due", async () => {
  const { seen, fetch } = recorder();
  const policy = { ...keyedPolicy, path: { version: "2026-10" }, query: { api: "1 2" } };
  const open = define({
    path: "/{version}/a b/{id}.json",
    policy,
    security: [],
    parameters: [
      { name: "id", in: "path", required: true },
      { name: "q", in: "query" },
    ],
  });
  await connect({ fetch }, { a: { open } }).a.open({ id: "7", q: "x" });
  expect(seen).toEqual([{ url: "https://api.pay.example/v1/2026-10/a%20b/7.json?api=1%202&q=x", authorization: null }]);
});

test("cookies of parameters", async () => {
  let cookie: string | null = null;
  const fetch = (async (_url: string, init: RequestInit) => {
    cookie = (init.headers as Headers).get("cookie");
    return Response.json({});
  }) as never;
  const get = define({
    security: [],
    parameters: [
      { name: "a", in: "cookie" },
      { name: "b", in: "cookie" },
    ],
  });
  await connect({ fetch }, { a: { get } }).a.get({ a: "1;2", b: 3 });
  expect(cookie).toBe("a=1%3B2; b=3");
});

test("the types of connect", () => {
  const client = connect({}, { charges: { get: chargesGet, list: chargesList } });
  expectTypeOf(client.charges.get).parameter(0).toEqualTypeOf<{ charge: string }>();
  expectTypeOf(client.charges.list)
    .parameter(0)
    .toEqualTypeOf<{ limit?: number; starting_after?: string } | undefined>();
  type Listed = ReturnType<typeof client.charges.list>;
  expectTypeOf<Listed[typeof Symbol.asyncIterator]>().toBeFunction();
  expectTypeOf<Awaited<Listed>>().toEqualTypeOf<{ data: { id: string }[] }>();
});

test.each<[string, object, RegExp]>([
  ["validators without their code", { validators: { "charges.get": {} } }, /made by validatorsOf/],
  ["a rate store that may fail", { stores: { rates: { processes: 1 } } }, /withLocalShare\(store\)/],
  ["a tier that no limit has", { tier: "gold" }, /has no tier "gold"; known tiers: none/],
])("%s are refused when the client is made", (_, options, message) => {
  const { limits: _limits, ...unlimited } = connector;
  for (const of of "tier" in options ? [connector, unlimited] : [connector])
    expect(() => createConnection(of, options)).toThrow(message);
});

test("a descriptor that does not name what it needs fails loudly, before anything is sent", async () => {
  const { seen, fetch } = recorder();
  const { write: _, ...silent } = define({ parameters: [{ name: "q", in: "query", style: "form" }], security: [] });
  const { a } = connect({ fetch }, { a: { get: silent } });
  await expect((a.get as (input: object) => Promise<unknown>)({ q: 1 })).rejects.toMatchObject({
    code: "given",
    effect: "none",
  });
  expect(seen).toEqual([]);
});
