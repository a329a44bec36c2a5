/** `.couplet/upstream/`: what providers were last seen to publish. Never part of the project, and never trusted further than its hash. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Validators } from "../fetch-document.ts";
import { sha256 } from "../lock.ts";

const folder = ".couplet/upstream";

export interface CachedUpstream {
  /** Path from the project's root. */
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  /** `YYYY-MM-DD` */
  readonly fetched: string;
  readonly validators: Validators;
}

const recordSchema = z.strictObject({
  file: z.enum(["openapi.json", "openapi.yaml"]),
  url: z.string(),
  sha256: z.string(),
  fetched: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
});

/** Undefined when nothing is cached, or what is there is not what was cached: then it is fetched anew. */
export async function readCache(root: string, provider: string, version: string): Promise<CachedUpstream | undefined> {
  const place = `${folder}/${provider}/${version}`;
  const text = await readFile(join(root, place, "fetched.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { file, etag, lastModified, ...record } = parsed.data;
  const bytes = await readFile(join(root, place, file)).catch(() => undefined);
  if (bytes === undefined || sha256(bytes) !== record.sha256) return undefined;
  const validators = {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
  return { ...record, file: `${place}/${file}`, validators };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Files of the cache for a document that was fetched, by path from the root; the other form of an earlier one goes. */
export function cacheFiles(
  provider: string,
  version: string,
  bytes: Uint8Array,
  { url, fetched, validators }: Pick<CachedUpstream, "url" | "fetched" | "validators">,
): Map<string, Uint8Array | string | undefined> {
  const place = `${folder}/${provider}/${version}`;
  const json = Buffer.from(bytes.subarray(0, 1024)).toString("latin1").trimStart().startsWith("{");
  const [file, other] = json ? ["openapi.json", "openapi.yaml"] : ["openapi.yaml", "openapi.json"];
  const record = { file, url, sha256: sha256(bytes), fetched, ...validators };
  return new Map<string, Uint8Array | string | undefined>([
    // Wherever the project's own list of ignored files forgets it.
    [".couplet/.gitignore", "*\n"],
    [`${place}/${file}`, bytes],
    [`${place}/${other}`, undefined],
    [`${place}/fetched.json`, `${JSON.stringify(record, null, 2)}\n`],
  ]);
}
