import { compiled } from "./compiled.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import type { AttemptStart } from "./telemetry.ts";

/** The last one of each operation: requests of a client mostly go to one origin, and parsing a URL costs something. */
const known = new WeakMap<OperationDescriptor, AttemptStart["server"]>();

/** Where a request goes. */
export function serverOf(operation: OperationDescriptor, href: string): AttemptStart["server"] {
  const last = known.get(operation);
  if (last !== undefined && href.startsWith(`${last.origin}/`)) return last;
  const { origin, hostname: address, port, protocol } = new URL(href);
  const server = {
    origin,
    address,
    port: Number(port || (protocol === "http:" ? 80 : 443)),
    declared: declaredAddress(operation, address),
  };
  known.set(operation, server);
  return server;
}

/**
 * The host that a request goes to as the connector declares it: `{shop}.example.com` where the document has a variable there,
 * so that a label of metrics does not take a value for every shop. Else the host itself.
 */
function declaredAddress({ server, connector }: OperationDescriptor, address: string): string {
  const templates = server === undefined ? connector.servers.map(({ url }) => url) : [server];
  const hosts = templates.flatMap((template) => /^[^/]*:\/\/([^/:]*\{[^/:]+)/.exec(template)?.[1] ?? []);
  return hosts.find((host) => patternOf(host)?.test(address)) ?? address;
}

function patternOf(host: string): RegExp | undefined {
  const escaped = host.toLowerCase().replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return compiled(`^${escaped.replace(/\{[^{}]*\}/g, ".+")}$`);
}
