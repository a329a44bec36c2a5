import type { Dispatcher, Undici } from "@couplet/runtime/undici";

// Node makes its own global dispatcher now, before another copy puts one there.
await fetch("data:,");
const undici6 = await import("undici-6");
export const undici7: typeof import("undici-7") = await import("undici-7");
export const undici8: typeof import("undici") = await import("undici");

export const newest: Undici = undici8;

/** Each with agents of its own: copies that are loaded into one process share a global dispatcher. */
const alone = ({ fetch, Agent }: Undici): Undici => ({ fetch, Agent });

export const transports: readonly (readonly [name: string, undici: Undici])[] = [
  ["undici 6", alone(undici6)],
  ["undici 7", alone(undici7)],
  ["undici 8", alone(undici8)],
];

/** undici's own `fetch` over an agent of its copy. */
export function ownFetch({ fetch, Agent }: Undici, dispatcher: Dispatcher = new Agent({})): typeof globalThis.fetch {
  const send = (input: unknown, init: object) => fetch(input as never, { dispatcher, ...init } as never);
  return send as typeof globalThis.fetch;
}
