import type { Policy } from "@couplet/runtime/codegen/v1";
import type { VersionPlan } from "../model.ts";
import { data } from "./data.ts";
import { connectorFeatures, policyFeatures } from "./features.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  join,
  lit,
  propertyName,
  symbol,
  union,
} from "./printer.ts";
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
  const modes = new Set(Object.values(plan.connector.auth).flatMap((scheme) => Object.keys(scheme.mode ?? {})));
  if (modes.size > 0) {
    members.push(
      code`${comment(["The mode that credentials must be of; a call with others fails before anything is sent. Give it in tests."])}readonly mode?: ${texts(modes)};`,
    );
  }
  const doc = comment(["Options of `createClient` and of each namespace's own factory."]);
  const base = symbol(runtimeType("BaseClientOptions"));
  return code`${doc}export interface ${declaration("ClientOptions")} extends ${base} ${block(members)}`;
}

/** The long parts of a policy; the rest is as short as its name. */
const shareable = ["retry", "circuitBreaker", "errors"] as const satisfies readonly (keyof Policy)[];

const identityOf = (key: string, value: unknown): string => `${key} ${JSON.stringify(value)}`;

/** Parts that several policies have in common, each declared once: `retry`, `errors`, `errors2`. */
function sharedParts(policies: readonly Policy[]): {
  readonly names: ReadonlyMap<string, Code>;
  readonly declarations: readonly Code[];
} {
  const names = new Map<string, Code>();
  const declarations: Code[] = [];
  for (const key of shareable) {
    const values = policies.flatMap((policy) => (policy[key] === undefined ? [] : [policy[key]]));
    const distinct = new Map(values.map((value) => [identityOf(key, value), value]));
    let count = 0;
    for (const [identity, value] of distinct) {
      const uses = values.filter((other) => identityOf(key, other) === identity).length;
      if (uses < 2 || (Array.isArray(value) && value.length === 0)) continue;
      const name = ++count === 1 ? key : `${key}${count}`;
      const type = code`Required<${symbol(runtimeType("Policy"))}>[${lit(key)}]`;
      declarations.push(code`const ${declaration(name)}: ${type} = ${data(value, true)};`);
      names.set(identity, ident(name));
    }
  }
  return { names, declarations };
}

/** `connector.ts`: what the provider is (servers, credentials, limits), the policies, and the options of its clients. */
export function emitConnector(plan: VersionPlan): EmittedFile {
  const connector = code`export const ${declaration("connector")}: ${symbol(runtimeType("Connector"))} = ${data({ ...plan.connector, ...connectorFeatures(plan) }, true)};`;
  const parts = sharedParts(plan.policies.map(({ policy }) => policy));
  const policies = plan.policies.map(({ name, policy }) => {
    const members = Object.entries(policy).map(([key, value]) => [
      key,
      parts.names.get(identityOf(key, value)) ?? value,
    ]);
    return code`export const ${declaration(name)}: ${symbol(runtimeType("Policy"))} = ${data({ ...Object.fromEntries(members), ...policyFeatures(policy) }, true)};`;
  });
  return renderFile(
    join([authInterface(plan), optionsInterface(plan), connector, ...parts.declarations, ...policies], "\n\n"),
  );
}
