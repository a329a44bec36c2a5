import type { VersionPlan } from "../model.ts";
import { data } from "./data.ts";
import { block, type Code, code, comment, declaration, join, lit, propertyName, symbol, union } from "./printer.ts";
import { renderFile } from "./render.ts";
import type { EmittedFile } from "./scan.ts";
import { runtimeType } from "./symbols.ts";

function authInterface(plan: VersionPlan): Code {
  const members = Object.entries(plan.connector.credentials).map(([name, credential]) => {
    const doc = comment(credential.env === undefined ? [] : [`env ${credential.env}`]);
    return code`${doc}readonly ${propertyName(name)}?: ${symbol(runtimeType("Credential"))};`;
  });
  const doc = comment([
    "Credentials of this provider; each absent one is read from its environment variable, if it has one.",
  ]);
  return code`${doc}export interface ${declaration("Auth")} ${block(members)}`;
}

function texts(values: Iterable<string>): Code {
  return union([...values].map((value) => lit(value)));
}

function optionsInterface(plan: VersionPlan): Code {
  const { servers, serverVariables, rateLimits } = plan.connector;
  const members: Code[] = [code`readonly auth?: Auth;`];
  const serverNames = new Set(servers.map((server) => server.name));
  if (serverNames.size > 0) members.push(code`readonly server?: ${texts(serverNames)};`);
  const variables = Object.entries(serverVariables).map(([name, variable]) => {
    const type = variable.enum === undefined || variable.enum.length === 0 ? code`string` : texts(variable.enum);
    return code`readonly ${propertyName(name)}?: ${type};`;
  });
  if (variables.length > 0) {
    members.push(
      code`${comment(["Values for the variables in the server's URL."])}readonly serverVariables?: ${block(variables)};`,
    );
  }
  const tiers = new Set(Object.values(rateLimits).flatMap((limit) => Object.keys(limit.tiers ?? {})));
  if (tiers.size > 0) {
    members.push(
      code`${comment(["Your plan at the provider, where it changes the rate limits."])}readonly tier?: ${texts(tiers)};`,
    );
  }
  const doc = comment(["Options of `createClient` and of each namespace's own factory."]);
  const base = symbol(runtimeType("BaseClientOptions"));
  return code`${doc}export interface ${declaration("ClientOptions")} extends ${base} ${block(members)}`;
}

/** `connector.ts`: what the provider is (servers, credentials, limits), the policies, and the options of its clients. */
export function emitConnector(plan: VersionPlan): EmittedFile {
  const connector = code`export const ${declaration("connector")}: ${symbol(runtimeType("Connector"))} = ${data(plan.connector, true)};`;
  const policies = plan.policies.map(({ name, policy }) => {
    return code`export const ${declaration(name)}: ${symbol(runtimeType("Policy"))} = ${data(policy, true)};`;
  });
  return renderFile(join([authInterface(plan), optionsInterface(plan), connector, ...policies], "\n\n"));
}
