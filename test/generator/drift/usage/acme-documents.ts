/** Two states of a small provider, and code on the older one whose lines say what becomes of them. */

interface Version {
  readonly archive: string;
  readonly listParameters: string;
  readonly searchParameters: string;
  readonly kinds: string;
  readonly item: string;
  readonly newItem: string;
  readonly healthSecurity: string;
  readonly stamps: string;
}

const before: Version = {
  archive: `
  /items/{id}/archive:
    post:
      tags: [Items]
      operationId: archiveItem
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Archived" } } } } }`,
  listParameters: "[{ name: limit, in: query, schema: { type: integer } }]",
  searchParameters:
    "[{ name: q, in: query, schema: { type: string } }, { name: lang, in: query, schema: { type: string } }, { name: tags, in: query, schema: { type: array, items: { type: string } } }]",
  kinds: "[plain, old, new]",
  item: `
      required: [id, name, weight, status, parts]
      properties:
        id: { type: string }
        name: { type: string }
        weight: { type: number }
        note: { type: string }
        status: { type: string, enum: [draft, live, retired] }
        parts: { type: array, items: { type: object, required: [code], properties: { code: { type: string }, size: { type: integer } } } }
        owner: { type: object, properties: { email: { type: string }, phone: { type: string } } }`,
  newItem: `
      required: [name]
      properties:
        name: { type: string }
        kind: { $ref: "#/components/schemas/Kind" }
        note: { type: string }`,
  healthSecurity: "[]",
  stamps: "{ type: object, properties: { created: { type: string }, touched: { type: string } } }",
};

const after: Version = {
  archive: "",
  listParameters:
    "[{ name: limit, in: query, schema: { type: integer } }, { name: shelf, in: query, required: true, schema: { type: string } }]",
  searchParameters:
    "[{ name: q, in: query, schema: { type: string } }, { name: tags, in: query, explode: false, schema: { type: array, items: { type: string } } }]",
  kinds: "[plain, new]",
  item: `
      required: [id, weight, status, parts]
      properties:
        id: { type: string }
        name: { type: string }
        weight: { type: string }
        note: { type: [string, "null"] }
        status: { type: string, enum: [draft, live, hidden] }
        parts: { type: array, items: { type: object, required: [code], properties: { code: { type: string } } } }
        owner: { type: object, properties: { email: { type: string } } }`,
  newItem: `
      required: [name, shelf]
      properties:
        name: { type: string }
        kind: { $ref: "#/components/schemas/Kind" }
        shelf: { type: string }`,
  healthSecurity: "[{ key: [] }]",
  stamps: "{ type: object, properties: { created: { type: string } } }",
};

function documentOf(version: Version): string {
  const json = (schema: string): string =>
    `{ description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/${schema}" } } } }`;
  return `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: "https://api.acme.example" }]
paths:${version.archive}
  /items:
    get:
      tags: [Items]
      operationId: listItems
      parameters: ${version.listParameters}
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Item" } } } } } }
    post:
      tags: [Items]
      operationId: createItem
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/NewItem" } } } }
      responses: { "201": ${json("Item")} }
  /items/{id}:
    get:
      tags: [Items]
      operationId: getItem
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": ${json("Item")} }
  /search:
    get:
      tags: [Search]
      operationId: search
      parameters: ${version.searchParameters}
      responses: { "200": ${json("Page")} }
  /health:
    get:
      tags: [Health]
      operationId: getHealth
      security: ${version.healthSecurity}
      responses: { "200": { description: ok, content: { application/json: { schema: { type: object, properties: { up: { type: boolean } } } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  schemas:
    Kind: { type: string, enum: ${version.kinds} }
    Item:
      type: object${version.item}
    NewItem:
      type: object${version.newItem}
    Archived: { type: object, properties: { at: { type: string } } }
    Stamps: ${version.stamps}
    Page:
      allOf:
        - { $ref: "#/components/schemas/Stamps" }
        - { type: object, properties: { items: { type: array, items: { $ref: "#/components/schemas/Item" } } } }
`;
}

/** `breaks`: the compiler refuses it; `meets`: it breaks all the same; `warns`: it may; no mark: nothing happens. */
export const acmeCode = `import { createClient } from "@connectors/acme/v1";
import type { Item, NewItem } from "@connectors/acme/v1";
import type { Archived, ItemsArchiveInput } from "@connectors/acme/v1"; // breaks

const acme = createClient({ auth: { key: "k" } });

export async function archive({ id }: ItemsArchiveInput): Promise<Archived> {
  return acme.items.archive({ id }); // breaks
}
export async function listed(): Promise<number> {
  return (await acme.items.list()).length; // breaks
}
export async function limited(): Promise<number> {
  return (await acme.items.list({ limit: 5 })).length; // breaks
}
export async function created(name: string): Promise<Item> {
  return acme.items.create({ body: { name, kind: "plain" } }); // breaks
}
export function old(name: string): NewItem {
  return {
    name,
    kind: "old", // breaks
  };
}
export function secret(): NewItem {
  return { name: "hush-hush" }; // breaks
}
export async function heavy(id: string): Promise<boolean> {
  const { weight } = await acme.items.get({ id });
  return weight > 5; // breaks
}
export function shown(item: Item): string {
  return \`\${item.weight} kg\`;
}
export function note(item: Item): string {
  return item.note ?? "";
}
export function initial(item: Item): string {
  return item.name.slice(0, 1); // breaks
}
export function perhaps(item: Item): string {
  return item.name?.slice(0, 1) ?? "";
}
export function sizes({ parts }: Item): number[] {
  return parts.map((part) => part.size ?? 0); // breaks
}
export function codes({ parts }: Item): string[] {
  return parts.map(({ code }) => code);
}
export function phone(item: Item): string | undefined {
  return item.owner?.phone; // breaks
}
export function email({ owner: { email } = {} }: Item): string | undefined {
  return email;
}
export function isRetired(item: Item): boolean {
  return item.status === "retired"; // warns
}
export function isLive(item: Item): boolean {
  return item.status === "live";
}
export function word({ status }: Item): string {
  switch (status) { // warns
    case "draft":
      return "not yet";
    case "live":
      return "yes";
    case "retired": // warns
      return "no more";
  }
  return "?";
}
export async function search(q: string): Promise<string | undefined> {
  const page = await acme.search.search({ q, lang: "en" }); // breaks
  return page.touched; // breaks
}
export async function tagged(tags: string[]): Promise<string | undefined> {
  const page = await acme.search.search({ tags }); // meets
  return page.created;
}
export async function isUp(): Promise<boolean> {
  return (await acme.health.get()).up === true; // meets
}
`;

export const acmeBefore: string = documentOf(before);
export const acmeAfter: string = documentOf(after);
