/** The fastest transport in Node: undici's dispatcher without undici's `fetch` around it. It keeps connect timeouts too. */
import { ownOptions } from "./own-options.ts";
import { DispatchHandler } from "./undici/dispatch-handler.ts";
import { dispatchOptions, type SentInit } from "./undici/request.ts";

/** What is taken of undici's agents. */
export interface Dispatcher {
  dispatch(options: never, handler: never): boolean;
}

/** What is taken of undici, all of one copy: `import * as undici from "undici"`. */
export interface Undici {
  readonly fetch: (input: never, init: never) => Promise<unknown>;
  readonly Agent: new (options: { readonly connect?: { readonly timeout: number } }) => Dispatcher;
  /** Whose connections are used; without it there is an agent of our own. */
  readonly getGlobalDispatcher?: () => Dispatcher;
}

/**
 * A `fetch` for the client's options, over undici 6, 7 or 8. Its connections are those of undici's global dispatcher, so that
 * a proxy or a mock that the application set is honoured. Where that is a plain agent, a policy's `timeouts.connect` is kept
 * by one agent for each figure, with connections of its own: what takes longer to connect fails with the code
 * `UND_ERR_CONNECT_TIMEOUT` and the effect `none`, and is tried again for every class of operations.
 *
 * It does what a client asks of it: a URL, and redirects that are not followed. Anything else goes to undici's own `fetch`.
 */
export function undiciFetch({ fetch, Agent, getGlobalDispatcher }: Undici): typeof globalThis.fetch {
  const agents = new Map<number | undefined, Dispatcher>();
  const ownAgent = (timeout: number | undefined): Dispatcher => {
    let agent = agents.get(timeout);
    if (agent === undefined) {
      agent = new Agent(timeout === undefined ? {} : { connect: { timeout } });
      agents.set(timeout, agent);
    }
    return agent;
  };
  const dispatcherFor = (timeout: number | undefined): Dispatcher => {
    const shared = getGlobalDispatcher?.();
    if (shared === undefined || (timeout !== undefined && isAgent(shared, Agent))) return ownAgent(timeout);
    return shared;
  };
  // Shaped for undici's types, which name the same things in other words.
  const send = async (input: unknown, given: SentInit = {}): Promise<unknown> => {
    const init = ownOptions(given);
    const dispatcher = dispatcherFor(init.connectTimeout);
    // undici knows only the FormData of its own copy.
    if (init.body instanceof FormData) init.body = await new Response(init.body).blob();
    const options = dispatchOptions(input, init);
    if (options === undefined) return fetch(input as never, { dispatcher, ...init } as never);
    init.signal?.throwIfAborted();
    const handler = new DispatchHandler(options, init.signal ?? undefined);
    try {
      dispatcher.dispatch(options as never, handler as never);
    } catch (error) {
      handler.onResponseError(undefined, error);
    }
    return handler.response;
  };
  return send as typeof globalThis.fetch;
}

// The global one may be of another copy of undici, such as the one in Node.
function isAgent(dispatcher: object, Agent: Undici["Agent"]): boolean {
  return dispatcher instanceof Agent || dispatcher.constructor.name === "Agent";
}
