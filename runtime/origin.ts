/** Where requests may go: the server a client talks to, and the one check that keeps everything else on it. */
import type { Connector } from "./descriptor.ts";
import { printable } from "./printable.ts";

export interface ServerOptions {
  readonly server?: string;
  readonly serverVariables?: Readonly<Record<string, string | undefined>>;
  readonly baseUrl?: string;
}

export interface Servers {
  /** The URL below which an operation's path stands, without a trailing slash; `template` is of a server of its own. */
  baseOf(template: string | undefined): string;
  /** Replaces server variables in a URL template. */
  fill(template: string): string;
}

/** Chooses and checks the server once, when a client is made. Throws a TypeError that says what to give. */
export function resolveServers(
  connector: Connector,
  { server: wanted, serverVariables = {}, baseUrl }: ServerOptions,
): Servers {
  const fill = (template: string): string => connector.fill?.(connector, template, serverVariables) ?? template;
  if (baseUrl !== undefined) {
    const base = checkBase(baseUrl, "baseUrl");
    return { baseOf: () => base, fill };
  }
  const { servers } = connector;
  const server = wanted === undefined ? servers[0] : servers.find(({ name }) => name === wanted);
  if (server === undefined) {
    const names = servers.map(({ name }) => `"${printable(name)}"`).join(", ");
    throw new TypeError(
      wanted === undefined
        ? `The document of ${label(connector)} names no server: give createClient({ baseUrl }).`
        : `Unknown server "${printable(wanted)}" of ${label(connector)}: there is ${names || "none"}.`,
    );
  }
  const base = checkBase(fill(server.url), `server "${printable(server.name)}"`);
  // A path alone is on the host of all calls (RFC 3986 section 5.2.2); joined as text, it cannot lead to another.
  const absolute = (template: string): string =>
    /^\/(?!\/)/.test(template) ? new URL(base).origin + template : template;
  return {
    baseOf: (template) =>
      template === undefined ? base : checkBase(fill(absolute(template)), "the operation's own server"),
    fill,
  };
}

/** Whether both have the same scheme, host and port (RFC 6454). */
export function isSameOrigin(url: URL, other: URL): boolean {
  return url.protocol === other.protocol && url.host === other.host && other.host !== "";
}

const loopback = /^(?:(?:.*\.)?localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;

/** Whether secrets may be sent there: https, or plain http that only reaches this machine. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && loopback.test(hostname));
}

function checkBase(text: string, what: string): string {
  const refuse = (problem: string): never => {
    throw new TypeError(`${what} ${problem}.`);
  };
  if (!URL.canParse(text))
    refuse(
      `is not an absolute URL: "${printable(withoutUserinfo(text))}". Give createClient({ baseUrl: "https://…" })`,
    );
  const url = new URL(text);
  if (!isConfidential(url)) refuse(`must use https (http only for a loopback address): "${printable(url.origin)}"`);
  if (url.username || url.password)
    refuse("must not hold a user name or password: give credentials as createClient({ auth })");
  // Empty ones are not in `search` and `hash`, and would swallow the path.
  if (/[?#]/.test(url.href)) refuse("must not have a query or a fragment");
  return url.href.replace(/\/+$/, "");
}

function withoutUserinfo(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//");
}

/** Provider and version, for messages. */
export function label(connector: Connector): string {
  return `${printable(connector.provider)} ${printable(connector.version)}`;
}
