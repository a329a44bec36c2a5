/** The objects of an OpenAPI document in which, or in whose place, a reference may stand. */
export type Kind =
  | "document"
  | "components"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "response"
  | "header"
  | "mediaType"
  | "encoding"
  | "schema"
  | "example"
  | "link"
  | "callback"
  | "securityScheme";

/** How a member holds objects of a kind. `open` maps may carry `x-` members that are no entries. */
export interface Slot {
  readonly kind: Kind;
  readonly form: "one" | "map" | "list" | "oneOrList";
  readonly open?: true;
}

type Shape = Readonly<Record<string, Slot>>;

const one = (kind: Kind): Slot => ({ kind, form: "one" });
const map = (kind: Kind): Slot => ({ kind, form: "map" });
const openMap = (kind: Kind): Slot => ({ kind, form: "map", open: true });
const list = (kind: Kind): Slot => ({ kind, form: "list" });

const schema: Shape = {
  properties: map("schema"),
  patternProperties: map("schema"),
  additionalProperties: one("schema"),
  propertyNames: one("schema"),
  unevaluatedProperties: one("schema"),
  dependentSchemas: map("schema"),
  items: { kind: "schema", form: "oneOrList" },
  prefixItems: list("schema"),
  additionalItems: one("schema"),
  unevaluatedItems: one("schema"),
  contains: one("schema"),
  contentSchema: one("schema"),
  allOf: list("schema"),
  anyOf: list("schema"),
  oneOf: list("schema"),
  not: one("schema"),
  if: one("schema"),
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: one("schema"),
  else: one("schema"),
  $defs: map("schema"),
  definitions: map("schema"),
};

const carrier: Shape = { schema: one("schema"), content: map("mediaType"), examples: map("example") };

/** [OpenAPI 3.1, 4.8](https://spec.openapis.org/oas/v3.1.1.html#schema-0); 3.0 has the same places. */
const three: Readonly<Record<Kind, Shape>> = {
  document: { components: one("components"), paths: openMap("pathItem"), webhooks: map("pathItem") },
  components: {
    schemas: map("schema"),
    parameters: map("parameter"),
    responses: map("response"),
    requestBodies: map("requestBody"),
    headers: map("header"),
    examples: map("example"),
    links: map("link"),
    callbacks: map("callback"),
    securitySchemes: map("securityScheme"),
    pathItems: map("pathItem"),
  },
  pathItem: {
    parameters: list("parameter"),
    get: one("operation"),
    put: one("operation"),
    post: one("operation"),
    delete: one("operation"),
    options: one("operation"),
    head: one("operation"),
    patch: one("operation"),
    trace: one("operation"),
  },
  operation: {
    parameters: list("parameter"),
    requestBody: one("requestBody"),
    responses: openMap("response"),
    callbacks: map("callback"),
  },
  parameter: carrier,
  header: carrier,
  requestBody: { content: map("mediaType") },
  response: { headers: map("header"), content: map("mediaType"), links: map("link") },
  mediaType: { schema: one("schema"), examples: map("example"), encoding: map("encoding") },
  encoding: { headers: map("header") },
  schema,
  example: {},
  link: {},
  callback: {},
  securityScheme: {},
};

/** [OpenAPI 3.2](https://spec.openapis.org/oas/v3.2.0.html): more methods, streamed items, reusable media types. */
const threeTwo: Readonly<Record<Kind, Shape>> = {
  ...three,
  // A media type cannot stay a reference in 3.1, so these are no section: each use gets its own copy.
  components: { ...three.components, mediaTypes: map("mediaType") },
  pathItem: { ...three.pathItem, query: one("operation"), additionalOperations: map("operation") },
  mediaType: { ...three.mediaType, itemSchema: one("schema") },
};

/** [Swagger 2.0](https://spec.openapis.org/oas/v2.0.html): other places for the same things. */
const two: Readonly<Record<Kind, Shape>> = {
  ...three,
  document: {
    definitions: map("schema"),
    parameters: map("parameter"),
    responses: map("response"),
    paths: openMap("pathItem"),
  },
  operation: { parameters: list("parameter"), responses: openMap("response") },
  parameter: { schema: one("schema") },
  response: { schema: one("schema") },
};

/** Where reusable objects of a kind live, as tokens. */
const sectionsOfThree: Partial<Record<Kind, readonly string[]>> = {
  schema: ["components", "schemas"],
  parameter: ["components", "parameters"],
  response: ["components", "responses"],
  requestBody: ["components", "requestBodies"],
  header: ["components", "headers"],
  example: ["components", "examples"],
  link: ["components", "links"],
  callback: ["components", "callbacks"],
  securityScheme: ["components", "securitySchemes"],
};
const sectionsOfTwo: Partial<Record<Kind, readonly string[]>> = {
  schema: ["definitions"],
  parameter: ["parameters"],
  response: ["responses"],
};

export interface Structure {
  readonly shapes: Readonly<Record<Kind, Shape>>;
  readonly sections: Partial<Readonly<Record<Kind, readonly string[]>>>;
}

export const structureOfThree: Structure = { shapes: three, sections: sectionsOfThree };
export const structureOfThreeTwo: Structure = { shapes: threeTwo, sections: sectionsOfThree };
export const structureOfTwo: Structure = { shapes: two, sections: sectionsOfTwo };

/** Slot of the entries of a Callback Object, whose keys are expressions. */
export const callbackEntries: Slot = openMap("pathItem");
