import { isPromise } from "../admission.ts";
import type { Clock } from "../clock.ts";
import type { AuthScheme, Connector, OperationDescriptor } from "../descriptor.ts";
import { subject } from "../errors.ts";
import { printable } from "../printable.ts";
import type { TokenStore } from "../stores/token-store.ts";
import { toConnectorError } from "./auth-failure.ts";
import { createCredentials } from "./credentials.ts";

/** A secret: text, or named parts of it such as `{ username, password }`. */
export type CredentialValue = string | Readonly<Record<string, string>>;

/** A credential as the caller gives it. A function is asked for every call; what it returns may change over time. */
export type Credential = CredentialValue | (() => CredentialValue | Promise<CredentialValue>);

/** Leave to send one call with credentials. */
export interface Authorization {
  /** Names the account for limits and queues: a digest, never the secret itself. */
  readonly credential: string;
  /** Writes the newest credentials into a request. */
  apply(headers: Headers, url: URL): void;
  /** Values that must not appear in any message. */
  readonly secrets: readonly string[];
  /** Statuses for which `refresh` is worth a try. Absent: none. */
  readonly refreshOn?: readonly number[];
  /**
   * After an answer with such a status: gets new credentials unless somebody else already has.
   * True means that `apply` now writes other credentials and one replay is worth while.
   */
  refresh?(signal: AbortSignal): Promise<boolean>;
}

/** One security scheme at work: remembers tokens over calls. */
export interface Authenticator {
  /** Resolves at once, without a promise, when nothing has to be fetched. */
  authorize(signal: AbortSignal, tenant: string | undefined): Authorization | Promise<Authorization>;
}

/** What a scheme needs of the client. */
export interface AuthContext {
  readonly connector: Connector;
  /** Name of the scheme in the connector. */
  readonly name: string;
  /** The caller's credential of that name, checked; rejects with an error that names both ways to give it. */
  credential(name: string): CredentialValue | Promise<CredentialValue>;
  /** True when the credential comes from a function, so that asking again may give another value. */
  mayChange(name: string): boolean;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly tokenStore: TokenStore;
  /** Replaces server variables in a URL template. */
  fill(template: string): string;
}

/** How a scheme gets its credentials: a feature that generated code names. */
export type AuthKind = (scheme: AuthScheme, context: AuthContext) => Authenticator;

/** What a client needs to be authorised. */
export interface AuthOptions {
  /** By the policy's name of the credential, else by the name of the security scheme; absent ones come from the environment. */
  readonly auth?: Readonly<Record<string, Credential | undefined>> | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly tokenStore: TokenStore;
  /** Replaces server variables. */
  readonly fill: (template: string) => string;
}

/** Authorises the calls of one client. */
export interface Auth {
  /**
   * Credentials for one call, without a promise when nothing has to be fetched. Throws or rejects with an error of
   * effect `none` that says what to do: credentials missing or unusable, a token endpoint that fails or is not reached,
   * ReauthorizationRequiredError; or with the signal's reason.
   */
  authorize(
    operation: OperationDescriptor,
    tenant: string | undefined,
    signal: AbortSignal,
  ): Authorization | Promise<Authorization>;
}

const ANONYMOUS: Authorization = { credential: "anonymous", apply() {}, secrets: [] };

/**
 * Of an operation's alternatives the first is used whose credentials are all there (OpenAPI 3.1 section 4.8.30,
 * Security Requirement Object); the schemes of one alternative all apply.
 */
export function createAuth(connector: Connector, options: AuthOptions): Auth {
  const credentials = createCredentials(connector, options.auth);
  const authenticators = new Map<string, Authenticator>();
  const chosen = new WeakMap<readonly (readonly string[])[], readonly Authenticator[]>();

  const schemeOf = (name: string, operation: OperationDescriptor): AuthScheme => {
    const scheme = Object.hasOwn(connector.auth, name) ? connector.auth[name] : undefined;
    if (scheme === undefined)
      throw new TypeError(`${subject(operation)}: unknown security scheme "${printable(name)}".`);
    return scheme;
  };
  const authenticatorOf = (name: string, operation: OperationDescriptor): Authenticator => {
    let authenticator = authenticators.get(name);
    if (authenticator === undefined) {
      const scheme = schemeOf(name, operation);
      authenticator = scheme.use(scheme, {
        connector,
        name,
        credential: (credential) => credentials.get(credential, name),
        mayChange: (credential) => credentials.mayChange(credential, name),
        fetch: options.fetch,
        clock: options.clock,
        tokenStore: options.tokenStore,
        fill: options.fill,
      });
      authenticators.set(name, authenticator);
    }
    return authenticator;
  };
  /** A refresh token may come from the token store alone. */
  const isGiven = (name: string, operation: OperationDescriptor): boolean => {
    const scheme = schemeOf(name, operation);
    return scheme.credentials.every(
      (credential) =>
        credentials.has(credential, name) || scheme.token?.refreshToken?.includes(`{${credential}}`) === true,
    );
  };
  const choose = (operation: OperationDescriptor): readonly Authenticator[] => {
    const alternatives = operation.security ?? [];
    const known = chosen.get(alternatives);
    if (known !== undefined) return known;
    const found =
      alternatives.find((names) => names.length > 0 && names.every((name) => isGiven(name, operation))) ??
      alternatives.find((names) => names.length === 0);
    const authenticatorsFound = (found ?? alternatives[0] ?? []).map((name) => authenticatorOf(name, operation));
    if (found !== undefined && found.length > 0) chosen.set(alternatives, authenticatorsFound);
    return authenticatorsFound;
  };

  return {
    authorize(operation, tenant, signal) {
      if (operation.security === undefined || operation.security.length === 0) return ANONYMOUS;
      const fail = (error: unknown): never => {
        throw toConnectorError(error, operation);
      };
      try {
        const all = choose(operation);
        const one = all.length === 1 ? all[0]!.authorize(signal, tenant) : joined(all, signal, tenant);
        return isPromise(one) ? one.then((ready) => guarded(ready, operation), fail) : guarded(one, operation);
      } catch (error) {
        return fail(error);
      }
    },
  };
}

/** A refresh that fails speaks in the name of the call that it was for. */
function guarded(authorization: Authorization, operation: OperationDescriptor): Authorization {
  const { refresh } = authorization;
  if (refresh === undefined) return authorization;
  return {
    ...authorization,
    refresh: (signal) =>
      refresh(signal).catch((error) => {
        throw toConnectorError(error, operation);
      }),
  };
}

async function joinedLater(parts: readonly (Authorization | Promise<Authorization>)[]): Promise<Authorization> {
  return join(await Promise.all(parts));
}

function joined(
  all: readonly Authenticator[],
  signal: AbortSignal,
  tenant: string | undefined,
): Authorization | Promise<Authorization> {
  if (all.length === 0) return ANONYMOUS;
  const parts = all.map((authenticator) => authenticator.authorize(signal, tenant));
  return parts.some(isPromise) ? joinedLater(parts) : join(parts as Authorization[]);
}

function join(parts: readonly Authorization[]): Authorization {
  const refreshing = parts.filter((part) => part.refresh !== undefined);
  const base: Authorization = {
    credential: parts.map(({ credential }) => credential).join("+"),
    secrets: parts.flatMap(({ secrets }) => secrets),
    apply(headers, url) {
      for (const part of parts) part.apply(headers, url);
    },
  };
  if (refreshing.length === 0) return base;
  return {
    ...base,
    refreshOn: [...new Set(refreshing.flatMap(({ refreshOn }) => refreshOn ?? []))],
    async refresh(signal) {
      const changed = await Promise.all(refreshing.map((part) => part.refresh!(signal)));
      return changed.some(Boolean);
    },
  };
}
