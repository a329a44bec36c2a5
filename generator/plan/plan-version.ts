/** Document and policy in, everything that will be printed out. Pure: the same input gives the same plan. */

import type { Connector, Conversion, OperationDescriptor, Policy, StreamRule } from "@couplet/runtime/codegen/v1";
import type {
  ApiDocument,
  NamespacePlan,
  OperationPlan,
  Outcome,
  Plan,
  PolicyPlan,
  Schema,
  SpecOperation,
  StreamPlan,
  TypeRef,
  VersionPlan,
} from "../model.ts";
import { feature } from "../model.ts";
import { writeBytesAsText } from "./bytes-as-text.ts";
import { CoerceShaper } from "./coerce-shapes.ts";
import { markCoerced } from "./coerced-schemas.ts";
import { DeclaredShaper } from "./declared-shapes.ts";
import { planDirections } from "./directions.ts";
import { planInput } from "./inputs.ts";
import { linkOperations } from "./linked-operations.ts";
import { SymbolTable, toCamelCase, toFileName, toMemberName, toPascalCase, toWords } from "./names.ts";
import { type OperationName, planOperationNames } from "./operation-names.ts";
import { coercedPlaces, declaredPlaces, planItem, planOutcomes, planOutput, responseSchemas } from "./outcomes.ts";
import { pathKey } from "./path-key.ts";
import { planHeaders } from "./response-headers.ts";
import { alternativeStream, planItemStream, streamRule } from "./response-streams.ts";
import { createTypeRegistry, type TypeRegistry } from "./type-names.ts";

/** File names of a version folder that namespaces must not take. */
const reservedFiles = [
  "index",
  "connector",
  "schema",
  "validators",
  "mocks",
  "contract",
  "webhooks",
  "bindings",
  "openapi",
  "api",
  "untyped",
  "declared",
  // Devices of Windows, with any extension.
  "con",
  "prn",
  "aux",
  "nul",
];

export interface VersionIdentity {
  readonly provider: string;
  readonly version: string;
  /** Names that the lock pins: operation key -> `namespace.method`. */
  readonly pinned: ReadonlyMap<string, string>;
  /** Type names that the lock pins, as `schemaNames` of the plan. */
  readonly pinnedTypes?: ReadonlyMap<string, string>;
}

export function planVersion(given: ApiDocument, policy: PolicyPlan, identity: VersionIdentity): VersionPlan {
  const document = markCoerced(writeBytesAsText(given), policy.coercions);
  const shapers: Shapers = { coerced: new CoerceShaper(document), declared: new DeclaredShaper(document) };
  const keys = new Set(policy.operations.keys());
  const directions = planDirections(document.schemas, {
    request: requestSchemas(document, policy),
    response: responseSchemas(document, keys),
  });
  const names = planOperationNames(document, policy, identity.pinned);
  const types = createTypeRegistry(document, policy, directions, {
    schemas: identity.pinnedTypes ?? new Map(),
    operations: new Set([...names].filter(([key]) => identity.pinned.has(key)).flatMap(([, name]) => typesOf(name))),
  });
  const policies = new PolicyNames();
  const planned = groupByNamespace(document, names, types).map(({ namespace, operations }): NamespacePlan => {
    const own = operations.map((spec) =>
      planOperation(policy, spec, names.get(spec.key)!, namespace.file, types, policies, shapers),
    );
    return { ...namespace, operations: own };
  });
  const namespaces = linkOperations(planned, policy, types);
  return {
    provider: identity.provider,
    version: identity.version,
    title: document.title,
    connector: { ...policy.connector, ...coercionsOf(shapers.coerced) },
    facts: policy.facts,
    policies: policies.list,
    namespaces,
    types: types.types,
    schemaNames: types.schemaNames,
    declaredShapes: shapers.declared.shapes(),
    bundled: document.bundled,
    diagnostics: [],
  };
}

/** What walks over answers need to know, gathered while operations are planned. */
interface Shapers {
  readonly coerced: CoerceShaper;
  readonly declared: DeclaredShaper;
}

const readers: Readonly<Record<Conversion["from"], string>> = {
  decimal: "readDecimal",
  epochMilliseconds: "readEpoch",
  epochSeconds: "readEpoch",
  int64: "readInt64",
  iso8601: "readIso8601",
};

/** What the client knows of coerced values, once all operations are planned. */
function coercionsOf(shaper: CoerceShaper): Pick<Plan<Connector>, "coerce"> {
  if (shaper.forms.length === 0) return {};
  const read = Object.fromEntries(shaper.forms.map((from) => [from, feature(readers[from])]));
  return { coerce: { use: feature("coerceAnswers"), read, shapes: shaper.shapes() } };
}

/** Types that an operation of this name has. */
function typesOf({ namespace, method }: OperationName): string[] {
  const prefix = toPascalCase(constantOf(namespace, method, ""));
  return [`${prefix}Input`, `${prefix}Outcome`, `${toPascalCase(namespace)}Namespace`];
}

function constantOf(namespace: string, method: string, wire: string): string {
  return toCamelCase([...toWords(namespace), ...toWords(method)], wire);
}

function requestSchemas(document: ApiDocument, policy: PolicyPlan): Schema[] {
  return document.operations
    .filter((operation) => policy.operations.has(operation.key))
    .flatMap((operation) => [
      ...operation.parameters.map((parameter) => parameter.schema),
      ...(operation.requestBody?.content ?? []).flatMap((media) => [media.schema ?? [], media.itemSchema ?? []].flat()),
    ]);
}

/** Gives equal policies one name: `keyedPolicy`, `safePolicy`, `safePolicy2`. */
class PolicyNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly list: { name: string; policy: Policy }[] = [];

  nameOf(policy: Policy): string {
    const identity = JSON.stringify(policy);
    const known = this.#names.get(identity);
    if (known !== undefined) return known;
    const base = `${policy.idempotency.class}Policy`;
    const count = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, count);
    const name = count === 1 ? base : `${base}${count}`;
    this.#names.set(identity, name);
    this.list.push({ name, policy });
    return name;
  }
}

function groupByNamespace(
  document: ApiDocument,
  names: ReadonlyMap<string, OperationName>,
  types: TypeRegistry,
): { namespace: Omit<NamespacePlan, "operations">; operations: SpecOperation[] }[] {
  const groups = new Map<string, SpecOperation[]>();
  for (const operation of document.operations) {
    const name = names.get(operation.key);
    if (name === undefined) continue;
    const group = groups.get(name.namespace);
    if (group) group.push(operation);
    else groups.set(name.namespace, [operation]);
  }
  const files = new SymbolTable(reservedFiles, true);
  const described = new Map(document.tags.map((tag) => [toMemberName(toWords(tag.name), tag.name), tag.description]));
  return [...groups.keys()].sort().map((name) => {
    const operations = groups.get(name)!.sort((a, b) => (names.get(a.key)!.method < names.get(b.key)!.method ? -1 : 1));
    const description = described.get(name);
    const namespace = {
      name,
      file: files.claim(toFileName(name), name).toLowerCase().replaceAll("_", "-"),
      interfaceName: types.claim(`${toPascalCase(name)}Namespace`, name),
      factory: types.claim(`create${toPascalCase(name)}`, name),
      ...(description === undefined ? {} : { description }),
    };
    return { namespace, operations };
  });
}

function planOperation(
  policyPlan: PolicyPlan,
  spec: SpecOperation,
  name: OperationName,
  home: string,
  types: TypeRegistry,
  policies: PolicyNames,
  shapers: Shapers,
): OperationPlan {
  const operationPolicy = policyPlan.operations.get(spec.key)!;
  const { pagination, polling, batch } = operationPolicy;
  const { path, query } = pathKey(spec.path);
  const policy = query === undefined ? operationPolicy.policy : withQuery(operationPolicy.policy, query);
  const constant = types.claim(constantOf(name.namespace, name.method, spec.key), spec.key);
  const prefix = toPascalCase(constant);
  const inputType = types.claim(`${prefix}Input`, spec.key);
  const outcomeType = types.claim(`${prefix}Outcome`, spec.key);
  const input = planInput(spec, operationPolicy, prefix, home, types);
  const outcomes = planOutcomes(spec, prefix, home, types);
  const accept = acceptOf(outcomes);
  const output = planOutput(outcomes);
  const alternative = pagination || polling || batch ? undefined : alternativeStream(spec);
  const streamed = alternative && {
    stream: planItemStream(alternative.media, `${prefix}StreamItem`, home, types, alternative.pointer),
    outcomeType: types.claim(`${prefix}StreamOutcome`, spec.key),
  };
  const headers = planHeaders(spec, types);
  const rule = streamOf(outcomes, output, streamed?.stream);
  const coerce = coercedPlaces(spec, shapers.coerced);
  const keyOf = (wire: string): string =>
    input.parameters.find((p) => p.in === "query" && p.name === wire)?.key ?? wire;
  const id = `${name.namespace}.${name.method}`;
  const descriptor: Plan<Omit<OperationDescriptor, "connector" | "policy">> = {
    id,
    method: spec.method.toUpperCase(),
    path,
    ...(operationPolicy.server === undefined ? {} : { server: operationPolicy.server }),
    ...(input.parameters.length > 0 ? { parameters: input.parameters } : {}),
    ...(input.body ? { body: input.body } : {}),
    ...(input.bodies && input.bodies.length > 0 ? { bodies: input.bodies } : {}),
    ...(accept === "" ? {} : { accept }),
    responses: Object.fromEntries(outcomes.map((outcome) => [outcome.status, outcome.kind])),
    ...(operationPolicy.security.length > 0 ? { security: operationPolicy.security } : {}),
    ...(pagination
      ? {
          pagination: {
            ...pagination,
            ...(pagination.param === undefined ? {} : { param: keyOf(pagination.param) }),
            ...(pagination.pageSize?.param === undefined
              ? {}
              : { pageSize: { ...pagination.pageSize, param: keyOf(pagination.pageSize.param) } }),
          },
        }
      : {}),
    ...(rule && !pagination && !polling && !batch ? { stream: rule } : {}),
    ...(operationPolicy.cache ? { cache: operationPolicy.cache } : {}),
    ...(coerce === undefined ? {} : { coerce }),
    ...(headers.length > 0
      ? {
          headers: {
            use: feature("typedHeaders"),
            of: Object.fromEntries(headers.map(({ name, shape }) => [name, shape])),
          },
        }
      : {}),
  };
  const plan: OperationPlan = {
    key: spec.key,
    spec,
    ...name,
    id,
    constant,
    inputType,
    outcomeType,
    input: input.fields,
    ...(input.choices && input.choices.length > 0 ? { choices: input.choices } : {}),
    output,
    outcomes,
    ...(pagination ? { item: planItem(outcomes, pagination.items, prefix, home, types) } : {}),
    ...(streamed ? { streamed } : {}),
    ...(headers.length > 0 ? { headers: { typeName: types.claim(`${prefix}Headers`, spec.key), of: headers } } : {}),
    ...declaredPlaces(spec, policy, shapers.declared),
    descriptor,
    policy,
    policyName: policies.nameOf(policy),
    facts: operationPolicy.facts,
  };
  return plan;
}

/** How answers are handed over unread: as items, or on demand where all successes are bytes. */
function streamOf(
  outcomes: readonly Outcome[],
  output: readonly TypeRef[],
  alternative: StreamPlan | undefined,
): Plan<StreamRule> | undefined {
  const stream = outcomes.find((outcome) => outcome.stream !== undefined)?.stream;
  if (stream !== undefined) return streamRule(stream, false);
  if (alternative !== undefined) return streamRule(alternative, true);
  const [only, ...others] = output;
  const isBytes = only?.kind === "plain" && only.text === "Uint8Array" && others.length === 0;
  return isBytes ? { use: feature("downloads") } : undefined;
}

function withQuery(policy: Policy, query: Readonly<Record<string, string>>): Policy {
  return { ...policy, query: { ...query, ...policy.query } };
}

/** The content types of the success answers, else of the errors. */
function acceptOf(outcomes: readonly Outcome[]): string {
  const types = (ok: boolean): Set<string> =>
    new Set(outcomes.filter((outcome) => outcome.ok === ok).flatMap((outcome) => outcome.contentType ?? []));
  const wanted = types(true);
  return [...(wanted.size > 0 ? wanted : types(false))].join(", ");
}
