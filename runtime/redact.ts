import type { Connector } from "./descriptor.ts";

/** Takes secrets out of what people will read. None of its functions throws, whatever it is given. */
export interface Redactor {
  /** Remembers a value that must not appear anywhere. */
  addSecret(value: string): void;
  url(url: string | URL): string;
  text(text: string): string;
}

export const HIDDEN: string = "[redacted]";
const NAMES = ["authorization", "proxyauthorization", "cookie", "setcookie", "password", "passwd"];
const PARTS = ["token", "secret", "apikey", "signature"];

/** Shorter values would tear ordinary words apart. */
const SHORTEST_SECRET = 4;
/** Tokens come and go; the newest of them are remembered. */
const MOST_SECRETS = 10_000;

/**
 * Redacts by name and by value. Built-in names: Authorization, Proxy-Authorization, Cookie, Set-Cookie, password, and
 * everything that contains token, secret, api-key or signature; a connector only ever adds to them.
 */
export function createRedactor(connector: Connector): Redactor {
  const isHiddenQuery = hiddenNames(connector, "query");
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
      isHiddenQuery(attempt(() => decodeURIComponent(name), name)) ? `${name}=${HIDDEN}` : pair,
    );
  const url = (input: string): string => {
    const [whole, before = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(input) ?? [];
    return whole === undefined ? HIDDEN : text(before.replace(/\/\/[^/@]*@/, `//${HIDDEN}@`) + query(rest));
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
    url: (input) => attempt(() => url(String(input)), HIDDEN),
    text: (input) => attempt(() => text(String(input)), HIDDEN),
  };
  return redactor;
}

/** `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Tests names of headers (cookies are one) or of query parameters: built-in ones, the policy's, those that carry credentials. */
export function hiddenNames({ auth, redact }: Connector, place: "headers" | "query"): (name: string) => boolean {
  const list = [...redact[place]];
  for (const { apply } of Object.values(auth))
    for (const one of apply) if ((one.in === "query") === (place === "query")) list.push(one.name);
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

/** Whether a name says by itself that its value is a secret. */
export function isTelling(name: string): boolean {
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

/** Whatever is given to be redacted, nothing is thrown for it. */
export function attempt<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}
