/** Connect timeouts for clients in Node: the global `fetch` cannot be told one. */

/** What is taken of undici, both of one copy: `import { Agent, fetch } from "undici"`. */
export interface Undici<Dispatcher> {
  readonly fetch: (input: string | URL, init: never) => Promise<unknown>;
  readonly Agent: new (options: { readonly connect: { readonly timeout: number } }) => Dispatcher;
}

/**
 * A `fetch` for the client's options that keeps the policy's `timeouts.connect`. A connection that takes longer fails with
 * the code `UND_ERR_CONNECT_TIMEOUT` and the effect `none`, and is tried again for every class of operations. It has one
 * agent, with connections of its own, for each timeout that the policies name; calls without one go by undici's default.
 */
export function undiciFetch<Dispatcher>({ fetch, Agent }: Undici<Dispatcher>): typeof globalThis.fetch {
  const agents = new Map<number, Dispatcher>();
  const agentFor = (timeout: number): Dispatcher => {
    let agent = agents.get(timeout);
    if (agent === undefined) {
      agent = new Agent({ connect: { timeout } });
      agents.set(timeout, agent);
    }
    return agent;
  };
  const send = (input: string | URL, init: RequestInit & { readonly connectTimeout?: number } = {}) => {
    const { connectTimeout, ...standard } = init;
    const dispatcher = connectTimeout === undefined ? undefined : agentFor(connectTimeout);
    return fetch(input, { ...standard, ...(dispatcher && { dispatcher }) } as never);
  };
  // undici's own types of requests and responses are the standard ones under other names.
  return send as unknown as typeof globalThis.fetch;
}
