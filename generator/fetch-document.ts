/** The one place of the generator that opens a connection, and only to hosts that were allowed. */
import { InputError, type Stop } from "./errors.ts";
import { MAX_BYTES } from "./load/source-text.ts";
import { blankShapes } from "./secret-shapes.ts";

export interface FetchedDocument {
  readonly bytes: Uint8Array;
  /** Last part of the path, for its extension. */
  readonly name: string;
  /** As it may be written down: without what looks like a credential. */
  readonly url: string;
  /** What the server wants to hear when it is asked again. */
  readonly validators: Validators;
}

/** RFC 9110 section 8.8: what tells one state of a document from another. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FetchOptions {
  /** Hosts, with their port where it is not the usual one. */
  readonly allowHosts: readonly string[];
  /** Of the whole download, in milliseconds. */
  readonly timeout?: number;
  readonly fetch?: typeof fetch;
}

const maxRedirects = 3;
const defaultTimeout = 30_000;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source);
}

/** Without user, password and fragment, and without a query that may hold a token. */
function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  const risky = [...shown.searchParams].some(
    ([name, value]) => /token|key|secret|sig|auth|pass|code|session/i.test(name) || value.length > 24,
  );
  if (risky) shown.search = "";
  return blankShapes(shown.href);
}

function refuse(file: string, message: string, fix: string, stop: Stop = "usage"): InputError {
  return new InputError([{ file, line: 1, column: 1, code: "C006", severity: "error", message, fix }], stop);
}

function parseUrl(source: string, base?: URL): URL {
  try {
    return new URL(source, base);
  } catch {
    throw refuse("command line", "the URL of the document is not valid", "write https://host/path");
  }
}

function assertAllowed(url: URL, { allowHosts }: FetchOptions): void {
  const file = shownUrl(url);
  if (url.username !== "" || url.password !== "")
    throw refuse(file, "the URL carries a user name or password", "download the document and add the file");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.test(url.hostname)))
    throw refuse(file, "documents are fetched over https only", "write https://…, or download it and add the file");
  if (!allowHosts.includes(url.host))
    throw refuse(
      file,
      `no connection is opened to ${url.host} unless the command line allows it`,
      `add --allow-host ${url.host}, or download the document and add the file`,
    );
}

/**
 * @throws InputError for a host that is not allowed, a server that cannot be reached (`stop: "unreachable"`), and an
 * answer that is no document or too large (`stop: "revision"`).
 */
export async function fetchDocument(source: string, options: FetchOptions): Promise<FetchedDocument> {
  return (await refetchDocument(source, {}, options))!;
}

/** Like `fetchDocument`; undefined when the server says that the document is still the one that it gave these for. */
export async function refetchDocument(
  source: string,
  known: Validators,
  options: FetchOptions,
): Promise<FetchedDocument | undefined> {
  const first = parseUrl(source);
  const signal = AbortSignal.timeout(options.timeout ?? defaultTimeout);
  let url = first;
  for (let hops = 0; ; hops++) {
    assertAllowed(url, options);
    const response = await request(url, signal, known, options.fetch ?? fetch);
    if (response.status === 304 && (known.etag ?? known.lastModified) !== undefined) {
      await response.body?.cancel();
      return undefined;
    }
    const target = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || target === null)
      return {
        bytes: await readBody(response, url),
        name: url.pathname.split("/").at(-1) ?? "",
        url: shownUrl(first),
        validators: validatorsOf(response.headers),
      };
    await response.body?.cancel();
    const next = parseUrl(target, url);
    if (next.host !== first.host || next.protocol !== first.protocol)
      throw refuse(
        shownUrl(url),
        `the answer leads to another host, ${next.host}`,
        "look at that address, and add the document from there if you trust it",
        "revision",
      );
    if (hops >= maxRedirects)
      throw refuse(
        shownUrl(url),
        "the answer leads on too often",
        "download the document and add the file",
        "revision",
      );
    url = next;
  }
}

/** Only what can be sent back as it is. */
function validatorsOf(headers: Headers): Validators {
  const usable = (name: string): string | undefined => {
    const value = headers.get(name);
    return value !== null && /^[\x20-\x7e]{1,200}$/.test(value) ? value : undefined;
  };
  const [etag, lastModified] = [usable("etag"), usable("last-modified")];
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

async function request(url: URL, signal: AbortSignal, known: Validators, send: typeof fetch): Promise<Response> {
  const headers = {
    accept: "application/json, application/yaml, text/yaml, */*;q=0.5",
    ...(known.etag === undefined ? {} : { "if-none-match": known.etag }),
    ...(known.lastModified === undefined ? {} : { "if-modified-since": known.lastModified }),
  };
  try {
    return await send(url, { redirect: "manual", signal, credentials: "omit", headers });
  } catch (error) {
    throw failure(url, error);
  }
}

function failure(url: URL, error: unknown): InputError {
  const slow = error instanceof Error && error.name === "TimeoutError";
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined)?.code : undefined;
  const reason = slow ? "it takes too long" : typeof cause === "string" ? cause : "the connection failed";
  return refuse(
    shownUrl(url),
    `the document cannot be fetched: ${reason}`,
    "try again, or download it and add the file",
    "unreachable",
  );
}

async function readBody(response: Response, url: URL): Promise<Uint8Array> {
  if (response.status !== 200) {
    await response.body?.cancel();
    // A server that is down or busy says nothing of the document; one that has none at this address does.
    const down = response.status >= 500 || response.status === 408 || response.status === 429;
    const message = `the answer has status ${response.status}, not 200`;
    throw refuse(shownUrl(url), message, "check the address", down ? "unreachable" : "revision");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw failure(url, error);
  }
  if (size > MAX_BYTES)
    throw refuse(
      shownUrl(url),
      `the document is larger than ${MAX_BYTES / 2 ** 20} MiB`,
      "split or filter it, and add the file",
      "revision",
    );
  return Buffer.concat(chunks);
}
