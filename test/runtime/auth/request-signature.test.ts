import { createHash, createHmac, generateKeyPairSync, verify } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hookSignature, inQuery, keySignature, staticCredential } from "../../../runtime/codegen.ts";
import type { AuthScheme, RequestSignature, SigningKey } from "../../../runtime/descriptor.ts";
import type { SignRequest } from "../../../runtime/index.ts";
import { json, type Loopback, startLoopback } from "../loopback.ts";
import { rejection } from "../pay-client.ts";
import { type SimulatedClock, simulatedClock } from "../simulated-clock.ts";
import { authClient } from "./auth-client.ts";

let server: Loopback;
let clock: SimulatedClock;
beforeEach(async () => {
  server = await startLoopback();
  clock = simulatedClock();
  server.answer(json(200, {}, { date: new Date(clock.now()).toUTCString() }));
});
afterEach(() => server.close());

const shared = "planted-signing-secret";
const hmac: SigningKey = { algorithm: "hmac", hash: "sha256", key: "{secret}", encoding: "utf8" };
type Signed = Extract<RequestSignature, { readonly signed: string }>;

function signing(changes: Partial<Signed> = {}, apply: AuthScheme["apply"] = standard): Partial<AuthScheme> {
  const sign = { use: keySignature, key: hmac, signed: "{method}\n{path}\n{timestamp}", encoding: "hex", ...changes };
  return { apply, sign: sign as Signed };
}
const header = (name: string, value: string) => ({ in: "header", name, value }) as const;
const standard = [header("X-Time", "{timestamp}"), header("X-Signature", "{signature}")];
const options = (more: object = {}) => ({ clock, auth: { secret: shared }, ...more });
const pem = { credentials: { secret: { pem: true } } } as const;
const time = () => String(Math.floor(clock.now() / 1_000));

describe("a signature with a key", () => {
  type Row = readonly [what: string, signed: string, expected: (host: string) => string | Buffer];
  const body = '{"name":"ä"}';
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  test.each<Row>([
    ["method, path and moment", "{method}\n{path}\n{timestamp}", () => `POST\n/v1/items\n${time()}`],
    ["milliseconds", "{timestampMs}", () => String(clock.now())],
    ["the moment as text", "{timestampIso}", () => "2026-11-22T00:00:00Z"],
    ["the body", "{timestamp}.{rawBody}", () => `${time()}.${body}`],
    ["the body twice", "{rawBody}|{rawBody}", () => `${body}|${body}`],
    ["its digest", "{bodySha256}", () => digest(body)],
    ["the host", "{host}{path}", (host) => `${host}/v1/items`],
    ["a credential", "{keyId}:{method}", () => "id-1:POST"],
  ])("over %s", async (_, signed, expected) => {
    const client = authClient(server.base, signing({ signed }), options({ auth: { secret: shared, keyId: "id-1" } }));
    await client.items.create({ body: { name: "ä" } });
    const host = new URL(server.base).host;
    expect(server.arrived[0]?.body).toBe(body);
    expect(server.arrived[0]?.headers["x-signature"]).toBe(
      createHmac("sha256", shared).update(expected(host)).digest("hex"),
    );
  });

  test("over the query as it is sent, and over bytes that are no text", async () => {
    const client = authClient(server.base, signing({ signed: "{path}?{query}" }), options());
    await client.items.get({ id: "a b", q: "x&y" });
    expect(server.arrived[0]?.url).toBe("/v1/items/a%20b?q=x%26y");
    expect(server.arrived[0]?.headers["x-signature"]).toBe(
      createHmac("sha256", shared).update(server.arrived[0]!.url).digest("hex"),
    );
    const bytes = new Uint8Array([0, 255, 128, 10]);
    for (const body of [bytes, bytes.buffer, new Blob([bytes])]) {
      await authClient(server.base, signing({ signed: "<{rawBody}>" }), options()).items.upload({ body });
      const wanted = createHmac("sha256", shared).update("<").update(bytes).update(">").digest("hex");
      expect(server.arrived.at(-1)?.headers["x-signature"]).toBe(wanted);
    }
  });

  test.each(["hex", "base64", "base64url"] as const)(
    "written as %s, with the key written as base64",
    async (encoding) => {
      const key = { ...hmac, hash: "sha512", encoding: "base64" } as const;
      const client = authClient(
        server.base,
        signing({ key, encoding }),
        options({ auth: { secret: Buffer.from(shared).toString("base64") } }),
      );
      await client.items.get({ id: "1" });
      const wanted = createHmac("sha512", shared).update(`GET\n/v1/items/1\n${time()}`).digest(encoding);
      expect(server.arrived[0]?.headers["x-signature"]).toBe(wanted);
    },
  );

  test.each([
    ["rsa", "sha256", generateKeyPairSync("rsa", { modulusLength: 2048 }), "pkcs8"],
    ["rsa", "sha512", generateKeyPairSync("rsa", { modulusLength: 2048 }), "pkcs1"],
    ["ecdsa", "sha256", generateKeyPairSync("ec", { namedCurve: "P-256" }), "pkcs8"],
    ["ecdsa", "sha384", generateKeyPairSync("ec", { namedCurve: "P-384" }), "pkcs8"],
    ["ed25519", "sha256", generateKeyPairSync("ed25519"), "pkcs8"],
  ] as const)("%s with %s", async (algorithm, hash, { privateKey, publicKey }, type) => {
    const written = privateKey.export({ type: type as "pkcs8", format: "pem" }).toString();
    for (const secret of [written, written.trim().replaceAll("\n", "\\n")]) {
      const key = { algorithm, hash, key: "{secret}", encoding: "pem" } as const;
      const client = authClient(server.base, signing({ key, encoding: "base64" }), options({ auth: { secret } }), pem);
      await client.items.get({ id: "1" });
      const signature = Buffer.from(String(server.arrived.at(-1)?.headers["x-signature"]), "base64");
      const content = Buffer.from(`GET\n/v1/items/1\n${time()}`);
      const how = algorithm === "ecdsa" ? ({ key: publicKey, dsaEncoding: "ieee-p1363" } as const) : publicKey;
      expect(verify(algorithm === "ed25519" ? null : hash, content, how, signature)).toBe(true);
    }
  });

  test.each<[string, Partial<SigningKey>, string, RegExp]>([
    ["not hexadecimal", { encoding: "hex" }, "planted-key-zz", /signing key is not hexadecimal/],
    ["not base64", { encoding: "base64" }, "planted key!", /signing key is not base64/],
    ["no PEM", { algorithm: "rsa", encoding: "pem" }, "planted-key", /is not PEM/],
    [
      "PEM of a curve",
      { algorithm: "ecdsa", encoding: "pem" },
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }).toString(),
      /openssl pkcs8/,
    ],
    [
      "another curve",
      { algorithm: "ecdsa", encoding: "pem" },
      generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      /is not a private P-256 key/,
    ],
  ])("a key that is %s is told without its text, and nothing is sent", async (_, key, secret, message) => {
    const client = authClient(server.base, signing({ key: { ...hmac, ...key } }), options({ auth: { secret } }), pem);
    const error = await rejection(client.items.get({ id: "1" }));
    expect(error).toMatchObject({ effect: "none", attempts: 0, code: "credential" });
    expect(error.message).toMatch(message);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(secret.split("\n")[1] ?? secret);
    expect(server.arrived).toHaveLength(0);
  });

  test("each attempt and each redirect is signed anew; credentials that stay the same are there too", async () => {
    const moved = (response: import("node:http").ServerResponse) =>
      response.writeHead(307, { location: "/v1/b" }).end();
    server.answer(moved, json(200, {}));
    const apply = [header("X-Key", "{keyId}"), header("X-Nonce", "{nonce}"), ...standard];
    const scheme = signing({ signed: "{path}{nonce}" }, apply);
    await authClient(server.base, scheme, options({ auth: { secret: shared, keyId: "id-1" } })).items.get({ id: "1" });
    const nonces = server.arrived.map(({ headers }) => String(headers["x-nonce"]));
    expect(new Set(nonces).size).toBe(2);
    expect(server.arrived.map(({ headers }) => headers["x-key"])).toEqual(["id-1", "id-1"]);
    for (const { url, headers } of server.arrived) {
      const wanted = createHmac("sha256", shared).update(`${url}${headers["x-nonce"]}`).digest("hex");
      expect(headers["x-signature"]).toBe(wanted);
    }
  });

  test("a signature in the query covers the query without it", async () => {
    const query = (name: string, value: string) => ({ in: "query", name, value, place: inQuery }) as const;
    const scheme = signing({ signed: "{query}" }, [query("ts", "{timestamp}"), query("sig", "{signature}")]);
    await authClient(server.base, scheme, options()).items.get({ id: "1", q: "x" });
    const { searchParams } = new URL(server.arrived[0]!.url, server.base);
    const wanted = createHmac("sha256", shared).update(`q=x&ts=${time()}`).digest("hex");
    expect(searchParams.get("sig")).toBe(wanted);
  });

  test("a stream cannot be signed, and is not sent", async () => {
    const error = await rejection(
      authClient(server.base, signing(), options()).items.upload({ body: new Blob(["x"]).stream() }),
    );
    expect(error).toMatchObject({ effect: "none", attempts: 0 });
    expect(error.message).toMatch(/stream cannot be signed.*Blob/);
    expect(server.arrived).toHaveLength(0);
  });
});

describe("a signature by the application", () => {
  const scheme: Partial<AuthScheme> = {
    use: staticCredential,
    sign: { use: hookSignature },
    apply: [header("X-Date", "{timestampIso}"), header("Authorization", "SIG id={signature.id},v={signature.value}")],
  };
  test("sees the request as it will be sent, and cannot change it", async () => {
    const sign: SignRequest = ({ operation, method, url, headers, body, timestamp, tenant }) => {
      const seen = [operation, tenant, method, url.pathname, headers.get("x-date"), new TextDecoder().decode(body)];
      headers.set("x-evil", "1");
      url.pathname = "/evil";
      expect(timestamp).toBe(clock.now());
      return { id: "a", value: createHash("sha256").update(JSON.stringify(seen)).digest("hex") };
    };
    await authClient(server.base, scheme, options({ sign })).items.create({ body: { a: 1 } }, { tenant: "t1" });
    const [request] = server.arrived;
    const wanted = JSON.stringify(["items.create", "t1", "POST", "/v1/items", "2026-11-22T00:00:00Z", '{"a":1}']);
    expect(request?.headers.authorization).toBe(`SIG id=a,v=${createHash("sha256").update(wanted).digest("hex")}`);
    expect(request?.url).toBe("/v1/items");
    expect(request?.headers["x-evil"]).toBeUndefined();
  });

  test.each<[string, unknown, RegExp]>([
    ["is not given", undefined, /createClient\(\{ sign \}\)/],
    ["throws", () => Promise.reject(new Error("no key")), /the function given as sign failed/],
    ["returns nothing", () => undefined, /returned is undefined/],
    ["leaves out a part", () => ({ id: "a" }), /"signature" has no part "value"/],
    ["breaks the line", () => ({ id: "a", value: "b\r\nX-Evil: 1" }), /cannot stand in a header/],
  ])("that %s fails before anything is sent", async (_, sign, message) => {
    const error = await rejection(authClient(server.base, scheme, options({ sign })).items.get({ id: "1" }));
    expect(error).toMatchObject({ effect: "none", attempts: 0, code: "credential" });
    expect(error.message).toMatch(message);
    expect(server.arrived).toHaveLength(0);
  });
});

describe("a signature that goes wrong", () => {
  const scheme: Partial<AuthScheme> = {
    sign: { use: hookSignature },
    apply: [header("Authorization", "Bearer {secret}"), header("X-Signature", "{signature}")],
  };

  test.each([{ timeout: 30 }, { deadline: 30 }])("and hangs: nothing was sent, %j", async (limit) => {
    const sign = () => new Promise<string>(() => {});
    const { items } = authClient(server.base, scheme, options({ sign }));
    const error = await rejection(items.create({ body: {} }, limit));
    expect(error).toMatchObject({ name: "TimeoutError", effect: "none", attempts: 0 });
    expect(server.arrived).toHaveLength(0);
  });

  test("may not repeat the credentials that it saw", async () => {
    const sign: SignRequest = ({ headers }) => {
      throw Object.assign(new Error(`no signature for ${headers.get("authorization")}`), { config: { headers } });
    };
    const error = await rejection(authClient(server.base, scheme, options({ sign })).items.get({ id: "1" }));
    expect(inspect(error, { depth: 9 })).not.toContain(shared);
    expect(String(error.cause)).toBe("Error: no signature for [redacted]");
  });
});

describe("clocks that differ", () => {
  const skews = (ms: number, more: Record<string, string> = {}) => {
    const date = () => new Date(clock.now() + ms).toUTCString();
    server.answer((response, { headers }) => {
      const off = Math.abs(Number(headers["x-time"]) * 1_000 - (clock.now() + ms));
      json(off < 15_000 ? 200 : 401, {}, { date: date(), ...more })(response, undefined as never);
    });
  };
  const call = (client: ReturnType<typeof authClient>) => client.items.get({ id: "1" });

  test.each([600_000, -600_000, 31_000])("%d ms: one replay with the server's time, then none", async (ms) => {
    skews(ms);
    const client = authClient(server.base, signing(), options());
    await call(client);
    expect(server.arrived).toHaveLength(2);
    await call(client);
    expect(server.arrived).toHaveLength(3);
  });

  test("calls that run at the same time are each corrected", async () => {
    skews(600_000);
    const client = authClient(server.base, signing(), options());
    await Promise.all(Array.from({ length: 10 }, () => call(client)));
    expect(server.arrived).toHaveLength(20);
  });

  test("a server that swings is not followed without end", async () => {
    let ahead = 0;
    server.answer((response) => {
      ahead += 600_000;
      json(401, {}, { date: new Date(clock.now() + ahead).toUTCString() })(response, undefined as never);
    });
    await rejection(call(authClient(server.base, signing(), options())));
    expect(server.arrived).toHaveLength(2);
  });

  test.each<[string, number, Record<string, string>]>([
    ["less than half a minute", 20_000, {}],
    ["the Date of a cache", 600_000, { age: "0" }],
    ["a Date that is none", 600_000, { date: "yesterday" }],
  ])("%s corrects nothing", async (_, ms, headers) => {
    skews(ms, headers);
    expect((await rejection(call(authClient(server.base, signing(), options())))).name).toBe("AuthenticationError");
    expect(server.arrived).toHaveLength(1);
  });
});
