import type { Connector } from "./descriptor.ts";

/** Takes secrets out of what people will read. None of its functions throws, whatever it is given. */
export interface Redactor {
  /** Remembers a value that must not appear anywhere. */
  addSecret(value: string): void;
  url(url: string | URL): string;
  text(text: string): string;
}

export const HIDDEN: string = "[redacted]";
/** Names that say by themselves that their value is a secret; a connector only ever adds to them. */
const TELLING: readonly Pattern[] = [
  ...["authorization", "proxy-authorization", "cookie", "set-cookie", "password", "passwd"],
  ...["*token*", "*secret*", "*api-key*", "*signature*"],
].map(patternOf);

/** Shorter values would tear ordinary words apart. */
const SHORTEST_SECRET = 4;
/** Tokens come and go; the newest of them are remembered. */
const MOST_SECRETS = 10_000;

/** Redacts by name and by value. */
export function createRedactor(connector: Connector): Redactor {
  const isHiddenQuery = hiddenNames(connector, "query");
  const secrets = new Map<string, readonly string[]>();
  /** Spellings by their first characters: a text is gone through once, however many secrets there are. */
  const heads = new Map<string, Set<string>>();

  const remember = (spelling: string): void => {
    const head = spelling.slice(0, SHORTEST_SECRET);
    heads.set(head, (heads.get(head) ?? new Set()).add(spelling));
  };
  const text = (input: string): string => {
    let output = "";
    let done = 0;
    // What is hidden next; secrets that overlap are hidden as one.
    let from = 0;
    let end = 0;
    const hide = (): void => {
      output += input.slice(done, from) + HIDDEN;
      done = end;
    };
    for (let at = 0; at <= input.length - SHORTEST_SECRET; at++) {
      for (const spelling of heads.get(input.slice(at, at + SHORTEST_SECRET)) ?? []) {
        if (!input.startsWith(spelling, at)) continue;
        if (at >= end && end > done) hide();
        if (at >= end) from = at;
        end = Math.max(end, at + spelling.length);
      }
    }
    if (end > done) hide();
    return output + input.slice(done);
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
      if (secrets.size >= MOST_SECRETS) {
        for (const oldest of [...secrets.keys()].slice(0, MOST_SECRETS / 10)) secrets.delete(oldest);
        heads.clear();
        for (const kept of secrets.values()) kept.forEach(remember);
      }
      const known = attempt(() => spellings(value), [value]);
      secrets.set(value, known);
      known.forEach(remember);
    },
    url: (input) => attempt(() => url(String(input)), HIDDEN),
    text: (input) => attempt(() => text(String(input)), HIDDEN),
  };
  return redactor;
}

/** Tests names of headers (cookies are one) or of query parameters: built-in ones, the policy's, those that carry credentials. */
export function hiddenNames({ auth, redact }: Connector, place: "headers" | "query"): (name: string) => boolean {
  const carriers = Object.values(auth).flatMap(({ apply }) => apply);
  const names = carriers.filter((one) => (one.in === "query") === (place === "query")).map(({ name }) => name);
  const patterns = [...TELLING, ...[...redact[place], ...names].map(patternOf)];
  return (name) => fitsAny(name, patterns);
}

/** Whether a name says by itself that its value is a secret. */
export function isTelling(name: string): boolean {
  return fitsAny(name, TELLING);
}

/** The parts of a name between its `*`, from `^` to `$`. */
type Pattern = readonly string[];

function patternOf(name: string): Pattern {
  return `^${name.split("*").map(plain).join("*")}$`.split("*");
}

/** `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Whether a name is the parts of a pattern in turn, with anything between them. Takes time in proportion to its length. */
function fitsAny(name: string, patterns: readonly Pattern[]): boolean {
  const text = `^${plain(name)}$`;
  return patterns.some((parts) => {
    let at = 0;
    return parts.every((part) => {
      const found = text.indexOf(part, at);
      at = found + part.length;
      return found >= 0;
    });
  });
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
