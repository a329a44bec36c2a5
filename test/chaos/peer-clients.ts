/** Other clients, set up as well as their options allow: the same attempts, POST included, and an idempotency key. */
import { importPeer } from "../bench/import-peer.ts";
import type { Subject } from "./subject.ts";

export interface PeerSettings {
  readonly url: string;
  readonly attempts: number;
  readonly timeout: number;
}

type Send = (act: string, key: string) => Promise<unknown>;
// biome-ignore lint/suspicious/noExplicitAny: peers are installed on demand, so their types may be absent.
type Peer = (module: any, settings: PeerSettings) => Send;

const body = (act: string) => ({ amount: 500, currency: "eur", metadata: { op: act } });
const statuses = [408, 409, 429, 500, 502, 503, 504];

const peers: Readonly<Record<string, Peer>> = {
  stripe({ default: Stripe }, { url, attempts, timeout }) {
    const { hostname, port } = new URL(url);
    const options = { host: hostname, port, protocol: "http", maxNetworkRetries: attempts - 1, timeout };
    const client = new Stripe("sk_test_chaos", { ...options, telemetry: false });
    return async (act, key) => (await client.paymentIntents.create(body(act), { idempotencyKey: key })).id;
  },
  openai({ default: OpenAI }, { url, attempts, timeout }) {
    const client = new OpenAI({ baseURL: url, apiKey: "sk_test_chaos", maxRetries: attempts - 1, timeout });
    return async (act, key) =>
      (await client.post("/v1/charges", { body: body(act), headers: { "Idempotency-Key": key } })).id;
  },
  ky({ default: ky }, { url, attempts, timeout }) {
    const retry = { limit: attempts - 1, methods: ["post"], statusCodes: statuses, retryOnTimeout: true };
    const client = ky.create({ retry, timeout, totalTimeout: false });
    return async (act, key) =>
      (await client.post(`${url}/v1/charges`, { json: body(act), headers: { "Idempotency-Key": key } }).json()).id;
  },
  got({ default: got }, { url, attempts, timeout }) {
    const retry = { limit: attempts - 1, methods: ["POST"], statusCodes: statuses };
    const client = got.extend({ retry, timeout: { request: timeout }, responseType: "json" });
    return async (act, key) =>
      (await client.post(`${url}/v1/charges`, { json: body(act), headers: { "Idempotency-Key": key } })).body.id;
  },
  axios({ default: axios, axiosRetry: { default: axiosRetry } }, { url, attempts, timeout }) {
    const client = axios.create({ baseURL: url, timeout });
    axiosRetry(client, {
      retries: attempts - 1,
      retryDelay: axiosRetry.exponentialDelay,
      shouldResetTimeout: true,
      // Its own condition leaves POST out; a body cut short has the status of its head.
      retryCondition: (error: { response?: { status: number } }) =>
        error.response === undefined || error.response.status < 300 || statuses.includes(error.response.status),
    });
    return async (act, key) =>
      (await client.post("/v1/charges", body(act), { headers: { "Idempotency-Key": key } })).data.id;
  },
};

/** The installed ones. */
export async function findPeers(): Promise<((settings: PeerSettings) => Subject)[]> {
  const found: ((settings: PeerSettings) => Subject)[] = [];
  const axiosRetry = await importPeer("axios-retry");
  for (const [name, peer] of Object.entries(peers)) {
    const module = await importPeer(name);
    if (module === undefined || (name === "axios" && axiosRetry === undefined)) continue;
    found.push((settings) => subjectOf(name, peer({ ...module, axiosRetry }, settings), settings.attempts));
  }
  return found;
}

function subjectOf(name: string, send: Send, attempts: number): Subject {
  return {
    name: `${name}, ${attempts} attempts`,
    actOf: (act) => ({ guard: "keyed", reads: false, send: () => send(act, `key-${act}`) }),
    tell: (error) => ({ effect: undefined, label: labelOf(error) }),
  };
}

function labelOf(error: unknown): string {
  const { name, code, status, statusCode, response } = error as Record<string, unknown>;
  const told = status ?? statusCode ?? (response as { status?: number } | undefined)?.status ?? code;
  return `${String(name ?? typeof error)} ${String(told ?? "")}`.trim();
}
