/**
 * A hash of what a document says, not of how it is written: comments, layout, the order of what has none, descriptions and
 * examples do not count. Equal hashes mean that a client notices nothing; different ones may still mean the same, for a
 * renamed schema for example, which the comparison of documents tells. It is made of the model alone, so that a better
 * comparison changes no lock.
 */
import { createHash } from "node:crypto";
import type {
  ApiDocument,
  JsonObject,
  Schema,
  SpecMediaType,
  SpecOperation,
  SpecParameter,
  SpecResponse,
  SpecServer,
} from "./model.ts";

type Fields = Readonly<Record<string, string | undefined>>;

/** JSON with sorted keys. */
function json(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return list(value.map(json));
  const entries = value as Readonly<Record<string, unknown>>;
  return fields(mapped(entries, json));
}

const list = (texts: readonly string[]): string => `[${texts.join()}]`;
/** The order means nothing. */
const set = (texts: readonly string[]): string => list(texts.toSorted());

function mapped<T>(entries: Readonly<Record<string, T>>, print: (value: T) => string): Fields {
  const texts: Record<string, string> = Object.create(null);
  for (const key of Object.keys(entries)) texts[key] = print(entries[key]!);
  return texts;
}

function fields(entries: Fields): string {
  const keys = Object.keys(entries).filter((key) => entries[key] !== undefined && entries[key] !== "");
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${entries[key]}`)
    .join()}}`;
}

const documentation = new Set(["title", "description", "examples"]);

function schemaText(schema: Schema): string {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(schema) as [keyof Schema & string, never][]) {
    if (documentation.has(key) || value === undefined) continue;
    texts[key] = keywordText(key, value);
  }
  return fields(texts);
}

function keywordText(key: keyof Schema, value: unknown): string {
  switch (key) {
    case "properties":
    case "patternProperties":
      return fields(mapped(value as Readonly<Record<string, Schema>>, schemaText));
    case "items":
    case "not":
      return schemaText(value as Schema);
    case "additionalProperties":
      return typeof value === "object" ? schemaText(value as Schema) : json(value);
    case "prefixItems":
      return list((value as readonly Schema[]).map(schemaText));
    case "allOf":
    case "anyOf":
    case "oneOf":
      return set((value as readonly Schema[]).map(schemaText));
    case "required":
    case "enum":
      return set((value as readonly unknown[]).map(json));
    case "type":
      return Array.isArray(value) ? set(value.map(json)) : json(value);
    default:
      return json(value);
  }
}

const optional = (schema: Schema | undefined): string | undefined =>
  schema === undefined ? undefined : schemaText(schema);

function mediaText({ contentType, schema, itemSchema, encoding }: SpecMediaType): string {
  return fields({
    contentType: json(contentType),
    schema: optional(schema),
    itemSchema: optional(itemSchema),
    encoding: json(encoding),
  });
}

function parameterText({ description: _, example: __, pointer: ___, schema, ...rest }: SpecParameter): string {
  return fields({ ...mapped(rest as Readonly<Record<string, unknown>>, json), schema: schemaText(schema) });
}

function responseText({ status, content, headers, links }: SpecResponse): string {
  const headerText = ({ schema, required }: SpecResponse["headers"][string]): string =>
    fields({ schema: schemaText(schema), required: json(required) });
  return fields({
    status: json(status),
    content: list(content.map(mediaText)),
    headers: fields(mapped(headers, headerText)),
    links: json(links),
  });
}

const serverText = ({ url, variables }: SpecServer): string => json({ url, variables });

/** Notes for readers and for tools that print pages. */
const proseExtension = /code-?samples|readme|example|description|summary|display/i;

function extensionsText(extensions: JsonObject): string {
  return json(Object.fromEntries(Object.entries(extensions).filter(([name]) => !proseExtension.test(name))));
}

function operationText(operation: SpecOperation): string {
  const { key, operationId, method, path, tags, deprecated, parameters, requestBody, responses } = operation;
  const { security, scopes, callbacks, servers, extensions } = operation;
  return fields({
    identity: json({ key, operationId, method, path, tags, deprecated }),
    parameters: set(parameters.map(parameterText)),
    requestBody:
      requestBody &&
      fields({ required: json(requestBody.required), content: list(requestBody.content.map(mediaText)) }),
    responses: set(responses.map(responseText)),
    security: set(security.map((schemes, index) => json([schemes.toSorted(), scopes?.[index] ?? {}]))),
    callbacks: callbacks && set(callbacks.map(({ name, operations }) => json([name, operationsText(operations)]))),
    servers: list(servers.map(serverText)),
    extensions: extensionsText(extensions),
  });
}

const operationsText = (operations: readonly SpecOperation[]): string => set(operations.map(operationText));

export function irSha256(document: ApiDocument): string {
  const { servers, securitySchemes, schemas, operations, webhooks } = document;
  const hash = createHash("sha256");
  hash.update(list(servers.map(serverText)));
  hash.update(set(securitySchemes.map(({ description: _, ...scheme }) => json(scheme))));
  for (const name of [...schemas.keys()].sort())
    hash.update(`${JSON.stringify(name)}:${schemaText(schemas.get(name)!)}`);
  hash.update(operationsText(operations));
  hash.update(operationsText(webhooks ?? []));
  return hash.digest("hex");
}
