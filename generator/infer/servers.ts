/** Where calls go, and with them the credentials: the document's https servers, those of single operations included. */
import type { ApiDocument, SpecServer } from "../model.ts";
import { serverName } from "../plan/policy-servers.ts";
import { hostProblem, hostVariables, originOf, trimSlash, variablesOf } from "../plan/url-template.ts";
import type { PolicyMap } from "../policy-model.ts";
import { quote } from "./foreign-text.ts";
import { block, type Entry, leaf, suggest } from "./suggestion.ts";

type Variable = SpecServer["variables"][string];

const hostPart = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const patterns = ["^[a-z0-9][a-z0-9-]*$", "^[A-Za-z0-9][A-Za-z0-9-]*$", "^[A-Za-z0-9][A-Za-z0-9.-]*$"];

/** What must be written of a variable in a host name, or undefined when it cannot be made safe. */
function hostVariable(variable: Variable): PolicyMap | undefined {
  const fallback = variable.default === "" ? { required: true } : { default: variable.default };
  if (variable.enum !== undefined) {
    const known = variable.enum.every((value) => hostPart.test(value)) && variable.enum.includes(variable.default);
    return known ? { enum: [...variable.enum], default: variable.default } : undefined;
  }
  const pattern = patterns.find((one) => variable.default === "" || new RegExp(one).test(variable.default));
  return pattern === undefined ? undefined : { pattern, ...fallback };
}

/** Why a server cannot be trusted with credentials as it is described. */
function doubt(server: SpecServer): string | undefined {
  if (!/^[\x21-\x7e]{1,2000}$/.test(server.url)) return "the URL has characters that URLs do not have";
  const problem = hostProblem(server.url)?.message;
  if (problem !== undefined) return problem;
  const missing = variablesOf(server.url).find((name) => !Object.hasOwn(server.variables, name));
  if (missing !== undefined) return "a variable of it is not described";
  const loose = hostVariables(server.url).find(
    (name) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) || hostVariable(server.variables[name]!) === undefined,
  );
  return loose === undefined ? undefined : "a variable in its host name lets through what would change the host";
}

interface Named {
  readonly name: string;
  readonly server: SpecServer;
  readonly place: string;
  readonly doubt?: string;
}

/** What a client without a policy calls a server may be longer than the language allows. */
const legalName = (name: string, index: number): string => (name.length <= 64 ? name : `server${index + 1}`);

/** The document's servers, then those that single operations bring with other origins. */
function listServers(document: ApiDocument): Named[] {
  const taken = new Set<string>();
  const servers = document.servers.filter(({ url }) => originOf(url) !== undefined);
  const named = servers.map((server, index) => ({
    name: legalName(serverName(server, index, taken), index),
    server,
    place: server.description === undefined ? "the document's servers" : quote(server.description),
  }));
  const origins = new Set(servers.map(({ url }) => originOf(url)));
  for (const operation of document.operations)
    for (const server of operation.servers.slice(0, 1)) {
      const origin = originOf(server.url);
      if (origin === undefined || origins.has(origin)) continue;
      origins.add(origin);
      named.push({
        name: legalName(serverName(server, named.length, taken), named.length),
        server,
        place: `for ${operation.key}`,
      });
    }
  return named.map((one) => {
    const reason = one.server.url.length > 0 ? doubt(one.server) : "it is empty";
    return reason === undefined ? one : { ...one, doubt: reason };
  });
}

export function inferServers(document: ApiDocument): Entry[] {
  const servers = listServers(document);
  const usable = servers.filter((one) => one.doubt === undefined);
  const [first] = usable;
  if (first === undefined || !document.servers.includes(first.server)) return [noServer(servers)];
  const trusted = new Set(usable.map(({ server }) => originOf(server.url)));
  const strays = document.operations.filter(({ servers: [own] }) => {
    const origin = own && originOf(own.url);
    return origin !== undefined && !trusted.has(origin);
  });
  const variables = new Map<string, Entry>();
  const entries = servers.map((one) => {
    const url = trimSlash(one.server.url);
    if (one.doubt !== undefined) return suggest(leaf(one.name, { url }, `${one.place}; ${one.doubt}`));
    for (const name of hostVariables(url))
      variables.set(name, leaf(name, hostVariable(one.server.variables[name]!)!, `part of the host of ${one.name}`));
    return leaf(one.name, one === first ? { url, default: true } : { url }, one.place);
  });
  const whole = [
    block("servers", entries, "credentials travel to these hosts only"),
    ...(variables.size === 0 ? [] : [block("serverVariables", [...variables.values()])]),
  ];
  // One operation's server that cannot be declared would make the list of trusted hosts an error.
  return strays.length === 0 && agree(usable)
    ? whole
    : whole.map((entry, index) =>
        suggest(
          index > 0 ? entry : { ...entry, why: "some operations have servers that cannot be trusted as they are" },
        ),
      );
}

/** The same variable means the same on all servers. */
function agree(servers: readonly Named[]): boolean {
  const seen = new Map<string, string>();
  return servers.every(({ server }) =>
    variablesOf(server.url).every((name) => {
      const text = JSON.stringify(server.variables[name]);
      const same = (seen.get(name) ?? text) === text;
      seen.set(name, text);
      return same;
    }),
  );
}

function noServer(servers: readonly Named[]): Entry {
  const entries = servers.map(({ name, server, place, doubt: reason }) => {
    const url = server.url.replace(/^http:/i, "https:");
    const why =
      url === server.url ? (reason ?? "it is of single operations") : "the document says http: does https work?";
    return suggest(leaf(name, { url }, `${place}; ${why}`));
  });
  const example = suggest(leaf("live", { url: "https://api.example.com", default: true }));
  const why = "the document names no https server that can be trusted as it is: clients need `baseUrl`, or this";
  return suggest(block("servers", entries.length > 0 ? entries : [example], why));
}
