/** What the calls of one client share: its server, credentials, limits, budget and clock. */
import type { Auth, AuthClient, Credential, SignRequest } from "./auth/auth.ts";
import type { BreakerStates } from "./breaker.ts";
import type { Observer } from "./call-watch.ts";
import { checkTier } from "./check-tier.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Connector, OperationDescriptor } from "./descriptor.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import type { Limits } from "./limits.ts";
import type { CallOptions, Duration } from "./operation.ts";
import { resolveServers, type Servers } from "./origin.ts";
import { ownData, ownOptions } from "./own-options.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { AnswerStore } from "./stores/answer-store.ts";
import type { SharedBreakerStore } from "./stores/breaker-store.ts";
import type { SafeRateStore } from "./stores/rate-store.ts";
import type { TokenStore } from "./stores/token-store.ts";
import type { Telemetry } from "./telemetry.ts";
import { checking, type Validators } from "./validators.ts";

/** Options that every generated client has. */
export interface BaseClientOptions {
  /** By credential name of the policy; each absent one is read from its environment variable. */
  readonly auth?: object;
  /** Name of one of the connector's servers; the first when absent. */
  readonly server?: string;
  readonly serverVariables?: Readonly<Record<string, string | undefined>>;
  /** Replaces every server of the document, also those of single operations. https, or http on a loopback address. */
  readonly baseUrl?: string;
  /** Absent: the global `fetch`, looked up at each call. It must honour `redirect: "manual"` and `signal`. */
  readonly fetch?: typeof fetch;
  /** Default tenant of every call: partitions limits, tokens, retry budget and derived idempotency keys. */
  readonly tenant?: string;
  readonly clock?: Clock;
  /** From the version's `validators` entry; the policy's `validation` says how strictly they are used. */
  readonly validators?: Validators;
  /**
   * The mode that credentials must be of, where the policy tells live ones from others by their looks: a call with one
   * of another mode fails before anything is sent. Give it in tests. Absent: any; the credential's own mode chooses the tier.
   */
  readonly mode?: string;
  /** Signs requests, where the policy leaves it to the application. */
  readonly sign?: SignRequest;
  /** Who hears of every call: `hooks({ callEnd })`, `logTo(pino())`, `openTelemetry()` of `@couplet/runtime/otel`. */
  readonly telemetry?: Telemetry | readonly Telemetry[];
  /** Name of the rate-limit tier that the account has. */
  readonly tier?: string;
  /** State shared with other clients or processes. Absent: in memory, per client. */
  readonly stores?: {
    readonly tokens?: TokenStore;
    readonly rates?: SafeRateStore;
    readonly answers?: AnswerStore;
    readonly breakers?: SharedBreakerStore;
  };
  /** Sent as `User-Agent`; browsers ignore it. */
  readonly userAgent?: string;
  /** Replace the policy's figures for every operation; options of a call win over them. */
  readonly overrides?: Pick<CallOptions, "deadline" | "timeout" | "retry">;
}

/** Options of `client.forTenant`. */
export interface TenantOptions<Auth = Readonly<Record<string, Credential>>> {
  /** Credentials of this tenant; absent ones are the client's own. */
  readonly auth?: Auth;
}

/** Shared by namespaces that are given the same one: tokens, limits, retry budget. Made by `createConnection`. */
export interface Connection {
  readonly connector: Connector;
  readonly servers: Servers;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Undefined when no operation sends credentials. */
  readonly auth: Auth | undefined;
  /** Undefined when nothing bounds the calls. */
  readonly limits: Limits | undefined;
  readonly budget: RetryBudget;
  readonly breakers: BreakerStates;
  readonly breakerStore: SharedBreakerStore | undefined;
  readonly answers: KeptAnswers;
  readonly redactor: Redactor;
  readonly tenant: string | undefined;
  readonly validators: Validators | undefined;
  /** Undefined when nobody listens, so that nothing is made for nobody. */
  readonly observer: Observer | undefined;
  readonly userAgent: string | undefined;
  readonly overrides: {
    readonly deadline?: Duration;
    readonly timeout?: Duration;
    readonly retry?: CallOptions["retry"];
  };
  /** The same connection for one tenant. */
  forTenant(tenant: string, options?: { readonly auth?: object }): Connection;
}

const brand: unique symbol = Symbol.for("@couplet/runtime/connection");

/** Whether options are already a connection. */
export function isConnection(value: object): value is Connection {
  return Object.hasOwn(value, brand);
}

/**
 * Resolves all options once. Give the result to several namespaces, or to `connect`, so that they share tokens and
 * limits. Takes a connector, or any operation of it. Throws a TypeError for a server or an option that cannot work.
 */
export function createConnection(of: Connector | OperationDescriptor, given: BaseClientOptions = {}): Connection {
  const options = ownOptions(given);
  const stores = ownOptions(options.stores ?? {});
  const connector = ownData(Object.hasOwn(of, "connector") ? (of as OperationDescriptor).connector : (of as Connector));
  const clock = options.clock ?? systemClock;
  const servers = resolveServers(connector, options);
  const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const redactor = createRedactor(connector);
  const { validators } = options;
  if (validators !== undefined && !(checking in validators))
    throw new TypeError("validators are those of the version's `validators` entry, or made by validatorsOf.");
  if (options.tier !== undefined) checkTier(connector, options.tier);
  const listeners = [options.telemetry ?? []].flat();
  if (Object.hasOwn(options, "logger") || listeners.some((one) => typeof one?.watch !== "function"))
    throw new TypeError("telemetry takes hooks({ … }), logTo(logger) or openTelemetry(), or a list of these.");
  const observer = listeners[0]?.watch(
    listeners.map(({ hooks }) => hooks),
    connector,
  );
  const common = { connector, servers, fetch: send, clock, redactor, observer, validators };
  const client: AuthClient = {
    ...common,
    ...servers,
    tokenStore: stores.tokens,
    mode: options.mode,
    sign: options.sign,
  };
  const authOf = (auth: object | undefined) =>
    connector.authorize?.(connector, client, auth as Readonly<Record<string, Credential>> | undefined);
  const shared = {
    ...common,
    limits: connector.limits?.(connector, { clock, tier: options.tier, rateStore: stores.rates }),
    budget: new RetryBudget(),
    breakers: new Map(),
    breakerStore: stores.breakers,
    answers: { shared: stores.answers, memory: undefined, writes: undefined, isFaultTold: false },
    userAgent: options.userAgent,
    overrides: ownOptions(options.overrides ?? {}),
  };
  const view = (tenant: string | undefined, given: object | undefined, auth: Auth | undefined): Connection => ({
    [brand as never]: true,
    ...shared,
    tenant,
    auth,
    forTenant(name, tenantOptions = {}) {
      if (typeof name !== "string" || name === "")
        throw new TypeError("forTenant needs the tenant's name, which must not be empty.");
      const { auth: own } = ownOptions(tenantOptions);
      if (own === undefined) return view(name, given, auth);
      const merged = { ...given, ...own };
      return view(name, merged, authOf(merged));
    },
  });
  return view(options.tenant, options.auth, authOf(options.auth));
}
