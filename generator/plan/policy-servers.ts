/** Where calls go: the policy's servers, else the document's. Credentials travel nowhere else. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import type { SpecServer } from "../model.ts";
import { isAnchored } from "../regex-safety.ts";
import { type Branch, entriesAt, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { type Planning, patternAt, unknownName } from "./planning.ts";
import { refuseCredential } from "./policy-url-secrets.ts";
import { hostProblem, hostVariables, originOf, trimSlash, variablesOf } from "./url-template.ts";

type Variables = Record<string, { default?: string; enum?: readonly string[]; pattern?: string }>;
export type ServerPlan = Pick<Connector, "servers" | "serverVariables">;

/** Characters that would end the host name, or move into another part of the URL. */
const breakouts = ["x/y", "x@y", "x#y", "x?y", "x\\y", "x y", "x\ny", "x:y", ""];
const hostPattern = "^[A-Za-z0-9][A-Za-z0-9.:-]*$";

function documentVariables(servers: readonly SpecServer[]): Map<string, SpecServer["variables"][string]> {
  return new Map(servers.flatMap((server) => Object.entries(server.variables)));
}

function planVariable(planning: Planning, name: string, node: Node | undefined, inHost: boolean): Variables[string] {
  const documented = documentVariables(planning.document.servers).get(name);
  const pattern = patternAt(planning, node, "pattern");
  const required = leafAt(node, "required")?.value === true;
  const fallback = textAt(node, "default") ?? (required ? undefined : documented?.default);
  const values = (listAt(node, "enum") as readonly string[] | undefined) ?? documented?.enum;
  const fits = pattern === undefined || fallback === undefined || new RegExp(pattern, "u").test(fallback);
  if (!fits)
    planning.findings.add(
      { path: leafAt(node, "default")?.path ?? node!.path },
      {
        code: "P003",
        message: `the default \`${fallback}\` does not match the variable's own pattern`,
        fix: "correct the one or the other",
      },
    );
  const written = leafAt(node, "pattern");
  if (
    inHost &&
    pattern !== undefined &&
    (!isAnchored(pattern) || breakouts.some((text) => new RegExp(pattern, "u").test(text)))
  )
    planning.findings.add(
      { path: written!.path },
      {
        code: "P602",
        message: `\`${name}\` stands in a host name, and its pattern lets through what would change the host`,
        fix: 'anchor it at both ends and allow letters, digits and `-` only: "^[a-z0-9][a-z0-9-]*$"',
      },
    );
  return {
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(values === undefined ? {} : { enum: values }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function fromPolicy(planning: Planning, top: Branch, declared: readonly [string, Node][]): ServerPlan {
  const variables = new Map(entriesAt(top, "serverVariables"));
  const documented = documentVariables(planning.document.servers);
  const servers: { name: string; url: string; first: boolean }[] = [];
  const inHost = new Set<string>();
  const used = new Set<string>();
  for (const [name, node] of declared) {
    const url = leafAt(node, "url");
    if (url === undefined || typeof url.value !== "string") {
      planning.findings.add(
        { path: node.path, spot: { of: "key" } },
        { code: "P003", message: `the server \`${name}\` lacks \`url\``, fix: "add `url: https://…`" },
      );
      continue;
    }
    const problem = hostProblem(url.value);
    if (problem) planning.findings.add({ path: url.path }, { code: "P602", ...problem });
    for (const variable of variablesOf(url.value)) {
      if (refuseCredential(planning, url, variable, "a server's URL ends up in logs on the way")) continue;
      used.add(variable);
      if (!variables.has(variable) && !documented.has(variable))
        unknownName(
          planning,
          url,
          "server variable",
          variable,
          [...variables.keys(), ...documented.keys()],
          ["serverVariables", variable],
        );
    }
    for (const variable of hostVariables(url.value).filter((name) => used.has(name))) {
      inHost.add(variable);
      if (
        leafAt(variables.get(variable), "pattern") === undefined &&
        listAt(variables.get(variable), "enum") === undefined &&
        !planning.source?.has(["serverVariables", variable, "pattern"])
      )
        planning.findings.add(
          { path: url.path },
          {
            code: "P602",
            message: `\`{${variable}}\` stands in a host name without a pattern`,
            fix: `add \`serverVariables: { ${variable}: { required: true, pattern: "^[a-z0-9][a-z0-9-]*$" } }\``,
          },
        );
    }
    const first = leafAt(node, "default")?.value === true;
    if (first && servers.some((server) => server.first))
      planning.findings.add(
        { path: leafAt(node, "default")!.path },
        { code: "P301", message: "two servers are the default", fix: "keep one `default: true`" },
      );
    servers.push({ name, url: trimSlash(url.value), first });
  }
  for (const [name, node] of variables)
    if (!used.has(name))
      planning.findings.warn(
        { path: node.path, spot: { of: "key" } },
        {
          code: "P205",
          message: `no server uses the variable \`${name}\``,
          fix: "use it in a server's `url`, or take it out",
        },
      );
  servers.sort((a, b) => Number(b.first) - Number(a.first));
  const planned = [...used].map((name) => [name, planVariable(planning, name, variables.get(name), inHost.has(name))]);
  return { servers: servers.map(({ name, url }) => ({ name, url })), serverVariables: Object.fromEntries(planned) };
}

/** What a server of the document is called: after its description where that is short, else by its place. */
export function serverName(server: SpecServer, index: number, taken: Set<string>): string {
  const words = (server.description ?? "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const short = words.length > 0 && words.length <= 2 && /^[a-z]/.test(words[0]!) ? words.join("-") : undefined;
  const name = [short, index === 0 ? "default" : `server${index + 1}`].find(
    (one) => one !== undefined && !taken.has(one),
  );
  const unique = name ?? `server${taken.size + 1}`;
  taken.add(unique);
  return unique;
}

function fromDocument(planning: Planning): ServerPlan {
  const { document, findings } = planning;
  const taken = new Set<string>();
  const variables: Record<string, Variables[string]> = {};
  const servers = document.servers.flatMap((server, index) => {
    const origin = originOf(server.url);
    const place = document.locate(`/servers/${index}`);
    if (origin === undefined && !server.url.startsWith("{")) return [];
    if (origin !== undefined && !/^https:|^\{/.test(origin))
      findings.warn(place, {
        code: "P602",
        message: `the server \`${server.url}\` is not https: credentials would travel in the clear`,
        fix: "declare `servers` in the policy with https URLs",
      });
    const hosts = new Set(hostVariables(server.url));
    for (const name of variablesOf(server.url)) {
      const known = Object.hasOwn(server.variables, name) ? server.variables[name]! : undefined;
      const guarded = hosts.has(name) && (known === undefined || new RegExp(hostPattern, "u").test(known.default));
      variables[name] ??= {
        ...(known === undefined ? {} : { default: known.default }),
        ...(known?.enum === undefined ? {} : { enum: known.enum }),
        ...(guarded && known?.enum === undefined ? { pattern: hostPattern } : {}),
      };
    }
    return [{ name: serverName(server, index, taken), url: trimSlash(server.url) }];
  });
  if (servers.length === 0)
    findings.warn(document.locate("/servers"), {
      code: "G202",
      message: "the document names no absolute server URL; clients need the option `baseUrl`",
      fix: "declare `servers` in the policy",
    });
  return { servers, serverVariables: variables };
}

export function planServers(planning: Planning, top: Branch): ServerPlan {
  const declared = entriesAt(top, "servers").filter(([name]) => !name.startsWith("x-"));
  const plan = declared.length > 0 ? fromPolicy(planning, top, declared) : fromDocument(planning);
  if (declared.length > 0) confineOperations(planning, plan, declared[0]![1]);
  return plan;
}

/** Servers of single operations come from the document: they must be among those that the policy trusts. */
function confineOperations(planning: Planning, plan: ServerPlan, node: Node): void {
  const trusted = new Set(plan.servers.map((server) => originOf(server.url)));
  const place = { path: node.path.slice(0, -1), spot: { of: "key" as const } };
  for (const operation of planning.document.operations)
    for (const server of operation.servers.slice(0, 1)) {
      const origin = originOf(server.url);
      if (origin === undefined || trusted.has(origin)) continue;
      planning.findings.addFor(operation.operationId ?? operation.key, place, {
        code: "P602",
        message: `the document sends {operations} to \`${origin}\`, which is not among the policy's servers`,
        fix: `add it: \`servers: { …: { url: "${origin}" } }\`, or exclude the operation`,
      });
    }
}
