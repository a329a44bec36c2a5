import { bytesBody, jsonBody, staticCredential } from "../../../runtime/codegen.ts";
import type { AuthScheme, Connector, OperationDescriptor } from "../../../runtime/descriptor.ts";
import { type BaseClientOptions, connect } from "../../../runtime/index.ts";
import type { Call, CallOptions } from "../../../runtime/operation.ts";
import { writersOf } from "../pay.ts";
import { connectorOf, policyOf } from "../policy-fixture.ts";

type Send = (input: Record<string, unknown>, options?: CallOptions) => Call<unknown>;

export interface AuthClient {
  readonly items: { readonly get: Send; readonly create: Send; readonly upload: Send };
}

/** A client with one security scheme, whose calls are tried once. */
export function authClient(
  baseUrl: string,
  scheme: Partial<AuthScheme>,
  options: BaseClientOptions = {},
  more: Partial<Connector> = {},
): AuthClient {
  const names = Object.keys(options.auth ?? {});
  const connector = connectorOf({
    auth: {
      main: {
        use: staticCredential,
        credentials: names,
        apply: [{ in: "header", name: "Authorization", value: "Bearer {secretKey}" }],
        refreshOn: [401],
        ...scheme,
      },
    },
    credentials: Object.fromEntries(names.map((name) => [name, {}])),
    ...more,
  });
  const base = policyOf({ limitedBy: Object.keys(connector.rateLimits) });
  const policy = { ...base, retry: { ...base.retry, maxAttempts: 1 } };
  const define = (changes: Partial<OperationDescriptor>): OperationDescriptor => ({
    id: "items.get",
    connector,
    policy,
    method: "GET",
    path: "/v1/items/{id}",
    parameters: [
      { name: "id", in: "path", required: true },
      { name: "q", in: "query" },
    ],
    responses: { "200": "json", default: "json" },
    security: [["main"]],
    write: writersOf(changes),
    ...changes,
  });
  const post = { method: "POST", path: "/v1/items", parameters: [] };
  return connect({ baseUrl, ...options }, {
    items: {
      get: define({}),
      create: define({ id: "items.create", ...post, body: { contentType: "application/json", encode: jsonBody } }),
      upload: define({
        id: "items.upload",
        ...post,
        body: { contentType: "application/octet-stream", encode: bytesBody },
      }),
    },
  } as never) as never;
}
