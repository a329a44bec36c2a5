/** Other clients making the calls of `bench:call`, each as its documentation says, retries as they come. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { body, headers } from "./call-subject.ts";
import { cache } from "./documents.ts";
import { importPeer } from "./import-peer.ts";
import { bench, measure } from "./measure.ts";

export interface CallPeer {
  readonly name: string;
  /** The form that its own users send. */
  readonly post: "POST json" | "POST form";
  get(): Promise<unknown>;
  create(): Promise<unknown>;
}

export interface PeerTarget {
  /** Absent: the peer's own transport, over sockets. */
  readonly fetch?: typeof fetch;
  /** Of the charges. */
  readonly url: string;
}

type Make = (
  // biome-ignore lint/suspicious/noExplicitAny: peers are installed on demand, so their types may be absent.
  module: any,
  target: PeerTarget,
) => Omit<CallPeer, "name"> | undefined | Promise<Omit<CallPeer, "name"> | undefined>;

const query = { limit: 3 };
const base = (url: string) => url.slice(0, url.lastIndexOf("/"));
const given = (send: typeof fetch | undefined) => (send === undefined ? {} : { fetch: send });

const peers: Readonly<Record<string, Make>> = {
  "openapi-fetch"({ default: createClient }, { fetch, url }) {
    const client = createClient({ baseUrl: base(url), headers, ...given(fetch) });
    return {
      post: "POST json",
      get: () => client.GET("/charges/{charge}", { params: { path: { charge: "ch_1" }, query } }),
      create: () => client.POST("/charges", { body }),
    };
  },
  ky({ default: ky }, { fetch, url }) {
    const client = ky.create({ headers, ...given(fetch) });
    return {
      post: "POST json",
      get: () => client.get(`${url}/ch_1`, { searchParams: query }).json(),
      create: () => client.post(url, { json: body }).json(),
    };
  },
  axios({ default: axios }, { fetch, url }) {
    const client = axios.create({ baseURL: base(url), headers, ...(fetch && { adapter: "fetch", env: { fetch } }) });
    return {
      post: "POST json",
      get: () => client.get("/charges/ch_1", { params: query }),
      create: () => client.post("/charges", body),
    };
  },
  got({ default: got }, { fetch, url }) {
    // It speaks http itself and takes no fetch: on the loopback only.
    if (fetch !== undefined) return undefined;
    const client = got.extend({ headers, responseType: "json" });
    return {
      post: "POST json",
      get: () => client.get(`${url}/ch_1`, { searchParams: query }),
      create: () => client.post(url, { json: body }),
    };
  },
  stripe({ default: Stripe }, { fetch, url }) {
    const { protocol, hostname, port } = new URL(url);
    const address = { protocol: protocol.slice(0, -1), host: hostname, ...(port && { port }) };
    const client = new Stripe("sk_bench_0123456789", {
      ...address,
      telemetry: false,
      ...(fetch && { httpClient: Stripe.createFetchHttpClient(fetch) }),
    });
    return {
      post: "POST form",
      get: () => client.charges.retrieve("ch_1"),
      create: () => client.charges.create(body),
    };
  },
  openai({ default: OpenAI }, { fetch, url }) {
    const client = new OpenAI({ baseURL: base(url), apiKey: "sk_bench_0123456789", ...given(fetch) });
    return {
      post: "POST json",
      get: () => client.get("/charges/ch_1", { query }),
      create: () => client.post("/charges", { body }),
    };
  },
  async "hey-api"(_, { fetch, url }) {
    const sdk = await heyApi();
    if (sdk === undefined) return undefined;
    const options = { baseUrl: base(url), headers, throwOnError: true, ...given(fetch) };
    return {
      post: "POST json",
      get: () => sdk.getCharge({ path: { charge: "ch_1" }, query, ...options }),
      create: () => sdk.createCharge({ body, ...options }),
    };
  },
};

// biome-ignore lint/suspicious/noExplicitAny: generated in a moment.
async function heyApi(): Promise<any> {
  const out = join(cache, "hey-api-call");
  const bundle = join(out, "sdk.mjs");
  if (!existsSync(bundle)) {
    mkdirSync(out, { recursive: true });
    const object = { content: { "application/json": { schema: { type: "object" } } } };
    const responses = { 200: { description: "A charge", ...object } };
    const parameters = [
      { name: "charge", in: "path", required: true, schema: { type: "string" } },
      { name: "limit", in: "query", schema: { type: "integer" } },
    ];
    const paths = {
      "/charges": { post: { operationId: "createCharge", requestBody: object, responses } },
      "/charges/{charge}": { get: { operationId: "getCharge", parameters, responses } },
    };
    const document = { openapi: "3.1.0", info: { title: "Bench", version: "1" }, paths };
    writeFileSync(join(out, "openapi.json"), JSON.stringify(document));
    const tool = join(bench, "node_modules/@hey-api/openapi-ts/bin/run.js");
    const source = join(out, "source");
    const made = await measure({ args: [tool, "-i", join(out, "openapi.json"), "-o", source] });
    if (made.code !== 0) throw new Error(`hey-api did not generate its client:\n${made.output}`);
    const { build } = createRequire(join(bench, "package.json"))("esbuild");
    const entryPoints = [join(source, "index.ts")];
    await build({ entryPoints, outfile: bundle, bundle: true, format: "esm", platform: "node" });
  }
  return import(pathToFileURL(bundle).href);
}

export const callPeerNames: readonly string[] = Object.keys(peers);

/** Undefined where it is not installed, or cannot use this target. */
export async function findCallPeer(name: string, target: PeerTarget): Promise<CallPeer | undefined> {
  const module = await importPeer(name === "hey-api" ? "@hey-api/openapi-ts" : name);
  const peer = module && (await peers[name]!(module, target));
  return peer && { name, ...peer };
}

/** The installed ones. */
export async function findCallPeers(target: PeerTarget): Promise<CallPeer[]> {
  const found: CallPeer[] = [];
  for (const name of callPeerNames) {
    const peer = await findCallPeer(name, target);
    if (peer !== undefined) found.push(peer);
  }
  return found;
}
