import type { OperationDescriptor } from "./descriptor.ts";
import type { AttemptStart } from "./telemetry.ts";

const variable = /\{[^{}]*\}/;
/** By the URL template of the server. */
const patterns = new Map<string, { readonly address: string; readonly fits: RegExp } | undefined>();

/** The last one of each operation: requests of a client mostly go to one origin, and parsing a URL costs something. */
const known = new WeakMap<OperationDescriptor, AttemptStart["server"]>();

/** Where a request goes. */
export function serverOf(operation: OperationDescriptor, href: string): AttemptStart["server"] {
  const last = known.get(operation);
  if (last !== undefined && href.startsWith(last.origin) && href[last.origin.length] === "/") return last;
  const url = new URL(href);
  const server = {
    origin: url.origin,
    address: url.hostname,
    port: Number(url.port || (url.protocol === "http:" ? 80 : 443)),
    declared: declaredAddress(operation, url),
  };
  known.set(operation, server);
  return server;
}

/**
 * The host that a request goes to as the connector declares it: `{shop}.example.com` where the document has a variable there,
 * so that a label of metrics does not take a value for every shop. Else the host itself.
 */
function declaredAddress({ server, connector }: OperationDescriptor, { hostname }: URL): string {
  const templates = server === undefined ? connector.servers.map(({ url }) => url) : [server];
  for (const template of templates) {
    if (!template.includes("{")) continue;
    const pattern = patternOf(template);
    if (pattern?.fits.test(hostname)) return pattern.address;
  }
  return hostname;
}

// Templates are the generator's, so they are few.
function patternOf(template: string): { readonly address: string; readonly fits: RegExp } | undefined {
  if (!patterns.has(template)) {
    const address = /^[^/]*:\/\/([^/:]+)/.exec(template)?.[1];
    const fits = (text: string): RegExp =>
      new RegExp(
        `^${text
          .split(variable)
          .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"))
          .join(".+")}$`,
        "i",
      );
    patterns.set(
      template,
      address !== undefined && variable.test(address) ? { address, fits: fits(address) } : undefined,
    );
  }
  return patterns.get(template);
}
