import { createHash } from "node:crypto";
import { canonicalJson } from "../../../generator/drift/canonical-json.ts";
import { pathShape } from "../../../generator/drift/match-operations.ts";
import { SchemaIds } from "../../../generator/drift/schema-ids.ts";
import type { ApiDocument, SpecMediaType, SpecOperation } from "../../../generator/model.ts";
import type { SecurityScheme } from "../../../generator/security-scheme.ts";

/**
 * The oracle of what is no change: SHA-256 (hex) of all that `diffDocuments` looks at; documents that differ only in descriptions, examples, order, names of schemas
 * or formatting have the same. A document with the same hash and other bytes changed in words only; generated comments may differ.
 */
export function comparedHash(document: ApiDocument): string {
  const ids = new SchemaIds(document.schemas);
  const idOf = (schema: SpecMediaType["schema"]): string => (schema ? ids.of({ schema, pointer: "" }) : "");
  const mediaOf = (media: SpecMediaType): unknown => [
    media.contentType,
    idOf(media.schema),
    idOf(media.itemSchema),
    media.encoding,
  ];
  const operationOf = (operation: SpecOperation): unknown => ({
    method: operation.method,
    path: pathShape(operation.path),
    id: operation.operationId,
    tag: operation.tags[0],
    deprecated: operation.deprecated,
    sunset: operation.extensions["x-sunset"],
    parameters: operation.parameters
      .map(({ description, example, pointer, schema, name, ...rest }) =>
        canonicalJson([rest.in === "header" ? name.toLowerCase() : name, rest, idOf(schema)]),
      )
      .sort(),
    body: operation.requestBody && [operation.requestBody.required, operation.requestBody.content.map(mediaOf)],
    responses: operation.responses
      .map(({ status, content, headers, links }) => {
        const listed = Object.entries(headers).map(([name, { schema, required }]) =>
          canonicalJson([name.toLowerCase(), required, idOf(schema)]),
        );
        return canonicalJson([status, content.map(mediaOf), listed.sort(), links]);
      })
      .sort(),
    security: operation.security
      .map((names, index) => {
        const scopes = names.map((name) => [...(operation.scopes?.[index]?.[name] ?? [])].sort());
        return canonicalJson(names.map((name, at) => [name, scopes[at]]).sort());
      })
      .sort(),
    servers: operation.servers.map(({ description, ...server }) => server),
    callbacks: operation.callbacks?.map(({ name, operations }) => canonicalJson([name, sorted(operations)])).sort(),
  });
  const sorted = (operations: readonly SpecOperation[]): string[] =>
    operations.map((operation) => canonicalJson(operationOf(operation))).sort();
  const text = canonicalJson({
    servers: document.servers.map(({ description, ...server }) => server),
    schemes: document.securitySchemes.map(schemeText).sort(),
    schemas: [...new Set([...document.schemas.values()].map(idOf))].sort(),
    operations: sorted(document.operations),
    webhooks: sorted(document.webhooks ?? []),
  });
  return createHash("sha256").update(text).digest("hex");
}

function schemeText({ description, flows = {}, ...scheme }: SecurityScheme): string {
  const sorted = Object.entries(flows).map(([name, flow]) => [name, { ...flow, scopes: [...flow.scopes].sort() }]);
  return canonicalJson([scheme, Object.fromEntries(sorted)]);
}
