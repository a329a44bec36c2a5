import type { OperationDescriptor, Policy } from "../../runtime/descriptor.ts";
import { type CallOptions, connect } from "../../runtime/index.ts";
import { type Arrived, type Loopback, startLoopback } from "./loopback.ts";
import { connector, define, safePolicy } from "./pay.ts";

const { headers: _, ...rest } = safePolicy;

/** Without constants. */
export const policy: Policy = rest;

/** A socket, and calls of made-up operations that go through it. */
export interface Wire {
  /** What arrived for one call of an operation with these parts and this input. */
  send(
    parts: Partial<OperationDescriptor>,
    input: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<Arrived>;
  close(): Promise<void>;
}

export async function startWire(): Promise<Wire> {
  const server: Loopback = await startLoopback();
  return {
    async send(parts, input, options) {
      server.answer((response) => response.writeHead(204).end());
      const operation = define({ id: "wire.send", connector, policy, path: "/", security: [], ...parts });
      const client = connect({ baseUrl: server.base }, { wire: { send: operation } });
      await client.wire.send(input, options);
      if (server.arrived.length !== 1) throw new Error(`${server.arrived.length} requests arrived`);
      return server.arrived[0]!;
    },
    close: () => server.close(),
  };
}
