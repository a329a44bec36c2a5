/** `contract.json`, and the thin test that walks it. */
import type { Json, JsonObject, OperationPlan, VersionPlan } from "../model.ts";
import { coercedSample } from "./coerced-sample.ts";
import { contractAuth } from "./contract-auth.ts";
import { toJson } from "./escape.ts";
import { type ResponseSample, sampleInput, sampleResponse } from "./operation-samples.ts";
import { samplePattern } from "./pattern-sample.ts";
import { code, symbol } from "./printer.ts";
import { renderFile } from "./render.ts";
import type { Sampler } from "./samples.ts";
import type { EmittedFile } from "./scan.ts";
import { ownProperty, type Types } from "./schema-shape.ts";

/** A value for each server variable that has no default, or one that clients refuse: `http` in front of a host. */
function serverVariables({ connector, namespaces }: VersionPlan): Map<string, string> {
  const own = namespaces.flatMap(({ operations }) => operations.map(({ descriptor }) => descriptor.server ?? ""));
  const urls = [...connector.servers.map(({ url }) => url), ...own];
  const samples = new Map<string, string>();
  for (const [name, variable] of Object.entries(connector.serverVariables)) {
    if (variable.default === "http" && urls.some((url) => url.startsWith(`{${name}}://`))) samples.set(name, "https");
    if (variable.default !== undefined) continue;
    const fromPattern = variable.pattern === undefined ? undefined : samplePattern(variable.pattern);
    samples.set(name, variable.enum?.[0] ?? fromPattern ?? "sample");
  }
  return samples;
}

/** A URL template with the variables' samples and defaults in it. */
function fill(plan: VersionPlan, template: string, samples: ReadonlyMap<string, string>): string {
  return template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    return samples.get(name) ?? ownProperty(plan.connector.serverVariables, name)?.default ?? whole;
  });
}

interface ContractParameter {
  readonly in: string;
  readonly name: string;
  readonly value: Json;
  readonly from?: "policy";
}

/** What must arrive: the input's parameters, and the constants of the policy. */
function parameters(operation: OperationPlan, input: ReadonlyMap<string, Json>): ContractParameter[] {
  const found: ContractParameter[] = [];
  const { pageSize } = operation.descriptor.pagination ?? {};
  for (const { key, parameter } of operation.input) {
    if (parameter === undefined) continue;
    const value = input.get(key) ?? (pageSize?.param === key ? pageSize?.default : undefined);
    if (value !== undefined) found.push({ in: parameter.in, name: parameter.name, value });
  }
  for (const [location, constants] of [
    ["path", operation.policy.path],
    ["query", operation.policy.query],
    ["header", operation.policy.headers],
  ] as const) {
    for (const [name, value] of Object.entries(constants ?? {}))
      found.push({ in: location, name, value, from: "policy" });
  }
  return found;
}

/** For a range (`image/*`) the body itself says what it is. */
function sentAs(contentType: string | undefined): { readonly contentType?: string } {
  return contentType === undefined || contentType.includes("*") ? {} : { contentType };
}

/** The body as it must arrive: with the policy's page size where it stands there and the sample has none. */
function withPageSize(body: Json | undefined, { descriptor }: OperationPlan): Json | undefined {
  const { place, default: size } = descriptor.pagination?.pageSize ?? {};
  return place === undefined || size === undefined ? body : fillIn(body, place.path, size);
}

function fillIn(value: Json | undefined, [token, ...rest]: readonly string[], size: number): Json {
  if (token === undefined) return value ?? size;
  if (value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value))) return value;
  const record = (value ?? {}) as JsonObject;
  return { ...record, [token]: fillIn(ownProperty(record, token), rest, size) };
}

/** What the client gives, where it is not what was answered. */
function coercedData(
  { descriptor }: OperationPlan,
  { outcome, body }: ResponseSample,
  types: Types,
): { readonly data?: Json } {
  if (descriptor.coerce === undefined || body === undefined || outcome === undefined) return {};
  const { schema, stream } = outcome;
  if (stream === undefined) return schema === undefined ? {} : { data: coercedSample(schema, body, types) };
  if (!Array.isArray(body) || stream.schema === undefined) return {};
  const { schema: item, events } = stream;
  return {
    data: body.map((one: Json) =>
      events
        ? { ...(one as JsonObject), data: coercedSample(item, (one as JsonObject)["data"] ?? null, types) }
        : coercedSample(item, one, types),
    ),
  };
}

function contractCase(operation: OperationPlan, sampler: Sampler, types: Types): object {
  const input = sampleInput(operation, sampler, types);
  const response = sampleResponse(operation, sampler, types);
  const body = operation.descriptor.body === undefined ? undefined : withPageSize(input.get("body"), operation);
  const contentType = response.body === undefined ? undefined : response.outcome?.contentType;
  return {
    id: operation.id,
    call: [operation.namespace, operation.method],
    input: Object.fromEntries(input),
    request: {
      method: operation.descriptor.method,
      path: operation.spec.path,
      parameters: parameters(operation, input),
      ...(body === undefined ? {} : { ...sentAs(operation.descriptor.body?.contentType), body }),
    },
    response: {
      status: response.status,
      ...(contentType === undefined ? {} : { contentType }),
      ...(response.body === undefined ? {} : { body: response.body }),
      ...coercedData(operation, response, types),
    },
  };
}

/** Stands in where the document names no host; RFC 2606 section 2 keeps it from ever existing. */
const sampleServer = "https://server.invalid";

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);

/** Operations of the document that the policy leaves out. */
function excluded(plan: VersionPlan, operations: readonly OperationPlan[]): string[] {
  const planned = new Set(operations.map(({ descriptor, spec }) => `${descriptor.method} ${spec.path}`));
  const paths = ownProperty(plan.bundled, "paths");
  if (typeof paths !== "object" || paths === null) return [];
  const all = Object.entries(paths).flatMap(([path, item]) =>
    [
      ...Object.keys(item ?? {}).filter((key) => methods.has(key)),
      ...Object.keys(ownProperty((item ?? {}) as JsonObject, "additionalOperations") ?? {}),
    ].map((method) => `${method.toUpperCase()} ${path}`),
  );
  return all.filter((key) => !planned.has(key));
}

/** `contract.json`: per operation the call, its sample input, the request it must make and a sample answer. */
export function emitContract(plan: VersionPlan, types: Types, sampler: Sampler): EmittedFile {
  const operations = plan.namespaces.flatMap((namespace) => namespace.operations);
  const variables = serverVariables(plan);
  const [server] = plan.connector.servers;
  const tokenUrls = Object.values(plan.connector.auth).flatMap(({ token }) =>
    token ? [fill(plan, token.url, variables)] : [],
  );
  const base = server === undefined ? sampleServer : fill(plan, server.url, variables);
  const left = excluded(plan, operations);
  const contract = {
    provider: plan.provider,
    version: plan.version,
    ...(server === undefined ? { server: sampleServer, baseUrl: sampleServer } : { server: base }),
    ...contractAuth(plan.connector, (template) =>
      template === undefined ? base : new URL(fill(plan, template, variables), base).href,
    ),
    ...(variables.size > 0 ? { serverVariables: Object.fromEntries(variables) } : {}),
    ...(tokenUrls.length > 0 ? { tokenUrls: [...new Set(tokenUrls)] } : {}),
    ...(left.length > 0 ? { excluded: left } : {}),
    cases: operations.map((operation) => contractCase(operation, sampler, types)),
  };
  return { text: toJson(contract), check: "data" };
}

/** `contract.test.ts`. The two data files are read, not imported: the compiler would infer the type of a whole document. */
export function emitContractTest(): EmittedFile {
  const named = (name: string, from: string) => symbol({ name, from, type: false });
  return renderFile(code`function load(name: string): unknown {
  return JSON.parse(${named("readFileSync", "node:fs")}(new URL(name, import.meta.url), "utf8"));
}

${named("contractSuite", "@couplet/runtime/testing")}({
  ${named("createClient", "./index.ts")},
  ${named("validators", "./validators/index.ts")},
  ${named("mocks", "./mocks.ts")},
  contract: load("./contract.json"),
  document: load("./openapi.json"),
});`);
}
