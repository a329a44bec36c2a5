/** Where calls go: the policy's servers, else the document's. Credentials travel nowhere else. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import type { ApiDocument, SpecServer } from "../model.ts";
import { isAnchored } from "../regex-safety.ts";
import { type Branch, entriesAt, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { type Planning, patternAt, unknownName } from "./planning.ts";
import { refuseCredential } from "./policy-url-secrets.ts";
import { ServerVariables } from "./server-variables.ts";
import { hostProblem, hostVariables, originOf, trimSlash, variablesOf } from "./url-template.ts";

type Variables = Record<string, { default?: string; enum?: readonly string[]; pattern?: string }>;

export interface ServerPlan {
  readonly servers: Connector["servers"];
  /** Also finds the servers of single operations. */
  readonly variables: ServerVariables;
}

/** Characters that would end the host name, or move into another part of the URL. */
const breakouts = ["x/y", "x@y", "x#y", "x?y", "x\\y", "x y", "x\ny", "x:y", ""];

/** What the document says of variables; of one name, what it says of the whole API. */
function documentVariables({ servers, operations }: ApiDocument): Map<string, SpecServer["variables"][string]> {
  const all = [...operations.flatMap((operation) => operation.servers), ...servers];
  return new Map(all.flatMap((server) => Object.entries(server.variables)));
}

function planVariable(planning: Planning, name: string, node: Node | undefined, inHost: boolean): Variables[string] {
  const documented = documentVariables(planning.document).get(name);
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
  const documented = documentVariables(planning.document);
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
  for (const { servers: own } of planning.document.operations)
    for (const name of own.flatMap(({ url }) => variablesOf(url))) if (variables.has(name)) used.add(name);
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
  return {
    servers: servers.map(({ name, url }) => ({ name, url })),
    variables: new ServerVariables(planning, Object.fromEntries(planned)),
  };
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
  const variables = new ServerVariables(planning);
  const servers = document.servers.flatMap((server, index) => {
    const origin = originOf(server.url);
    if (origin === undefined && !server.url.startsWith("{")) return [];
    refuseClearText(planning, server, `/servers/${index}`);
    const url = trimSlash(variables.templateOf(server, `/servers/${index}`));
    return [{ name: serverName(server, index, taken), url }];
  });
  const own = new Map(
    document.operations.flatMap(({ servers: [one], pointer }) => (one ? [[one.url, { one, pointer }]] : [])),
  );
  for (const { one, pointer } of own.values()) refuseClearText(planning, one, `${pointer}/servers/0`);
  if (servers.length === 0)
    findings.warn(document.locate("/servers"), {
      code: "G202",
      message: "the document names no absolute server URL; clients need the option `baseUrl`",
      fix: "declare `servers` in the policy",
    });
  return { servers, variables };
}
/** A variable in the place of the scheme is taken at its default. */
function refuseClearText(planning: Planning, { url, variables }: SpecServer, pointer: string): void {
  const [, scheme, variable] = /^(\{([^{}]*)\}|[^:/{}]+):\/\//.exec(url) ?? [];
  const described = variable !== undefined && Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  const used = variable === undefined ? scheme : described?.default;
  if (used === undefined || used.toLowerCase() === "https") return;
  const open = described !== undefined && described.enum?.includes("https") !== false;
  const { document, findings } = planning;
  findings.warn(document.locate(pointer), {
    code: "P602",
    message: `the server \`${url}\` is not https: credentials would travel in the clear`,
    fix: `${open ? `give clients \`serverVariables: { ${variable}: "https" }\`, or ` : ""}declare \`servers\` in the policy with https URLs`,
  });
}

export function planServers(planning: Planning, top: Branch): ServerPlan {
  const declared = entriesAt(top, "servers").filter(([name]) => !name.startsWith("x-"));
  if (declared.length === 0) return fromDocument(planning);
  const plan = fromPolicy(planning, top, declared);
  confineOperations(planning, plan, declared[0]![1]);
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
