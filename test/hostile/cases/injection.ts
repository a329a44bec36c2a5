/** T1, T2: every field that reaches code, comments, data or Markdown, with every attack in it. */
import { attacks, canary } from "../canary.ts";
import { accepted, document, type HostileCase, keyed, object, withOperation, withSchema } from "../hostile-case.ts";

function each<T>(make: (attack: string, index: number) => T): T[] {
  return attacks.map(make);
}

function named(make: (attack: string, index: number) => unknown): Record<string, unknown> {
  return keyed(each((attack, index) => [`p${index}`, make(attack, index)]));
}

/** One operation for each attack, at `/p0`, `/p1` … */
function operations(make: (attack: string, index: number) => object): Record<string, unknown> {
  const responses = { "200": { description: "ok" } };
  return keyed(each((attack, index) => [`/p${index}`, { get: { responses, ...make(attack, index) } }]));
}

/** A percent-encoded pointer cannot hold half a character. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, "?");
const ok = { "200": { description: "ok" } };
const everything = attacks.join("\n");
const string = { type: "string" };

const documents: Readonly<Record<string, object>> = {
  "info.title": document({ info: { title: everything, version: "1" } }),
  "info.title, one by one in operations' docs": withOperation({ description: everything, summary: everything }),
  "info.version": document({ info: { title: "a", version: everything } }),
  "info.description, contact and licence": document({
    info: {
      title: "a",
      version: "1",
      description: everything,
      termsOfService: attacks[0],
      contact: { name: everything, url: everything, email: everything },
      license: { name: everything, url: everything, identifier: everything },
    },
  }),
  operationId: document({ paths: operations((attack) => ({ operationId: attack })) }),
  "operation summary": document({ paths: operations((attack) => ({ summary: attack })) }),
  "operation description": document({ paths: operations((attack) => ({ description: attack })) }),
  tag: document({ paths: operations((attack) => ({ tags: [attack] })) }),
  "tag description": document({
    tags: each((attack, index) => ({ name: `t${index}`, description: attack, externalDocs: { url: attack } })),
    paths: operations((_, index) => ({ tags: [`t${index}`] })),
  }),
  "path key": document({
    paths: keyed(each((attack) => [`/${attack.replace(/[{}]/g, "")}`, { get: { responses: ok } }])),
  }),
  "path template name": document({
    paths: keyed(
      each((attack, index) => {
        const name = attack.replace(/[{}/]/g, "");
        const parameters = [{ name, in: "path", required: true, schema: string }];
        return [`/p${index}/{${name}}`, { get: { parameters, responses: ok } }];
      }),
    ),
  }),
  "server URL": document({ servers: each((url) => ({ url, description: url })), paths: operations(() => ({})) }),
  "server variable": document({
    servers: [
      {
        url: "https://{host}.example.com",
        variables: { host: { default: attacks[0], enum: attacks, description: everything } },
      },
    ],
    paths: operations(() => ({})),
  }),
  "server variable name": document({
    servers: each((attack, index) => {
      const name = attack.replace(/[{}]/g, "");
      return { url: `https://{${name}}.p${index}.example.com`, variables: keyed([[name, { default: "a" }]]) };
    }),
    paths: operations(() => ({})),
  }),
  "operation server": document({ paths: operations((url) => ({ servers: [{ url }] })) }),
  "schema title and description": withSchema(
    object(named((attack) => ({ ...string, title: attack, description: attack }))),
  ),
  "schema name": withOperation(
    {
      responses: {
        "200": {
          description: "ok",
          content: {
            "application/json": {
              schema: object(
                named((attack) => ({
                  $ref: `#/components/schemas/${encodeURIComponent(wellFormed(attack).replaceAll("~", "~0").replaceAll("/", "~1"))}`,
                })),
              ),
            },
          },
        },
      },
    },
    { components: { schemas: keyed(each((attack) => [wellFormed(attack), object({ id: string })])) } },
  ),
  "property name": withSchema(object(keyed(each((attack) => [attack, string])))),
  "required property name": withSchema({ ...object(keyed(each((attack) => [attack, string]))), required: attacks }),
  "property name inside an array of objects": withSchema({
    type: "array",
    items: object(keyed(each((attack) => [attack, object(keyed([[attack, string]]))]))),
  }),
  enum: withSchema(
    object({ all: { ...string, enum: attacks }, ...named((attack) => ({ ...string, enum: [attack] })) }),
  ),
  "enum names": withSchema(
    object({
      all: {
        ...string,
        enum: attacks.map((_, index) => `v${index}`),
        "x-enum-varnames": attacks,
        "x-enum-descriptions": attacks,
        "x-enumNames": attacks,
        "x-ms-enum": { name: everything, modelAsString: true },
      },
    }),
  ),
  const: withSchema(object(named((attack) => ({ const: attack })))),
  "const objects": withSchema(object(named((attack) => ({ const: keyed([[attack, [attack]]]) })))),
  default: withSchema(object(named((attack) => ({ ...string, default: attack })))),
  "default objects": withSchema(object(named((attack) => ({ default: keyed([[attack, attack]]) })))),
  "example and examples": withSchema({
    ...object(named((attack) => ({ ...string, example: attack, examples: [attack] }))),
    example: keyed(each((attack) => [attack, attack])),
  }),
  "media type examples": withOperation({
    requestBody: {
      description: everything,
      content: {
        "application/json": {
          schema: {},
          examples: keyed(each((attack) => [attack, { summary: attack, description: attack, value: attack }])),
        },
      },
    },
  }),
  pattern: withSchema(object(named((attack) => ({ ...string, pattern: attack })))),
  "pattern properties": withSchema({ type: "object", patternProperties: keyed(each((attack) => [attack, string])) }),
  format: withSchema(object(named((attack) => ({ ...string, format: attack })))),
  type: withSchema(object(named((attack) => ({ type: attack })))),
  "numeric keywords as text": withSchema(
    object(
      named((attack) => ({
        type: "number",
        minimum: attack,
        maximum: attack,
        exclusiveMinimum: attack,
        multipleOf: attack,
        minLength: attack,
        maxItems: attack,
        minProperties: attack,
      })),
    ),
  ),
  "boolean keywords as text": withSchema(
    object(
      named((attack) => ({
        ...string,
        readOnly: attack,
        writeOnly: attack,
        deprecated: attack,
        nullable: attack,
        uniqueItems: attack,
      })),
    ),
  ),
  "discriminator property and mapping": withSchema(
    {
      oneOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/B" }],
      discriminator: {
        propertyName: `kind${attacks[0]}`,
        mapping: keyed(each((attack, index) => [attack, `#/components/schemas/${index % 2 === 0 ? "A" : "B"}`])),
      },
    },
    {
      A: { ...object(keyed([[`kind${attacks[0]}`, string]])), required: [`kind${attacks[0]}`] },
      B: { ...object(keyed([[`kind${attacks[0]}`, string]])), required: [`kind${attacks[0]}`] },
    },
  ),
  "query parameter name": withOperation({ parameters: each((name) => ({ name, in: "query", schema: string })) }),
  "query parameter description and default": withOperation({
    parameters: each((attack, index) => ({
      name: `q${index}`,
      in: "query",
      description: attack,
      example: attack,
      schema: { ...string, default: attack, enum: [attack] },
    })),
  }),
  "parameter style": withOperation({
    parameters: each((style, index) => ({ name: `q${index}`, in: "query", style, explode: style, schema: string })),
  }),
  "cookie name": withOperation({ parameters: each((name) => ({ name, in: "cookie", schema: string })) }),
  "form field and its encoding": withOperation({
    requestBody: {
      content: {
        "application/x-www-form-urlencoded": {
          schema: object(keyed(each((attack) => [attack, string]))),
          encoding: keyed(each((attack) => [attack, { contentType: attack, style: attack }])),
        },
      },
    },
  }),
  "multipart part and its content type": withOperation({
    requestBody: {
      content: {
        "multipart/form-data": {
          schema: object(keyed(each((attack) => [attack, { ...string, format: "binary" }]))),
          encoding: keyed(each((attack) => [attack, { contentType: attack }])),
        },
      },
    },
  }),
  "security scheme name": withOperation(
    {},
    {
      components: {
        securitySchemes: keyed(each((attack, index) => [attack, { type: "apiKey", in: "query", name: `k${index}` }])),
      },
      security: each((attack) => keyed([[attack, []]])),
    },
  ),
  "security scheme parts": withOperation(
    {},
    {
      components: {
        securitySchemes: keyed(
          each((attack, index) => [
            `s${index}`,
            index % 2 === 0
              ? { type: "http", scheme: attack, bearerFormat: attack, description: attack }
              : { type: "apiKey", in: "query", name: attack, description: attack },
          ]),
        ),
      },
      security: each((_, index) => keyed([[`s${index}`, []]])),
    },
  ),
  "OAuth URLs and scopes": withOperation(
    {},
    {
      components: {
        securitySchemes: keyed(
          each((attack, index) => [
            `s${index}`,
            {
              type: "oauth2",
              flows: { clientCredentials: { tokenUrl: attack, refreshUrl: attack, scopes: keyed([[attack, attack]]) } },
            },
          ]),
        ),
      },
      security: each((attack, index) => keyed([[`s${index}`, [attack]]])),
    },
  ),
  "response status": withOperation({
    responses: { ...ok, ...keyed(each((attack) => [attack, { description: attack }])) },
  }),
  "response description": document({
    paths: operations((attack) => ({ responses: { "200": { description: attack } } })),
  }),
  "link and callback": withOperation({
    responses: {
      "200": {
        description: "ok",
        links: keyed(each((attack) => [attack, { operationId: attack, parameters: keyed([[attack, attack]]) }])),
      },
    },
    callbacks: keyed(each((attack) => [attack, keyed([[attack, { post: { description: attack, responses: ok } }]])])),
  }),
  "external docs": withOperation({ externalDocs: { url: attacks[0], description: everything } }),
  extensions: withSchema({ ...object({ a: { ...string, "x-note": everything } }), "x-tags": attacks }, {}),
  "extension keys everywhere": withOperation(
    { ...keyed(each((attack) => [`x-${attack}`, { [canary]: attack }])) },
    { ...keyed(each((attack) => [`x-${attack}`, attack])) },
  ),
  "webhook name": withOperation(
    {},
    { webhooks: keyed(each((attack) => [attack, { post: { description: attack, responses: ok } }])) },
  ),
  "template braces": document({
    info: { title: "{{constructor.constructor('zq_canary()')()}} {{#each this}}{{/each}} {{> x}}", version: "1" },
    paths: operations(() => ({ tags: ["{{lookup . 'x'}}"], summary: "{{{a}}} <%= b %> ${c} #{d}" })),
  }),
};

export const injection: readonly HostileCase[] = Object.entries(documents).map(([name, root]) => ({
  name: `injection in ${name}`,
  files: { "openapi.json": root },
  wanted: accepted,
}));
