import { writeFileSync } from "node:fs";

/** 240 resources with list, create, retrieve, update and delete: 1,200 operations, with references in a web. */
export function writeLargeDocument(file: string): void {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  const json = (schema: object): object => ({ "application/json": { schema } });
  for (let n = 0; n < 240; n++) {
    const name = `Resource${n}`;
    const ref = { $ref: `#/components/schemas/${name}` };
    const next = { $ref: `#/components/schemas/Resource${(n * 7 + 1) % 240}` };
    const properties: Record<string, object> = {
      id: { type: "string" },
      next,
      status: { type: "string", enum: ["open", "closed", "void"] },
    };
    for (let p = 0; p < 30; p++)
      properties[`field_${p}`] = {
        type: ["string", "integer", "boolean"][p % 3],
        description: `Field ${p} of resource ${n}.`,
      };
    schemas[name] = { type: "object", required: ["id", "status"], properties };
    const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const limit = { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } };
    const operation = (verb: string, more: object): object => ({
      operationId: `${verb}${name}`,
      tags: [`Group${n % 40}`],
      responses: { "200": { description: "ok", content: json(ref) }, default: { description: "error" } },
      ...more,
    });
    const body = { requestBody: { required: true, content: json(ref) } };
    paths[`/resources${n}`] = { get: operation("list", { parameters: [limit] }), post: operation("create", body) };
    paths[`/resources${n}/{id}`] = {
      parameters: [id],
      get: operation("retrieve", {}),
      put: operation("update", body),
      delete: operation("delete", { responses: { "204": { description: "gone" } } }),
    };
  }
  const document = {
    openapi: "3.1.0",
    info: { title: "Large", version: "1.0.0" },
    servers: [{ url: "https://large.example" }],
    paths,
    components: { schemas },
  };
  writeFileSync(file, JSON.stringify(document));
}
