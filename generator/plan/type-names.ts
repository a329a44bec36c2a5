/** Named types of one version: components in each direction they are used in, and inline schemas that need a name. */
import { pointerTo } from "../json-pointer.ts";
import type { ApiDocument, NamedType, PolicyPlan, Schema, TypeRef } from "../model.ts";
import { type Direction, type Directions, projectSchema } from "./directions.ts";
import { SymbolTable, toPascalCase } from "./names.ts";
import { refName } from "./schema-walk.ts";

/** Names that generated files import or rely on; a schema of such a name gets another one. */
const reservedTypes = (
  "Array ArrayBuffer AsyncIterable Auth BaseClientOptions Blob BodyInit Boolean BytesCall Call CallMeta CallOptions Client ClientOptions Connection " +
  "Connector Credential Date Error Failure FormData Function Headers HttpHandler HttpResponse ItemStream Iterable JSON Map NoHeaders Number Object Operation OperationDescriptor PagedCall PolledCall " +
  "Partial Policy Promise Readonly ReadableStream Record RegExp Request Response ResponseInit Result ServerSentEvent Set StreamCall StreamFace StreamOptions String Success Symbol TenantOptions " +
  "Uint8Array Unanswered Validators ZodType globalThis createClient connect connector operation http mocks handlers operations validators u"
).split(" ");

export interface TypeRegistry {
  /** Takes any name of the version's one table for values and types. */
  claim(wanted: string, wire: string): string;
  /** The view of a schema in a direction. */
  project(schema: Schema, direction: Direction): Schema;
  /**
   * How code mentions a projected schema; an inline one that needs a name is declared under `hint` in `home`. `pointer`
   * tells where the schema stands in the document.
   */
  refer(projected: Schema, direction: Direction, hint: string, home: string, pointer?: string): TypeRef;
  /** What a projected schema is, after its references. */
  resolve(projected: Schema): Schema;
  /** What a schema of the document is, after its references. */
  source(schema: Schema): Schema;
  readonly types: ReadonlyMap<string, NamedType>;
  /** Schema, or `<schema> request` for its view in requests, -> name. */
  readonly schemaNames: ReadonlyMap<string, string>;
}

/** What an earlier generation has named already. */
export interface KnownNames {
  /** As `schemaNames`. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Types of its operations: no new schema gets one of these. */
  readonly operations: ReadonlySet<string>;
}

const plainTypes: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
};

/** Text of a primitive type, also of `["string", "null"]`; undefined for anything that needs a declaration. */
function plainText(schema: Schema): string | undefined {
  if (schema.coerced !== undefined) return `${schema.coerced.to}${schema.coerced.nullable ? " | null" : ""}`;
  if (
    schema.enum ||
    schema.const !== undefined ||
    schema.allOf ||
    schema.anyOf ||
    schema.oneOf ||
    schema.format === "binary"
  ) {
    return undefined;
  }
  if (schema.type === undefined) {
    return schema.properties || schema.items || schema.additionalProperties !== undefined || schema.not
      ? undefined
      : "unknown";
  }
  const texts = [schema.type].flat().map((type) => plainTypes[type]);
  return texts.includes(undefined) ? undefined : [...new Set(texts)].join(" | ");
}

const requestKey = (name: string): string => `${name} request`;

export function createTypeRegistry(
  document: ApiDocument,
  policy: PolicyPlan,
  directions: Directions,
  known: KnownNames,
): TypeRegistry {
  const table = new SymbolTable(reservedTypes);
  const wanted = new Map<string, string>();
  const names = new Map<string, string>();
  const requestNames = new Map<string, string>();
  const { reached, varying } = directions;
  const keep = (key: string, into: Map<string, string>, name: string): void => {
    const before = known.schemas.get(key);
    if (before !== undefined && /^[A-Z]\w{0,90}$/.test(before) && !policy.names.schemas.has(name))
      into.set(name, table.claim(before, name));
  };
  const ownRequests = [...reached.request].filter((name) => reached.response.has(name) && varying.has(name)).sort();
  const all = [...new Set([...reached.request, ...reached.response])].sort();
  for (const name of all) keep(name, names, name);
  for (const name of ownRequests) keep(requestKey(name), requestNames, name);
  for (const name of all) {
    if (names.has(name)) continue;
    const type = toPascalCase(policy.names.schemas.get(name) ?? name);
    wanted.set(name, known.operations.has(type) ? `${type}Schema` : type);
  }
  for (const [name, type] of table.claimAll(wanted, "Schema")) names.set(name, type);
  for (const name of ownRequests) {
    if (!requestNames.has(name)) requestNames.set(name, table.claim(`${names.get(name)}Request`, requestKey(name)));
  }
  const schemaNames = new Map([
    ...names,
    ...[...requestNames].map(([name, type]) => [requestKey(name), type] as const),
  ]);
  for (const name of reached.request) if (!requestNames.has(name)) requestNames.set(name, names.get(name)!);
  const nameIn = (direction: Direction, name: string): string | undefined =>
    direction === "request" ? requestNames.get(name) : names.get(name);
  const project = (schema: Schema, direction: Direction): Schema =>
    projectSchema(schema, direction, document.schemas, (name) => nameIn(direction, name));

  const types = new Map<string, NamedType>();
  for (const direction of ["response", "request"] as const) {
    for (const name of [...reached[direction]].sort()) {
      const typeName = nameIn(direction, name)!;
      if (types.has(typeName)) continue;
      types.set(typeName, {
        name: typeName,
        schema: project(document.schemas.get(name)!, direction),
        direction,
        home: "schema",
        pointer: pointerTo("/components/schemas", name),
      });
    }
  }

  const refer = (schema: Schema, direction: Direction, hint: string, home: string, pointer?: string): TypeRef => {
    if (schema.$ref !== undefined && types.has(refName(schema.$ref)))
      return { kind: "named", name: refName(schema.$ref) };
    const text = plainText(schema);
    if (text !== undefined) return { kind: "plain", text };
    if (schema.type === "array" && !schema.prefixItems) {
      const of: TypeRef = schema.items
        ? refer(schema.items, direction, `${hint}Item`, home, pointer && pointerTo(pointer, "items"))
        : { kind: "plain", text: "unknown" };
      return { kind: "array", of };
    }
    const name = table.claim(hint, hint);
    types.set(name, { name, schema, direction, home, ...(pointer === undefined ? {} : { pointer }) });
    return { kind: "named", name };
  };
  const resolve = (schema: Schema): Schema => follow(schema, (name) => types.get(name)?.schema);
  const source = (schema: Schema): Schema => follow(schema, (name) => document.schemas.get(name));
  return { claim: (name, wire) => table.claim(name, wire), project, refer, resolve, source, types, schemaNames };
}

function follow(schema: Schema, target: (name: string) => Schema | undefined): Schema {
  let at = schema;
  // A chain of references that runs in a circle has no end to be found.
  for (let hops = 0; hops < 32 && at.$ref !== undefined; hops++) {
    const next = target(refName(at.$ref));
    if (next === undefined) break;
    at = next;
  }
  return at;
}
