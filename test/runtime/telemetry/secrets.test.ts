/** Law: whatever a provider or a transport repeats, no planted secret stands in an event, an error, a log line, a span or a metric. */
import { inspect } from "node:util";
import { type BaseClientOptions, connect, logTo, validatorsOf } from "@couplet/runtime";
import {
  basicCredential,
  type Connector,
  callAttributes,
  deprecationNotices,
  inQuery,
  jsonBody,
  type Policy,
  staticCredential,
  versionEcho,
} from "@couplet/runtime/codegen/v1";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../runs.ts";
import { connector, define, keyedPolicy, skippingClock } from "../pay.ts";
import { oauthConnector, refreshingConnector } from "./oauth-connector.ts";
import { recorder } from "./recorder.ts";
import { inMemory } from "./sdk.ts";

const planted = {
  apiKey: "sk_live_planted+key/1=",
  queryKey: "planted&query key%2",
  password: 'planted"pass:word',
  clientSecret: "planted/client+secret",
  refreshToken: "planted-refresh-token",
  accessToken: "planted.access.token",
};
const secrets = Object.values(planted);

const policy: Policy = {
  ...keyedPolicy,
  requestId: { from: "header", name: "x-echo" },
  readAttributes: callAttributes,
  attributes: { echo: { from: "header", name: "x-echo" }, note: { from: "body", path: ["note"] } },
  validation: { request: "strict", response: "warn" },
  errors: [
    {
      when: { op: "matches", left: { from: "body", path: ["error", "message"] }, pattern: "." },
      as: "CardError",
      code: { from: "body", path: ["error", "code"] },
      message: { from: "body", path: ["error", "message"] },
      detail: { from: "body", path: ["note"] },
    },
  ],
};

const kinds: Readonly<Record<string, { readonly connector: Partial<Connector>; readonly auth: object }>> = {
  header: { connector: {}, auth: { secretKey: planted.apiKey } },
  query: {
    connector: {
      auth: {
        bearer: {
          use: staticCredential,
          credentials: ["secretKey"],
          apply: [{ in: "query", name: "k", value: "{secretKey}", place: inQuery }],
          refreshOn: [],
        },
      },
    },
    auth: { secretKey: planted.queryKey },
  },
  basic: {
    connector: {
      credentials: { user: {}, secretKey: {} },
      auth: {
        bearer: {
          use: basicCredential,
          credentials: ["user", "secretKey"],
          apply: [{ in: "header", name: "Authorization", value: "{user}:{secretKey}" }],
          refreshOn: [],
        },
      },
    },
    auth: { user: "shop", secretKey: planted.password },
  },
  form: { connector: oauthConnector, auth: { clientId: "c", clientSecret: planted.clientSecret } },
  refresh: {
    connector: refreshingConnector,
    auth: { clientId: "c", clientSecret: planted.clientSecret, refreshToken: planted.refreshToken },
  },
};

/** Every way in which text of a request comes back. */
type Echo = (text: string, secret: string) => Response | Error;
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const echoes: readonly Echo[] = [
  (text) => json(200, { id: "1", note: text }, { "x-echo": encodeURI(text) }),
  (text) => json(402, { error: { code: text, message: `No: ${text}` }, note: text }, { "x-echo": text }),
  (text) => json(500, { error: text }, { "request-id": text, "x-echo": text }),
  (text) => json(429, {}, { "retry-after": "1", "x-echo": text }),
  (text) => json(401, { error: { message: text } }, { "www-authenticate": `Bearer error="${text}"` }),
  (text) =>
    json(
      200,
      {},
      { deprecation: "@1688169599", link: `<https://x.example/?a=${encodeURIComponent(text)}>; rel="deprecation"` },
    ),
  (text) => json(200, { version: text }, { "pay-version": text }),
  (text) => new Response(`{"broken": "${text}`, { headers: { "content-type": "application/json" } }),
  (text) => new Response(text, { status: 503, headers: { "content-type": "text/plain" } }),
  (text) =>
    new Response(null, { status: 302, headers: { location: `https://evil.example/${encodeURIComponent(text)}` } }),
  (text) => new Response(null, { status: 302, headers: { location: `//${encodeURIComponent(text)}@${text}` } }),
  (text) => Object.assign(new Error(`cannot send ${text}`), { code: text }),
  (text) =>
    Object.assign(new Error("bad"), {
      request: { headers: { authorization: text } },
      config: text,
      code: "ECONNRESET",
    }),
  (text) => new TypeError("fetch failed", { cause: Object.assign(new Error(text), { options: { auth: text } }) }),
  (text) => new TypeError("fetch failed", { cause: { headers: text } }),
  (text) => new AggregateError([new Error(text)], "all failed"),
  (text) => Object.assign(new Error("x"), { name: text, toJSON: () => text }),
  (_text, secret) =>
    json(400, { [secret]: secret, error: { message: encodeURIComponent(secret), code: secret } }, { "x-echo": secret }),
];

const tries = runs(150);

/** What a server can see: the whole request, or just one of its secrets. */
async function seen(request: Request): Promise<string> {
  const body = await request.clone().text();
  return `${request.url} ${JSON.stringify([...request.headers])} ${body}`.replaceAll(/[\r\n]/g, " ");
}

const header = /[^\x20-\x7e]/g;
const scenario = fc.record({
  kind: fc.constantFrom(...Object.keys(kinds)),
  script: fc.array(fc.tuple(fc.constantFrom(...echoes), fc.boolean()), { minLength: 1, maxLength: 5 }),
  // Three failures in a row end a token request.
  token: fc.array(fc.option(fc.constantFrom(...echoes), { freq: 9 }), { maxLength: 5 }),
  strict: fc.boolean(),
  fail: fc.boolean(),
});

test("no planted secret is ever told", { timeout: runs(30_000) }, async () => {
  let errors = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ kind, script, token, strict, fail }) => {
      const { hooks, events } = recorder();
      const sdk = inMemory();
      const logged: unknown[] = [];
      const log = (fields: object, message: string) => void logged.push([message, fields]);
      const plan = [...script];
      const tokenPlan = [...token];
      const fetch = (async (input: unknown, init?: RequestInit) => {
        const { signal: _, ...rest } = init ?? {};
        const request = new Request(String(input), rest);
        const isToken = request.url.startsWith("https://login.");
        const echo = isToken ? tokenPlan.shift() : undefined;
        if (isToken && echo == null) return json(200, { access_token: planted.accessToken, expires_in: 3600 });
        const [act, whole] = isToken ? [echo!, true] : plan.length > 1 ? plan.shift()! : plan[0]!;
        const known = secrets.find((secret) =>
          JSON.stringify(kinds[kind]!.auth).includes(JSON.stringify(secret).slice(1, -1)),
        );
        const secret = known ?? planted.apiKey;
        const text = (whole ? await seen(request) : `you sent ${secret}`).replace(header, "");
        const answer = act(text, secret);
        if (answer instanceof Error) throw answer;
        return answer;
      }) as typeof globalThis.fetch;
      const create = define({
        id: "notes.create",
        connector: {
          ...connector,
          ...kinds[kind]!.connector,
          echo: { from: { from: "header", name: "pay-version" }, expect: "1" },
          readEcho: versionEcho,
          deprecation: {
            use: deprecationNotices,
            action: fail ? "fail" : "report",
          },
        },
        method: "POST",
        path: "/notes",
        policy: { ...policy, validation: { request: "strict", response: strict ? "strict" : "warn" } },
        body: { contentType: "application/json", encode: jsonBody },
        security: [Object.keys(kinds[kind]!.connector.auth ?? connector.auth)],
      });
      // A careless validator quotes what it saw.
      const responses = {
        "~standard": { version: 1, vendor: "test", validate: (value: unknown) => careless(value) },
      } as const;
      const options: BaseClientOptions = {
        auth: kinds[kind]!.auth,
        fetch,
        clock: patientClock(),
        telemetry: [hooks, sdk.telemetry, logTo({ debug: log, warn: log })],
        validators: validatorsOf({ "notes.create": { responses: { "2XX": responses } } }),
      };
      const told: unknown[] = [];
      try {
        const { a } = connect(options, { a: { create } });
        await a.create({ body: { text: "hello" } }, { tenant: "shop-1", businessId: "order:1" });
      } catch (error) {
        errors++;
        told.push(String(error), (error as Error).stack, JSON.stringify(error), inspect(error, { depth: 12 }));
        for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++)
          told.push(at.message, JSON.stringify(at), inspect(at));
      }
      const all = inspect([told, events, logged, await sdk.exported()], {
        depth: 20,
        maxStringLength: null,
        maxArrayLength: null,
      });
      const text = `${all}\n${JSON.stringify([events, logged])}`;
      for (const secret of secrets)
        for (const spelling of [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          btoa(`shop:${secret}`),
          btoa(`c:${secret}`),
        ])
          expect(text.includes(spelling) ? `${spelling} in ${around(text, spelling)}` : "").toBe("");
    }),
    { numRuns: tries },
  );
  // The law would hold for a client that does nothing.
  expect(errors).toBeGreaterThan(tries / 4);
});

/** Waits take no time, but timeouts are not waits: those of token requests never come. */
function patientClock(): ReturnType<typeof skippingClock> {
  const clock = skippingClock();
  const never = (signal?: AbortSignal) =>
    new Promise<void>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  return { ...clock, sleep: (ms, signal) => (ms < 10_000 ? clock.sleep(ms, signal) : never(signal)) };
}

function careless(value: unknown): { issues: { message: string; path: string[] }[] } {
  return { issues: [{ message: `got ${JSON.stringify(value)}`, path: Object.keys(Object(value)) }] };
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 300), at + 100);
}
