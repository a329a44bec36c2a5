/** Ways to authenticate, from the policy's text to what a server gets: generated, type-checked, its contract suite run. */
import { execFile } from "node:child_process";
import { createHmac, generateKeyPairSync, verify } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Arrived, json, type Loopback, startLoopback } from "../runtime/loopback.ts";
import { generatePackage, typeCheckPackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/auth-${process.pid}`, import.meta.url));
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

interface Way {
  readonly policy: string;
  readonly options: object;
  /** What the server must have got, in order. */
  readonly check: (arrived: readonly Arrived[]) => void;
}
const apply = (value: string) => `apply: { header: X-Key, value: "${value}" }`;
const claimsOf = (jwt: string) => {
  const [head = "", body = "", signature = ""] = jwt.split(".");
  expect(verify("sha256", Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
};

const ways: Readonly<Record<string, Way>> = {
  jwtBearer: {
    policy: `
credentials: { account: { env: ACCOUNT }, key: { env: KEY, secret: true } }
auth:
  flow: jwtBearer
  tokenUrl: https://api.vault.example/token
  ${apply("{accessToken}")}
  sign: { scheme: rsa, key: { credential: key, id: k1 }, claims: { iss: "{account}" }, lifetime: 1m }`,
    options: { auth: { account: "app@vault.example", key: pem } },
    check: ([token, call]) => {
      const form = new URLSearchParams(token!.body);
      const claims = claimsOf(form.get("assertion")!);
      expect(claims).toMatchObject({ iss: "app@vault.example", sub: "app@vault.example" });
      expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(60);
      expect([...form.keys()]).toEqual(["grant_type", "assertion"]);
      expect(call?.headers["x-key"]).toBe("issued");
    },
  },
  privateKeyJwt: {
    policy: `
credentials: { clientId: { env: ID }, key: { env: KEY, secret: true } }
auth:
  flow: clientCredentials
  clientAuth: privateKeyJwt
  tokenUrl: https://api.vault.example/token
  ${apply("{accessToken}")}
  sign: { scheme: rsa, key: { credential: key } }`,
    options: { auth: { clientId: "client-1", key: pem } },
    check: ([token, call]) => {
      const form = new URLSearchParams(token!.body);
      expect(claimsOf(form.get("client_assertion")!)).toMatchObject({ iss: "client-1", sub: "client-1" });
      expect([form.get("grant_type"), form.get("client_secret")]).toEqual(["client_credentials", null]);
      expect(call?.headers["x-key"]).toBe("issued");
    },
  },
  session: {
    policy: `
credentials: { user: { env: USER_NAME }, password: { env: PASSWORD, secret: true } }
versions: { "1": { pin: { in: header, name: Vault-Version, value: "1" } } }
auth:
  flow: session
  session:
    operation: login
    token: $response.body#/data/token
    pass: { realm: eu, user: "{user}", password: "{password}" }
  ${apply("{accessToken}")}`,
    options: { auth: { user: "ada", password: "secret" } },
    check: ([login, call]) => {
      expect(login).toMatchObject({ method: "POST", url: "/v1/login/eu" });
      expect(JSON.parse(login!.body)).toEqual({ user: "ada", password: "secret" });
      expect([login?.headers["vault-version"], login?.headers["x-key"]]).toEqual(["1", undefined]);
      expect(call?.headers["x-key"]).toBe("issued");
    },
  },
  hmac: {
    policy: `
credentials: { id: { env: ID }, secret: { env: SECRET, secret: true } }
auth:
  flow: hmac
  sign: { hash: sha512, key: { credential: secret }, signed: "{timestamp}{method}{path}{rawBody}", encoding: base64 }
  apply:
    - { header: X-Key, value: "{id}" }
    - { header: X-Time, value: "{timestamp}" }
    - { header: X-Signature, value: "v1={signature}" }`,
    options: { auth: { id: "id-1", secret: "shared" } },
    check: ([call]) => {
      const content = `${call?.headers["x-time"]}POST/v1/items${call?.body}`;
      const wanted = createHmac("sha512", "shared").update(content).digest("base64");
      expect(call?.headers).toMatchObject({ "x-key": "id-1", "x-signature": `v1=${wanted}` });
    },
  },
  hook: {
    policy: `
credentials: { id: { env: ID } }
auth:
  flow: apiKey
  sign: { scheme: hook }
  apply: [{ header: X-Key, value: "{id}" }, { header: X-Signature, value: "{signature.hash};{signature.by}" }]`,
    options: { auth: { id: "id-1" }, sign: ({ method }: { method: string }) => ({ hash: `h-${method}`, by: "me" }) },
    check: ([call]) => expect(call?.headers["x-signature"]).toBe("h-POST;me"),
  },
  mode: {
    policy: `
credentials: { key: { env: KEY, secret: true } }
auth: { mode: { live: "^live_", sandbox: "^test_" }, ${apply("{key}")} }`,
    options: { auth: { key: "test_1" }, mode: "sandbox" },
    check: ([call]) => expect(call?.headers["x-key"]).toBe("test_1"),
  },
};

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
  mkdirSync(out, { recursive: true });
});
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await server.close();
});

describe.each(Object.entries(ways))("%s", (name, { policy, options, check }) => {
  const folder = join(out, name);
  let entry: string;
  beforeAll(async () => {
    const file = join(out, `${name}.policy.yaml`);
    writeFileSync(file, `policy: "1.0"\nprovider: vault\n${policy}\n`);
    ({ entry } = await generatePackage("test/conformance/auth.openapi.yaml", folder, "--policy", file));
  }, 60_000);

  test("does what the policy says", async () => {
    server.answer((response, request) =>
      json(200, { access_token: "issued", data: { token: "issued" } })(response, request),
    );
    const { createClient } = (await import(entry)) as {
      createClient(options: object): { items: { create(input: object): Promise<unknown> } };
    };
    const here: typeof fetch = (url, init) =>
      fetch(String(url).replace("https://api.vault.example", server.base), init);
    await createClient({ ...options, fetch: here }).items.create({ body: { name: "ä" } });
    check(server.arrived);
  });
});

test("their types hold, and all contract suites", { timeout: 120_000 }, async () => {
  expect(await typeCheckPackage(join(out, "mode"))).toBe("");
  const script = fileURLToPath(new URL("./run-suites.ts", import.meta.url));
  const run = promisify(execFile)(process.execPath, [script, out, "*/*/contract.test.ts"]);
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error);
  const lines = stdout.match(/^(passed|failed).*/gm)?.map((line) => line.trim());
  const wanted = ["passed every operation has one case and one mock", "passed items.create", "passed sessions.login"];
  expect(lines?.sort()).toEqual(wanted.flatMap((line) => Object.keys(ways).map(() => line)));
});
