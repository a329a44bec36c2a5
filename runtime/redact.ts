import type { Connector } from "./descriptor.ts";
import { readPath } from "./pointer.ts";

/** Takes secrets out of what people will read. None of its functions throws, whatever it is given. */
export interface Redactor {
  /** Remembers a value that must not appear anywhere. */
  addSecret(value: string): void;
  headers(headers: Headers): Record<string, string>;
  url(url: string | URL): string;
  text(text: string): string;
  /** A copy of a decoded body, without what stands at these JSON Pointers or under a telling name. */
  body(value: unknown, pointers?: readonly (readonly string[])[]): unknown;
}

const HIDDEN = "[redacted]";
const NAMES = ["authorization", "proxyauthorization", "cookie", "setcookie", "password", "passwd"];
const PARTS = ["token", "secret", "apikey", "signature"];

/** Shorter values would tear ordinary words apart. */
const SHORTEST_SECRET = 4;
/** Tokens come and go; the newest of them are remembered. */
const MOST_SECRETS = 10_000;
const DEEPEST_BODY = 64;

/**
 * Redacts by name and by value. Built-in names: Authorization, Proxy-Authorization, Cookie, Set-Cookie, password, and
 * everything that contains token, secret, api-key or signature; a connector only ever adds to them.
 */
export function createRedactor(connector: Connector): Redactor {
  const applied = Object.values(connector.auth).flatMap((scheme) => scheme.apply);
  const ofAuth = (inQuery: boolean) =>
    applied.filter((one) => (one.in === "query") === inQuery).map(({ name }) => name);
  const isHiddenHeader = nameTest([...connector.redact.headers, ...ofAuth(false)]);
  const isHiddenQuery = nameTest([...connector.redact.query, ...ofAuth(true)]);
  const secrets = new Set<string>();
  let sorted: readonly string[] | undefined;

  const text = (input: string): string => {
    // A secret that contains another one goes first.
    sorted ??= [...secrets].flatMap(spellings).sort((one, other) => other.length - one.length);
    let output = input;
    for (const secret of sorted) if (output.includes(secret)) output = output.replaceAll(secret, HIDDEN);
    return output;
  };
  const query = (search: string): string =>
    search.replace(/([^?&#=]+)=([^&#]*)/g, (pair, name: string) =>
      isHiddenQuery(decoded(name)) ? `${name}=${HIDDEN}` : pair,
    );
  const url = (input: string): string => {
    const [whole, before = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(input) ?? [];
    return whole === undefined ? HIDDEN : text(before.replace(/\/\/[^/@]*@/, `//${HIDDEN}@`) + query(rest));
  };
  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
    if (depth >= DEEPEST_BODY) return "[deep]";
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
      text(key),
      isTelling(key) && item !== null ? HIDDEN : copy(item, depth + 1),
    ]);
    return Object.fromEntries(entries);
  };

  const redactor: Redactor = {
    addSecret(value) {
      if (typeof value !== "string" || value.length < SHORTEST_SECRET || secrets.has(value)) return;
      // `Bearer …` may come back without its scheme, or with another space.
      const token = /^[A-Za-z]+ (\S+)$/.exec(value)?.[1];
      if (token !== undefined) redactor.addSecret(token);
      if (secrets.size >= MOST_SECRETS)
        for (const oldest of [...secrets].slice(0, MOST_SECRETS / 10)) secrets.delete(oldest);
      secrets.add(value);
      sorted = undefined;
    },
    headers: (headers) =>
      attempt({}, () =>
        Object.fromEntries([...headers].map(([name, value]) => [name, isHiddenHeader(name) ? HIDDEN : text(value)])),
      ),
    url: (input) => attempt(HIDDEN, () => url(String(input))),
    text: (input) => attempt(HIDDEN, () => text(String(input))),
    body: (value, pointers = []) =>
      attempt<unknown>(HIDDEN, () => {
        const result = { root: copy(value, 0) };
        for (const pointer of pointers) hide(result, ["root", ...pointer]);
        return result.root;
      }),
  };
  return redactor;
}

/** `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Tests names against a list in which `*` stands for anything. */
function nameTest(list: readonly string[]): (name: string) => boolean {
  const exact = new Set(list.filter((name) => !name.includes("*")).map(plain));
  const patterns = list.filter((name) => name.includes("*")).map((name) => name.split("*").map(plain));
  return (name) => {
    const bare = plain(name);
    return exact.has(bare) || isTelling(name) || patterns.some((parts) => fits(bare, parts));
  };
}

/** Whether text is these parts in turn, with anything between them. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

function isTelling(name: string): boolean {
  const bare = plain(name);
  return NAMES.includes(bare) || PARTS.some((part) => bare.includes(part));
}

/** A secret as it may be written in a URL or in JSON. */
function spellings(secret: string): readonly string[] {
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      new URLSearchParams([["", secret]]).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
    ]),
  ];
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function hide(root: unknown, path: readonly string[]): void {
  const last = path.at(-1)!;
  const parent = readPath(root, path.slice(0, -1));
  if (typeof parent === "object" && parent !== null && Object.hasOwn(parent, last)) {
    Object.defineProperty(parent, last, { value: HIDDEN, enumerable: true, configurable: true, writable: true });
  }
}

function attempt<T>(fallback: T, work: () => T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}
