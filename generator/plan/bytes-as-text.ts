/**
 * Bytes (`format: binary`) are bytes in a body of their own and in a part of a multipart body. JSON, forms, lines and
 * parameters have only text for them: there the schema is that of a string, under a name of its own where both are used.
 */
import type { ApiDocument, Schema, SpecMediaType, SpecOperation } from "../model.ts";
import { codecOf } from "./media-types.ts";
import { eachSubschema, mapSubschemas, refName, refsOf, toRef } from "./schema-walk.ts";

type Schemas = ReadonlyMap<string, Schema>;

function isBinary(schema: Schema): boolean {
  return schema.format === "binary";
}

function hasBinary(schema: Schema): boolean {
  if (isBinary(schema)) return true;
  let has = false;
  eachSubschema(schema, (sub) => {
    has ||= hasBinary(sub);
  });
  return has;
}

/** Everything that can be reached over the edges from some names, these included. */
function closure(from: Iterable<string>, edges: (name: string) => Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const queue = [...from];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    queue.push(...edges(name));
  }
  return reached;
}

/** Names of the schemas that hold bytes, themselves or through what they refer to. */
function holdersOf(schemas: Schemas): Set<string> {
  const users = new Map<string, string[]>();
  for (const [name, schema] of schemas) {
    for (const target of refsOf(schema)) {
      const known = users.get(target);
      if (known) known.push(name);
      else users.set(target, [name]);
    }
  }
  const binary = [...schemas].filter(([, schema]) => hasBinary(schema)).map(([name]) => name);
  return closure(binary, (name) => users.get(name) ?? []);
}

function carriesBytes(media: SpecMediaType): boolean {
  const codec = codecOf(media.contentType);
  return codec === "multipart" || codec === "bytes";
}

/** The document with text wherever its bytes cannot be carried as they are. */
export function writeBytesAsText(document: ApiDocument): ApiDocument {
  const { schemas } = document;
  const holders = holdersOf(schemas);
  const holds = (schema: Schema): boolean => hasBinary(schema) || [...refsOf(schema)].some((name) => holders.has(name));
  const media = document.operations.flatMap(({ requestBody, responses }) => [
    ...(requestBody?.content ?? []),
    ...responses.flatMap(({ content }) => content),
  ]);
  const carriers = media
    .filter(carriesBytes)
    .flatMap(({ schema }) => (schema === undefined ? [] : [...refsOf(schema)]));
  const carried = closure(carriers, (name) => refsOf(schemas.get(name) ?? {}));

  const taken = new Set(schemas.keys());
  const textNames = new Map<string, string>();
  for (const name of schemas.keys()) {
    if (!holders.has(name)) continue;
    let textName = carried.has(name) ? `${name}Text` : name;
    for (let count = 2; textName !== name && taken.has(textName); count++) textName = `${name}Text${count}`;
    taken.add(textName);
    textNames.set(name, textName);
  }
  const textRef = (ref: string): string => toRef(textNames.get(refName(ref)) ?? refName(ref));
  const asText = (schema: Schema): Schema => {
    const { format, ...rest } = mapSubschemas(schema, asText);
    const { mapping } = schema.discriminator ?? {};
    const renamed = Object.entries(mapping ?? {}).map(([value, target]) => [
      value,
      target.startsWith("#/") ? textRef(target) : target,
    ]);
    return {
      ...rest,
      ...(format === undefined || isBinary(schema) ? {} : { format }),
      ...(schema.$ref === undefined ? {} : { $ref: textRef(schema.$ref) }),
      ...(mapping && { discriminator: { ...schema.discriminator!, mapping: Object.fromEntries(renamed) } }),
    };
  };
  const inText = (schema: Schema): Schema => (holds(schema) ? asText(schema) : schema);
  const mediaInText = (one: SpecMediaType): SpecMediaType => {
    if (carriesBytes(one) || ![one.schema ?? {}, one.itemSchema ?? {}].some(holds)) return one;
    return {
      ...one,
      ...(one.schema && { schema: asText(one.schema) }),
      ...(one.itemSchema && { itemSchema: asText(one.itemSchema) }),
    };
  };
  // A caller can choose how to send bytes; how they are answered is the provider's choice.
  const sentInText = (one: SpecMediaType): SpecMediaType => {
    const view = mediaInText(one);
    return view === one ? one : { ...view, bytesAsText: true };
  };
  const operationInText = (operation: SpecOperation): SpecOperation => ({
    ...operation,
    parameters: operation.parameters.map((one) => ({ ...one, schema: inText(one.schema) })),
    ...(operation.requestBody && {
      requestBody: { ...operation.requestBody, content: operation.requestBody.content.map(sentInText) },
    }),
    responses: operation.responses.map((one) => ({ ...one, content: one.content.map(mediaInText) })),
  });
  const textual = [...textNames].map(([name, textName]) => [textName, asText(schemas.get(name)!)] as const);
  return {
    ...document,
    schemas: new Map([...schemas, ...textual]),
    operations: document.operations.map(operationInText),
  };
}
