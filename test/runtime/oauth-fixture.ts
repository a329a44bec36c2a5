import type { Auth, Authorization, Credential } from "../../runtime/auth/auth.ts";
import { refreshToken } from "../../runtime/auth/refresh-token.ts";
import { securitySchemes } from "../../runtime/auth/security-schemes.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { AuthScheme, OperationDescriptor } from "../../runtime/descriptor.ts";
import { createRedactor } from "../../runtime/redact.ts";
import { MemoryTokenStore } from "../../runtime/stores/memory-token-store.ts";
import type { TokenStore } from "../../runtime/stores/token-store.ts";
import { connectorOf, operationOf, policyOf } from "./policy-fixture.ts";
import { type SimulatedClock, simulatedClock } from "./simulated-clock.ts";

type Token = NonNullable<AuthScheme["token"]>;
export const secrets = {
  clientId: "client-1",
  clientSecret: "planted-client-secret",
  refreshToken: "planted-refresh-0",
};

/** Real waits on the wire, but no waits of ours. */
export function hurriedClock(): SimulatedClock {
  const clock = simulatedClock();
  const { sleep } = clock;
  return Object.assign(clock, {
    sleep: (ms: number, signal?: AbortSignal) => (ms < 5_000 ? Promise.resolve() : sleep(ms, signal)),
  } satisfies Partial<Clock>);
}

export interface Kit {
  readonly auth: Auth;
  readonly operation: OperationDescriptor;
  readonly clock: SimulatedClock;
  readonly authorize: (tenant?: string) => Authorization | Promise<Authorization>;
}
/** A client of a provider with OAuth 2.0, whose token endpoint is below `origin`. */
export function setUpOAuth(
  origin: string,
  use: typeof refreshToken,
  more: {
    token?: Partial<Token>;
    given?: Readonly<Record<string, Credential>>;
    store?: TokenStore;
    clock?: SimulatedClock;
    fetch?: typeof fetch;
    refreshOn?: number[];
  } = {},
): Kit {
  const clock = more.clock ?? hurriedClock();
  const scheme: AuthScheme = {
    use,
    credentials: use === refreshToken ? ["clientId", "clientSecret", "refreshToken"] : ["clientId", "clientSecret"],
    apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
    token: {
      url: "{server}/token",
      clientAuth: "body",
      clientId: "{clientId}",
      clientSecret: "{clientSecret}",
      ...(use === refreshToken && { refreshToken: "{refreshToken}" }),
      scopes: [],
      params: {},
      expiresIn: { path: ["expires_in"], unit: "seconds" },
      refreshBefore: 120_000,
      rotation: use === refreshToken ? "singleUse" : "none",
      ...more.token,
    },
    refreshOn: more.refreshOn ?? [401],
  };
  const connector = connectorOf({
    auth: { oauth: scheme },
    credentials: { clientId: {}, clientSecret: { pem: true }, refreshToken: {} },
  });
  const operation = { ...operationOf(connector, policyOf()), security: [["oauth"]] };
  const client = {
    redactor: createRedactor(connector),
    fetch: more.fetch ?? fetch,
    clock,
    tokenStore: more.store ?? new MemoryTokenStore({ clock }),
    fill: (template: string) => template.replace("{server}", origin),
    baseOf: () => origin,
  };
  const auth = securitySchemes(connector, client, more.given ?? secrets);
  return {
    auth,
    operation,
    clock,
    authorize: (tenant) => auth.authorize(operation, tenant),
  };
}
/** The Authorization header that a request would carry. */
export function bearer(authorization: Authorization): string | null {
  const headers = new Headers();
  authorization.apply(headers, new URL("https://api.pay.example/"));
  return headers.get("authorization");
}
/** What it rejects with. */
export const problem = async (work: Authorization | Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("was authorised");
};
