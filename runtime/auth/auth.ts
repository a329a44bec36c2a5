import type { Observer } from "../call-watch.ts";
import type { Clock } from "../clock.ts";
import type { AuthScheme, Connector, OperationDescriptor } from "../descriptor.ts";
import { isPromise } from "../is-promise.ts";
import { ownOptions } from "../own-options.ts";
import { printable } from "../printable.ts";
import type { Redactor } from "../redact.ts";
import type { TokenStore } from "../stores/token-store.ts";
import { inNameOf } from "./auth-failure.ts";
import { credentialGiven } from "./credentials.ts";

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
  readonly mode?: string | undefined;
  /** Writes the newest credentials into a request, also again after a redirect. */
  apply(headers: Headers, url: URL): void;
  /** Signs an attempt after `apply`; rejects with a ConnectorError when it cannot, and then nothing was sent. */
  sign?(attempt: Attempt): Promise<void>;
  /** Told of the answer to a signed attempt. */
  observe?(headers: Headers): void;
  /** Values that must not appear in any message. */
  readonly secrets: readonly string[];
  /** Statuses for which `Auth.refresh` is worth a try; error rules know others. */
  readonly refreshOn?: readonly number[];
  /** Absent where the credentials cannot change. True: the next authorization has others. */
  refresh?(refusal?: Refusal): Promise<boolean>;
}

/** One security scheme at work: remembers tokens over calls. Answers without a promise when nothing has to be fetched. */
export type Authenticator = (tenant: string | undefined) => Authorization | Promise<Authorization>;

/** What all schemes and tenants of a client share. */
export interface AuthClient {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly observer?: Observer | undefined;
  /** Absent: the first scheme that needs one puts one in memory here. */
  tokenStore?: TokenStore | undefined;
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
  /** The credential of that name: the caller's, else that of the environment. Not checked; see `credentialOf`. */
  given(name: string): Credential | undefined;
  /** The mode of the scheme's credentials; throws for one that the client was not made for. Absent: there are no modes. */
  readonly modeOf: ModeOf | undefined;
  readonly client: AuthClient;
}

/** How a scheme gets its credentials: a feature that generated code names. */
export type AuthKind = (scheme: AuthScheme, context: AuthContext) => Authenticator;

type ModeOf = (scheme: AuthScheme, credentials: readonly string[]) => string | undefined;

/** Tells modes by the looks of credentials: a feature that generated code names. Throws for a wish that no scheme knows. */
export type ModesKind = (connector: Connector, wanted: string | undefined) => ModeOf;

/**
 * Authorises the calls of one client. What goes wrong is an error of effect `none` that says what to do: credentials
 * missing or unusable, a token endpoint that fails or is not reached, ReauthorizationRequiredError.
 */
export interface Auth {
  /** Credentials for one attempt, without a promise when nothing has to be fetched. */
  authorize(operation: OperationDescriptor, tenant: string | undefined): Authorization | Promise<Authorization>;
  /**
   * After an answer that refuses the credentials: gets new ones unless somebody else already has. True means that
   * `authorize` now gives others and one replay is worth while.
   */
  refresh(operation: OperationDescriptor, authorization: Authorization, refusal?: Refusal): Promise<boolean>;
}

/**
 * Authorises the calls of a client: a feature that generated code names. `given` is by the policy's name of the credential,
 * else by the name of the security scheme; absent ones come from the environment.
 */
export type AuthorizeKind = (
  connector: Connector,
  client: AuthClient,
  given?: Readonly<Record<string, Credential | undefined>>,
) => Auth;

/** The schemes of one client, by name. */
export interface Schemes {
  /** Whether a credential is there for a scheme. */
  has(credential: string, scheme: string): boolean;
  authenticator(scheme: string): Authenticator;
}

/** Where every operation that sends credentials takes the same kind: one alternative of one scheme. */
export const oneScheme: AuthorizeKind = (connector, client, given) =>
  createAuth(connector, client, given, ({ security }, { authenticator }) => authenticator(security![0]![0]!));

/** Authorises with the authenticator that `choose` finds for an operation. */
export function createAuth(
  connector: Connector,
  client: AuthClient,
  given: Parameters<AuthorizeKind>[2],
  choose: (operation: OperationDescriptor, schemes: Schemes) => Authenticator,
): Auth {
  const { mode } = client;
  const modeOf = connector.modes?.(connector, mode);
  if (mode !== undefined && modeOf === undefined) throw unknownMode(connector, mode, "none");
  const own = ownOptions(given ?? {});
  const find = (credential: string, scheme: string) => credentialGiven(connector, own, credential, scheme);
  const authenticators = new Map<string, Authenticator>();
  const schemes: Schemes = {
    has: (credential, scheme) => find(credential, scheme) !== undefined,
    authenticator(name) {
      let authenticator = authenticators.get(name);
      if (authenticator === undefined) {
        const scheme = connector.auth[name]!;
        const kind = scheme.sign?.use ?? scheme.use;
        authenticator = kind(scheme, {
          connector,
          name,
          given: (credential) => find(credential, name),
          modeOf,
          client,
        });
        authenticators.set(name, authenticator);
      }
      return authenticator;
    },
  };
  return {
    authorize(operation, tenant) {
      try {
        const authorization = choose(operation, schemes)(tenant);
        return isPromise(authorization) ? authorization.catch(inNameOf(operation)) : authorization;
      } catch (error) {
        return inNameOf(operation)(error);
      }
    },
    async refresh(operation, { refresh }, refusal) {
      return refresh ? refresh(refusal).catch(inNameOf(operation)) : false;
    },
  };
}

export function unknownMode({ provider }: Connector, mode: string, known: string): TypeError {
  return new TypeError(`Unknown mode "${printable(mode)}" of ${printable(provider)}: there is ${known}.`);
}
