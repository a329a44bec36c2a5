/** The data of `contract.json`: what is called, what must be sent, what comes back. */

/** A binary value in JSON: its text (UTF-8) and media type. */
interface BlobValue {
  readonly $blob: string;
  readonly type?: string | undefined;
}

export interface ContractParameter {
  readonly in: string;
  /** Name on the wire. */
  readonly name: string;
  readonly value: unknown;
  /** `policy`: a constant of the policy, which the document need not declare. */
  readonly from?: string | undefined;
}

export interface ContractCase {
  readonly id: string;
  /** Property names from the client to the method. */
  readonly call: readonly string[];
  /** Absent: the operation has no input; the method is called with undefined. */
  readonly input?: unknown;
  readonly request: {
    readonly method: string;
    /** The document's path template. */
    readonly path: string;
    readonly parameters: readonly ContractParameter[];
    readonly contentType?: string | undefined;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly contentType?: string | undefined;
    readonly body?: unknown;
    /** What the client gives, where it sees values as other types: see `plainData`. */
    readonly data?: unknown;
  };
}

export interface SampleKey {
  readonly algorithm: "hmac" | "rsa" | "ecdsa" | "ed25519";
  readonly hash: "sha1" | "sha256" | "sha384" | "sha512";
  readonly encoding: "utf8" | "hex" | "base64" | "pem";
}

export interface SampleLogin {
  readonly method: string;
  /** Resolved, but for parameters of its path. */
  readonly url: string;
  readonly header?: string | undefined;
  /** JSON Pointer, split. */
  readonly body?: readonly string[] | undefined;
}

export interface Contract {
  readonly provider: string;
  readonly version: string;
  /** Resolved base URL of the requests. */
  readonly server: string;
  /** Where the document names no host: what the client is told to call. */
  readonly baseUrl?: string | undefined;
  /** Sample credentials by name. */
  readonly auth: Readonly<Record<string, unknown>>;
  readonly serverVariables?: Readonly<Record<string, string>> | undefined;
  /** Token endpoints that the policy names; those of the document's OAuth flows are known without it. */
  readonly tokenUrls?: readonly string[] | undefined;
  /** Credentials that are keys: a fresh one is made for each run, so that no contract holds one. */
  readonly keys?: Readonly<Record<string, SampleKey>> | undefined;
  /** Calls that give a token, and where their answer holds it. */
  readonly logins?: readonly SampleLogin[] | undefined;
  /** What the application's `sign` gives, where requests are signed by it. */
  readonly signature?: string | Readonly<Record<string, string>> | undefined;
  /** Operations (`POST /path`) of the document that the policy leaves out. */
  readonly excluded?: readonly string[] | undefined;
  readonly cases: readonly ContractCase[];
}

/** True for the JSON form of a binary value. */
export function isBlobValue(value: unknown): value is BlobValue {
  return typeof value === "object" && value !== null && typeof (value as Partial<BlobValue>).$blob === "string";
}

/** A value in JSON: a date is `{ "$date": … }`, a bigint `{ "$bigint": … }`. */
export function plainData(value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(plainData);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainData(member)]));
}

/** A copy of a sample in which every binary value is a `Blob`. */
export function reviveBlobs(value: unknown, depth = 0): unknown {
  if (depth > 200) throw new Error("a sample in contract.json is nested more than 200 levels deep");
  if (isBlobValue(value)) return new Blob([value.$blob], value.type === undefined ? {} : { type: value.type });
  if (Array.isArray(value)) return value.map((item) => reviveBlobs(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: reviveBlobs(member, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}
