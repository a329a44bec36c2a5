/**
 * `couplet.lock.json`: what was generated from what, and the names that must stay. Sorted, one entry a line, no
 * timestamps, so that it merges cleanly and the same input gives the same bytes.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { toJson } from "./emit/escape.ts";
import { InputError, locate } from "./errors.ts";

export interface LockedVersion {
  /** Deprecated operation -> day of its end as `x-sunset` tells it, or null. */
  readonly deprecations: Readonly<Record<string, string | null>>;
  /** Of the normalised document and the policy in force: equal where only comments, order or layers changed. */
  readonly effectiveSha256?: string | undefined;
  /** Files that were read, relative to the lock, and options that decide the output -> sha256 or value. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Operation key -> `namespace.method`: a name that was given stays. */
  readonly names: Readonly<Record<string, string>>;
  /** Of what the document says after its overlays: equal where only descriptions, examples or layout changed. */
  readonly irSha256?: string | undefined;
  readonly operations: number;
  /** Scheme, host and port of every server and token URL; a new one is an error until `couplet update`. */
  readonly origins: readonly string[];
  /** Files of the version folder -> sha256. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Of the policy and the files it extends; absent without a policy. */
  readonly policySha256?: string | undefined;
  /** Selector of the policy -> number of operations it matches. */
  readonly selectors: Readonly<Record<string, number>>;
  /** Of the raw bytes of the document, the files it refers to and the overlays. */
  readonly specSha256: string;
  /** Of the types that the version declares: equal where no consumer's type check can differ. */
  readonly surfaceSha256?: string | undefined;
  /** Schema of the document -> name of its type, and `<schema> request` where requests have their own. */
  readonly types: Readonly<Record<string, string>>;
}

export interface LockedProvider {
  /** Files of the package outside the version folders -> sha256. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The npm package; its version is decided here (`couplet update`) and printed into package.json. */
  readonly package?: { readonly name: string; readonly version: string } | undefined;
  /** Over all entries of the provider but this one: an entry that was edited is found without generating again. */
  readonly sha256?: string | undefined;
  readonly versions: Readonly<Record<string, LockedVersion>>;
}

export interface Lock {
  readonly lockVersion: 1;
  readonly generator: {
    readonly name: "couplet";
    readonly version: string;
    readonly sha256: string;
    /** sha256 of the policy format's JSON Schema beside the policies; absent outside of projects. */
    readonly policySchema?: string | undefined;
  };
  readonly providers: Readonly<Record<string, LockedProvider>>;
}

const texts = z.record(z.string(), z.string());
const lockSchema: z.ZodType<Lock> = z.strictObject({
  lockVersion: z.literal(1),
  generator: z.strictObject({
    name: z.literal("couplet"),
    version: z.string(),
    sha256: z.string(),
    policySchema: z.string().optional(),
  }),
  providers: z.record(
    z.string(),
    z.strictObject({
      outputs: texts,
      package: z.strictObject({ name: z.string(), version: z.string() }).optional(),
      sha256: z.string().optional(),
      versions: z.record(
        z.string(),
        // What locks of earlier versions lack is optional here.
        z.strictObject({
          deprecations: z.record(z.string(), z.string().nullable()).default({}),
          effectiveSha256: z.string().optional(),
          inputs: texts,
          irSha256: z.string().optional(),
          names: texts,
          operations: z.number().int(),
          origins: z.array(z.string()),
          outputs: texts,
          policySha256: z.string().optional(),
          selectors: z.record(z.string(), z.number().int()),
          specSha256: z.string(),
          surfaceSha256: z.string().optional(),
          types: texts.default({}),
        }),
      ),
    }),
  ),
});

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Reads a lock; a file that is not one is a located error, because guessing would lose the pinned names. */
export function parseLock(file: string, text: string): Lock {
  const restore =
    "restore the file from version control (after a merge conflict: take either side), then run `couplet generate`";
  const refuse = (message: string, offset: number, fix: string = restore): never => {
    throw new InputError([
      {
        ...locate(file, text, offset),
        code: "L001",
        severity: "error",
        message,
        fix,
      },
    ]);
  };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    const conflict = text.search(/^<{7}/m);
    return refuse(conflict === -1 ? "the lock is not JSON" : "the lock holds a merge conflict", Math.max(0, conflict));
  }
  const version = typeof data === "object" && data !== null && "lockVersion" in data ? data.lockVersion : undefined;
  if (typeof version === "number" && version > 1)
    return refuse(
      `lockVersion is ${version}, and this couplet reads 1`,
      text.indexOf('"lockVersion"'),
      "run the couplet that wrote it, or a newer one",
    );
  const parsed = lockSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.findLast((part) => typeof part === "string");
  const offset = key === undefined ? 0 : Math.max(0, text.indexOf(JSON.stringify(key)));
  return refuse(
    `the lock does not have the expected form at ${issue.path.join(".") || "its root"}: ${issue.message}`,
    offset,
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}

/** Any JSON data as one hash that does not depend on the order of keys. */
export function hashJson(value: unknown): string {
  // Reading the lock back loses a key of this name, which a document may well have.
  const text = JSON.stringify(sortKeys(value), (key, member: unknown) => (key === "__proto__" ? undefined : member));
  return sha256(text ?? "");
}

function digest({ sha256: _, ...entries }: LockedProvider): string {
  return hashJson(entries);
}

/** Whether the entries are as a run of the generator wrote them. */
export function isSealed(provider: LockedProvider): boolean {
  return provider.sha256 === digest(provider);
}

export function seal(provider: LockedProvider): LockedProvider {
  return { ...provider, sha256: digest(provider) };
}

export function printLock(lock: Lock): string {
  return toJson(sortKeys(lock), 2);
}
