import type { VersionPlan } from "../model.ts";
import { toRateText } from "../policy-words.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  join,
  list,
  lit,
  propertyKey,
  propertyName,
  symbol,
} from "./printer.ts";
import { renderFile } from "./render.ts";
import type { EmittedFile } from "./scan.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";

function overview(plan: VersionPlan): string[] {
  const { auth, rateLimits, servers } = plan.connector;
  const list = (label: string, names: readonly string[]): string[] =>
    names.length > 0 ? [`${label}: ${names.join(", ")}`] : [];
  return [
    `${plan.title}: ${plan.provider} ${plan.version}`,
    ...list(
      "Servers",
      servers.map(({ name, url }) => `${name} (${url})`),
    ),
    ...list("Auth", Object.keys(auth)),
    ...list(
      "Rate limits",
      Object.entries(rateLimits).map(([name, limit]) => `${name} (${toRateText(limit.use, limit)})`),
    ),
  ];
}

function clientInterface(plan: VersionPlan): Code {
  const members = plan.namespaces.map((namespace) => {
    const type = symbol({ name: namespace.interfaceName, from: `./${namespace.file}.ts`, type: true });
    return code`readonly ${propertyName(namespace.name)}: ${type};`;
  });
  const auth = symbol({ name: "Auth", from: "./connector.ts", type: true });
  const doc = comment(["A view for one tenant: its own credentials, limits and retry budget; sockets are shared."]);
  const tenant = code`${doc}forTenant(tenant: string, options?: ${symbol(runtimeType("TenantOptions"))}<${auth}>): Client;`;
  return code`export interface ${declaration("Client")} ${block([...members, tenant])}`;
}

function createClient(plan: VersionPlan): Code {
  const factories = plan.namespaces.map((namespace) => {
    const factory = symbol({ name: namespace.factory, from: `./${namespace.file}.ts`, type: false });
    return code`${propertyKey(namespace.name)}: ${factory}`;
  });
  const options = symbol({ name: "ClientOptions", from: "./connector.ts", type: true });
  const connector = symbol({ name: "connector", from: "./connector.ts", type: false });
  const build = symbol(runtimeValue("buildClient"));
  return code`${comment(overview(plan))}export function ${declaration("createClient")}(options: ${options} = {}): ${ident("Client")} {
  return ${build}(${connector}, options, ${list("{}", factories)});
}`;
}

/** `index.ts`: the whole client, and everything that has a name. */
export function emitIndex(plan: VersionPlan): EmittedFile {
  const reexports = [
    code`export type { Auth, ClientOptions } from ${lit("./connector.ts")};`,
    ...plan.namespaces.map((namespace) => code`export * from ${lit(`./${namespace.file}.ts`)};`),
    code`export type * from ${lit("./schema.ts")};`,
  ];
  return renderFile(join([clientInterface(plan), createClient(plan), join(reexports, "\n")], "\n\n"));
}
