/** The three doors to operations: a generated client, one namespace of it, or a chosen few operations. */

import { type BoundOperation, bindTo } from "./bound-operation.ts";
import { startCall } from "./call.ts";
import {
  type BaseClientOptions,
  type Connection,
  createConnection,
  isConnection,
  type TenantOptions,
} from "./connection.ts";
import type { Connector, OperationDescriptor } from "./descriptor.ts";
import type {
  BytesCall,
  Call,
  CallOptions,
  ItemStream,
  Operation,
  PagedCall,
  PolledCall,
  StreamCall,
  StreamFace,
  StreamOptions,
} from "./operation.ts";
import { ownData, ownOptions } from "./own-options.ts";
import { type Input, invalidInput } from "./request.ts";

/** For generated code: the methods of a namespace, on their own connection or on a shared one. */
export function createNamespace<N>(
  connector: Connector,
  options: BaseClientOptions | Connection,
  operations: Readonly<Record<string, OperationDescriptor>>,
): N {
  const connection = isConnection(options) ? options : createConnection(connector, options);
  if (connection.connector.provider !== connector.provider || connection.connector.version !== connector.version) {
    const { provider, version } = connection.connector;
    throw new TypeError(
      `The given connection is one of ${provider} ${version}; ${connector.provider} ${connector.version} needs its own.`,
    );
  }
  const namespace: Record<string, unknown> = Object.create(null);
  for (const [name, operation] of Object.entries(operations)) namespace[name] = bindOperation(connection, operation);
  return namespace as N;
}

const none: CallOptions = ownOptions({});

function bindOperation(
  connection: Connection,
  operation: OperationDescriptor,
): (input?: Input, options?: CallOptions) => Call<unknown, unknown> {
  let bound: BoundOperation | undefined;
  const bind = (): BoundOperation => {
    bound ??= bindTo(connection, operation);
    return bound;
  };
  const refuse = (): never => {
    throw invalidInput(operation, [{ path: [], message: "must be an object" }]);
  };
  return (input = {}, given) => {
    const options = given ? ownOptions(given) : none;
    // Not the descriptor itself: what it leaves out (a server, pages) must not come from a polluted prototype.
    const own = ownData(operation);
    const isObject = typeof input === "object" && input !== null;
    return isObject ? startCall(bind, own, input, options) : startCall(refuse, own, {}, options);
  };
}

/** For generated code: a client whose namespaces are made when they are first read, all on one connection. */
export function buildClient<C>(
  connector: Connector,
  options: BaseClientOptions,
  factories: Readonly<Record<string, (connection: Connection) => unknown>>,
): C {
  return clientOf(isConnection(options) ? options : createConnection(connector, options), factories) as C;
}

function clientOf(
  connection: Connection,
  factories: Readonly<Record<string, (connection: Connection) => unknown>>,
): object {
  const client: object = Object.create(null);
  for (const [name, factory] of Object.entries(factories)) {
    Object.defineProperty(client, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = factory(connection);
        Object.defineProperty(client, name, { value, enumerable: true });
        return value;
      },
    });
  }
  Object.defineProperty(client, "forTenant", {
    value: (tenant: string, options?: TenantOptions<object>) =>
      clientOf(connection.forTenant(tenant, options), factories),
  });
  return client;
}

/** A generated operation as a method. */
export type Method<Op> =
  Op extends Operation<infer Input, infer Output, infer Outcome, infer Item, infer Headers, infer Streamed, infer Final>
    ? ([Streamed] extends [never] ? unknown : StreamMethod<Input, Streamed>) &
        Face<Input, CallOptions, CallOf<Output, Outcome, Item, Headers, Streamed, Final>>
    : never;

type Face<Input, Options, Result> =
  Record<never, never> extends Input
    ? (input?: Input, options?: Options) => Result
    : (input: Input, options?: Options) => Result;

/** First of two overloads: the one that asks for more. */
type StreamMethod<Input, Streamed> =
  Streamed extends StreamFace<infer Accept, infer Streaming>
    ? (input: Input, options: StreamOptions<Accept>) => Streaming
    : never;

type CallOf<Output, Outcome, Item, Headers, Streamed, Final> = [Item] extends [never]
  ? [Final] extends [never]
    ? [Output] extends [ItemStream<infer Each>]
      ? StreamCall<Each, Outcome, Headers>
      : [Output, Streamed] extends [Uint8Array, never]
        ? BytesCall<Outcome, Headers>
        : Call<Output, Outcome, Headers>
    : PolledCall<Output, Final, Outcome, Headers>
  : PagedCall<Output, Item, Outcome, Headers>;

/** Operations by namespace and method, as `connect` takes them. */
export type OperationTree = Readonly<Record<string, Readonly<Record<string, OperationDescriptor>>>>;

/**
 * A client of just the operations it is given, for the smallest bundle: `connect(options, { charges: { create: chargesCreate } })`.
 * All operations must be of one version of one provider.
 */
export function connect<const Tree extends OperationTree>(
  options: BaseClientOptions | Connection,
  tree: Tree,
): { readonly [N in keyof Tree]: { readonly [M in keyof Tree[N]]: Method<Tree[N][M]> } } {
  const operations = Object.values(tree).flatMap((methods) => Object.values(methods));
  const [first] = operations;
  if (first === undefined) throw new TypeError("connect needs at least one operation.");
  const { connector } = first;
  const stray = operations.find((other) => other.connector !== connector);
  if (stray !== undefined)
    throw new TypeError(
      `connect takes operations of one version of one provider; ${stray.id} is of another than ${first.id}.`,
    );
  const connection = isConnection(options) ? options : createConnection(connector, options);
  const client: Record<string, unknown> = Object.create(null);
  for (const [name, methods] of Object.entries(tree)) client[name] = createNamespace(connector, connection, methods);
  return client as never;
}
