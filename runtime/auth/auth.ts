import type { Observer } from "../call-watch.ts";
import type { Clock } from "../clock.ts";
import type { AuthScheme, Connector, OperationDescriptor } from "../descriptor.ts";
import { subject } from "../errors.ts";
import { isPromise } from "../is-promise.ts";
import { printable } from "../printable.ts";
import type { Redactor } from "../redact.ts";
import type { TokenStore } from "../stores/token-store.ts";
import { toConnectorError } from "./auth-failure.ts";
import { createCredentials } from "./credentials.ts";

/** A secret: text, or named parts of it such as `{ username, password }`. */
export type CredentialValue = string | Readonly<Record<string, string>>;

/** A credential as the caller gives it. A function is asked for every call; what it returns may change over time. */
export type Credential = CredentialValue | (() => CredentialValue | Promise<CredentialValue>);

/** A request as it will be sent, but for its signature. */
export interface UnsignedRequest {
  readonly operation: string;
  readonly tenant: string | undefined;
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** Empty when there is no body. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Epoch milliseconds by the provider's clock, as far as its answers tell. */
  readonly timestamp: number;
  /** Random, for this attempt only. */
  readonly nonce: string;
}

/**
 * Signs a request for providers whose scheme the policy cannot say (`sign: { scheme: hook }`). What it returns is
 * `{signature}` in the policy's `apply`, or with several parts `{signature.name}`. It is asked for every attempt; what
 * it changes in the request is not sent.
 */
export type SignRequest = (request: UnsignedRequest) => CredentialValue | Promise<CredentialValue>;

/** One attempt, for schemes that look at the whole of it. */
export interface Attempt {
  readonly operation: OperationDescriptor;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: RequestInit["body"];
}

/** An answer that refuses credentials. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
}

/** Leave to send one call with credentials. */
export interface Authorization {
  /** Names the account for limits and queues: a digest, never the secret itself. */
  readonly credential: string;
  /** The mode that the credential belongs to, where the policy tells them apart. */
  readonly mode?: string;
  /** Writes the newest credentials into a request. */
  apply(headers: Headers, url: URL): void;
  /** Signs an attempt after `apply`; rejects with a ConnectorError when it cannot, and then nothing was sent. */
  sign?(attempt: Attempt): Promise<void>;
  /** Told of the answer to a signed attempt. */
  observe?(headers: Headers): void;
  /** Values that must not appear in any message. */
  readonly secrets: readonly string[];
  /** Statuses for which `refresh` is worth a try; error rules know others. Absent: none. */
  readonly refreshOn?: readonly number[];
  /**
   * After an answer that refuses the credentials: gets new credentials unless somebody else already has.
   * True means that `apply` now writes other credentials and one replay is worth while.
   */
  refresh?(signal: AbortSignal, refusal?: Refusal): Promise<boolean>;
}

/** One security scheme at work: remembers tokens over calls. */
export interface Authenticator {
  /** Resolves at once, without a promise, when nothing has to be fetched. */
  authorize(signal: AbortSignal, tenant: string | undefined): Authorization | Promise<Authorization>;
}

/** What all schemes and tenants of a client share. */
export interface AuthClient {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly observer?: Observer | undefined;
  /** Absent: in memory. */
  readonly tokenStore?: TokenStore | undefined;
  /** The mode that credentials must belong to. */
  readonly mode?: string | undefined;
  readonly sign?: SignRequest | undefined;
  /** Replaces server variables in a URL template. */
  fill(template: string): string;
  /** URL that the paths of operations with this server stand below. */
  baseOf(server: string | undefined): string;
}

/** What a scheme needs. */
export interface AuthContext {
  readonly connector: Connector;
  /** Name of the scheme in the connector. */
  readonly name: string;
  /** The caller's credential of that name, checked; rejects with an error that names both ways to give it. */
  credential(name: string): CredentialValue | Promise<CredentialValue>;
  /** True when the credential comes from a function, so that asking again may give another value. */
  mayChange(name: string): boolean;
  readonly client: AuthClient;
}

/** How a scheme gets its credentials: a feature that generated code names. */
export type AuthKind = (scheme: AuthScheme, context: AuthContext) => Authenticator;

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
 * Authorises the calls of a client: a feature that generated code names. `given` is by the policy's name of the credential,
 * else by the name of the security scheme; absent ones come from the environment.
 */
export type AuthorizeKind = (
  connector: Connector,
  client: AuthClient,
  given?: Readonly<Record<string, Credential | undefined>>,
) => Auth;

/**
 * Of an operation's alternatives the first is used whose credentials are all there (OpenAPI 3.1 section 4.8.30,
 * Security Requirement Object); the schemes of one alternative all apply.
 */
export const securitySchemes: AuthorizeKind = (connector, client, given) => {
  checkModeName(connector, client.mode);
  const credentials = createCredentials(connector, given);
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
      const kind = scheme.sign?.use ?? scheme.use;
      authenticator = kind(scheme, {
        connector,
        name,
        credential: (credential) => credentials.get(credential, name),
        mayChange: (credential) => credentials.mayChange(credential, name),
        client,
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
};

/** A refresh or a signature that fails speaks in the name of the call that it was for. */
function guarded(authorization: Authorization, operation: OperationDescriptor): Authorization {
  const { refresh, sign } = authorization;
  if (refresh === undefined && sign === undefined) return authorization;
  const fail = (error: unknown): never => {
    throw toConnectorError(error, operation);
  };
  return {
    ...authorization,
    ...(refresh && { refresh: (signal, refusal) => refresh(signal, refusal).catch(fail) }),
    ...(sign && { sign: (attempt) => sign(attempt).catch(fail) }),
  };
}

function checkModeName(connector: Connector, mode: string | undefined): void {
  if (mode === undefined) return;
  const known = new Set(Object.values(connector.auth).flatMap((scheme) => Object.keys(scheme.mode ?? {})));
  if (known.has(mode)) return;
  const names = [...known].map((name) => `"${printable(name)}"`).join(", ");
  throw new TypeError(
    `Unknown mode "${printable(mode)}" of ${printable(connector.provider)}: there is ${names || "none"}.`,
  );
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
  const mode = parts.find((part) => part.mode !== undefined)?.mode;
  const signing = parts.filter((part) => part.sign !== undefined);
  const base: Authorization = {
    credential: parts.map(({ credential }) => credential).join("+"),
    ...(mode !== undefined && { mode }),
    secrets: parts.flatMap(({ secrets }) => secrets),
    apply(headers, url) {
      for (const part of parts) part.apply(headers, url);
    },
    ...(signing.length > 0 && {
      async sign(attempt) {
        for (const part of signing) await part.sign!(attempt);
      },
      observe(headers) {
        for (const part of signing) part.observe?.(headers);
      },
    }),
  };
  if (refreshing.length === 0) return base;
  return {
    ...base,
    refreshOn: [...new Set(refreshing.flatMap(({ refreshOn }) => refreshOn ?? []))],
    async refresh(signal, refusal) {
      const changed = await Promise.all(refreshing.map((part) => part.refresh!(signal, refusal)));
      return changed.some(Boolean);
    },
  };
}
