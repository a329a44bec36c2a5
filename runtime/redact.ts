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
  const headerNames = new Set(connector.redact.headers.map(plain));
  const queryNames = new Set(connector.redact.query.map(plain));
  for (const scheme of Object.values(connector.auth)) {
    for (const { in: where, name } of scheme.apply) (where === "query" ? queryNames : headerNames).add(plain(name));
  }
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
      queryNames.has(plain(decoded(name))) || isTelling(decoded(name)) ? `${name}=${HIDDEN}` : pair,
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

  return {
    addSecret(value) {
      if (typeof value !== "string" || value.length < SHORTEST_SECRET || secrets.has(value)) return;
      if (secrets.size >= MOST_SECRETS)
        for (const oldest of [...secrets].slice(0, MOST_SECRETS / 10)) secrets.delete(oldest);
      secrets.add(value);
      sorted = undefined;
    },
    headers: (headers) =>
      attempt({}, () =>
        Object.fromEntries(
          [...headers].map(([name, value]) => [
            name,
            headerNames.has(plain(name)) || isTelling(name) ? HIDDEN : text(value),
          ]),
        ),
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
}

/** `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
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
