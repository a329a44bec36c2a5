/** Where requests may go: the server a client talks to, and the one check that keeps everything else on it. */
import type { Connector } from "./descriptor.ts";
import { printable } from "./printable.ts";

export interface ServerOptions {
  readonly server?: string;
  readonly serverVariables?: Readonly<Record<string, string | undefined>>;
  readonly baseUrl?: string;
}

export interface Servers {
  /** Without a trailing slash. Absent: the document names no usable server. */
  readonly base: string;
  /** The base of an operation with a server of its own; `baseUrl` replaces that too. */
  baseOf(template: string | undefined): string;
  /** Replaces server variables in a URL template. */
  fill(template: string): string;
}

/** Chooses and checks the server once, when a client is made. Throws a TypeError that says what to give. */
export function resolveServers(connector: Connector, options: ServerOptions): Servers {
  const fill = (template: string): string =>
    connector.fill === undefined ? template : connector.fill(connector, template, options.serverVariables ?? {});
  if (options.baseUrl !== undefined) {
    const base = checkBase(options.baseUrl, "baseUrl");
    return { base, baseOf: () => base, fill };
  }
  const server =
    options.server === undefined ? connector.servers[0] : connector.servers.find(({ name }) => name === options.server);
  if (server === undefined) {
    const names = connector.servers.map(({ name }) => `"${printable(name)}"`).join(", ");
    throw new TypeError(
      options.server === undefined
        ? `The document of ${label(connector)} names no server: give createClient({ baseUrl }).`
        : `Unknown server "${printable(options.server)}" of ${label(connector)}: there is ${names || "none"}.`,
    );
  }
  const base = checkBase(fill(server.url), `server "${printable(server.name)}"`);
  const bases = new Map<string, string>();
  return {
    base,
    fill,
    baseOf(template) {
      if (template === undefined) return base;
      let own = bases.get(template);
      if (own === undefined) {
        own = checkBase(fill(template), "the operation's own server");
        bases.set(template, own);
      }
      return own;
    },
  };
}

/** Whether both have the same scheme, host and port (RFC 6454). */
export function isSameOrigin(url: URL, other: URL): boolean {
  return url.protocol === other.protocol && url.host === other.host && other.host !== "";
}

/** Plain http only reaches this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function checkBase(text: string, what: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError(
      `${what} is not an absolute URL: "${printable(withoutUserinfo(text))}". Give createClient({ baseUrl: "https://…" }).`,
    );
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
    throw new TypeError(`${what} must use https (http only for a loopback address): "${printable(url.origin)}".`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`${what} must not hold a user name or password: give credentials as createClient({ auth }).`);
  }
  if (url.search !== "" || url.hash !== "") throw new TypeError(`${what} must not have a query or a fragment.`);
  return url.href.replace(/\/+$/, "");
}

function withoutUserinfo(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//");
}

/** Provider and version, for messages. */
export function label(connector: Connector): string {
  return `${printable(connector.provider)} ${printable(connector.version)}`;
}
