/** The part of a connector's data that says how its clients prove who they are. */
import type { AuthKind } from "./auth/auth.ts";
import type { AssertionKind } from "./auth/signed-assertion.ts";
import type { CredentialPlace } from "./auth/template.ts";
import type { ClientProof } from "./auth/token-request.ts";
import type { ConditionTest } from "./condition.ts";
import type { Condition, OperationDescriptor, Pointer, Policy } from "./descriptor.ts";

/** `{name}` is replaced by a credential; `{name.member}` by a member of a structured one; `{accessToken}` by the token. */
export type Template = string;

/** A private or shared key of the client's. */
export interface SigningKey {
  readonly algorithm: "hmac" | "rsa" | "ecdsa" | "ed25519";
  /** Also chooses the curve of ecdsa; without meaning for ed25519. */
  readonly hash: "sha1" | "sha256" | "sha384" | "sha512";
  readonly key: Template;
  /** How `key` writes its bytes. */
  readonly encoding: "utf8" | "hex" | "base64" | "pem";
}

/** A JSON Web Token that the client signs itself. */
export interface Assertion extends SigningKey {
  readonly use: AssertionKind;
  readonly keyId?: Template;
  readonly claims: Readonly<Record<string, Template>>;
  /** Milliseconds. */
  readonly lifetime: number;
}

/** A signature over each request: with a key (`keySignature`), or by the application (`hookSignature`). */
export type RequestSignature =
  | {
      readonly use: AuthKind;
      readonly key: SigningKey;
      /** Beside credentials `{method}`, `{path}`, `{query}`, `{host}`, `{rawBody}`, and what `apply` may name. */
      readonly signed: Template;
      readonly encoding: "hex" | "base64" | "base64url";
    }
  | { readonly use: AuthKind };

/** A call of the same API whose answer holds the token. */
export interface SessionLogin {
  readonly login: Pick<
    OperationDescriptor,
    "id" | "method" | "path" | "server" | "parameters" | "write" | "body" | "accept"
  > & {
    readonly constants: Pick<Policy, "headers" | "query" | "path">;
  };
  /** By input key. */
  readonly parameters: Readonly<Record<string, Template>>;
  /** Properties of the body. */
  readonly body: Readonly<Record<string, Template>>;
  readonly token: Pointer;
  readonly expiresIn: { readonly path: readonly string[]; readonly unit: "seconds" | "milliseconds" };
  readonly refreshBefore: number;
}

export interface AuthScheme {
  /**
   * How the credential is obtained: `staticCredential`, `basicCredential`, `clientCredentials`, `refreshToken`,
   * `jwtBearer` or `sessionLogin`.
   */
  readonly use: AuthKind;
  /** Names of the credentials it needs, as in the connector's `credentials`. */
  readonly credentials: readonly string[];
  readonly apply: readonly {
    readonly in: "header" | "query" | "cookie";
    readonly name: string;
    /**
     * For `basicCredential` the text before base64: `{user}:{password}`. With `sign` also `{signature}`, `{timestamp}`
     * (seconds), `{timestampMs}`, `{timestampIso}`, `{nonce}` and `{bodySha256}`.
     */
    readonly value: Template;
    /** `inQuery` or `inCookie`; absent for a header. */
    readonly place?: CredentialPlace;
  }[];
  /** OAuth 2.0 only. */
  readonly token?: {
    readonly url: Template;
    /** `none`: only the id is sent; also where `clientAssertion` proves it. */
    readonly clientAuth: "body" | "basic" | "none";
    readonly clientId?: Template;
    readonly clientSecret?: Template;
    /** `basicProof`, or `assertionProof` with `clientAssertion`; absent otherwise. */
    readonly prove?: ClientProof;
    /** Proves who the client is (RFC 7523 section 2.2). */
    readonly clientAssertion?: Assertion;
    /** The grant of `jwtBearer` (RFC 7523 section 2.1). */
    readonly assertion?: Assertion;
    readonly refreshToken?: Template;
    readonly scopes: readonly string[];
    readonly params: Readonly<Record<string, Template>>;
    readonly expiresIn: { readonly path: readonly string[]; readonly unit: "seconds" | "milliseconds" };
    readonly refreshBefore: number;
    readonly rotation: "none" | "singleUse";
    readonly invalidGrant?: Condition;
    /** `conditionHolds` with `invalidGrant`. */
    readonly conditions?: ConditionTest;
  };
  /** `sessionLogin` only. */
  readonly session?: SessionLogin;
  readonly sign?: RequestSignature;
  /** Name of a mode (also of a tier of rate limits), and the pattern of credentials that belong to it. */
  readonly mode?: Readonly<Record<string, string>>;
  /** Statuses that cause one refresh and one replay. */
  readonly refreshOn: readonly number[];
}
