import { describe, expect, it } from "vitest";
import type { Schema, SpecParameter, TypeRef } from "../../../generator/model.ts";
import { planVersion } from "../../../generator/plan/plan-version.ts";
import { documentOf, jsonResponse, operationOf, operationPolicyOf, policyOf } from "./documents.ts";

const identity = { provider: "shop", version: "1", pinned: new Map<string, string>() };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const body = (schema: Schema) => ({ required: true, content: [{ contentType: "application/json", schema }] });
const parameter = (name: string, location: SpecParameter["in"], more: Partial<SpecParameter> = {}): SpecParameter => ({
  name,
  in: location,
  required: location === "path",
  deprecated: false,
  schema: { type: "string" },
  pointer: "",
  ...more,
});

const order: Schema = {
  type: "object",
  required: ["id", "status"],
  properties: {
    id: { type: "string", readOnly: true },
    secret: { type: "string", writeOnly: true },
    status: { type: "string", enum: ["open", "closed"] },
    parent: ref("order"),
  },
};

function planOne(
  operation: Parameters<typeof operationOf>[1],
  schemas: Record<string, Schema> = {},
  policy = operationPolicyOf(),
) {
  const document = documentOf([operationOf("op", { tags: ["Orders"], ...operation })], schemas);
  const plan = planVersion(document, policyOf(document, {}, { op: policy }), identity);
  return { plan, operation: plan.namespaces[0]!.operations[0]! };
}

describe("types", () => {
  it("gives a schema two types only where request and response differ", () => {
    const { plan, operation } = planOne(
      { requestBody: body(ref("order")), responses: [jsonResponse("200", ref("order"))] },
      { order, plain: { type: "object" } },
    );
    expect([...plan.types.keys()].sort()).toEqual(["Order", "OrderRequest"]);
    expect(Object.keys(plan.types.get("Order")!.schema.properties!)).toEqual(["id", "status", "parent"]);
    const request = plan.types.get("OrderRequest")!.schema;
    expect(Object.keys(request.properties!)).toEqual(["secret", "status", "parent"]);
    expect(request.required).toEqual(["status"]);
    expect(request.properties!["parent"]).toEqual(ref("OrderRequest"));
    expect(operation.input.at(-1)).toMatchObject({ key: "body", type: { kind: "named", name: "OrderRequest" } });
    expect(operation.output).toEqual([{ kind: "named", name: "Order" }]);
  });

  it("keeps names apart that code needs for itself", () => {
    const { plan } = planOne(
      { responses: [jsonResponse("200", { ...ref("Call") }), jsonResponse("400", ref("Promise"))] },
      {
        Call: { type: "object" },
        Promise: { type: "object" },
      },
    );
    expect([...plan.types.keys()]).toEqual(["CallSchema", "PromiseSchema"]);
  });

  it("declares inline schemas in the namespace, and primitives nowhere", () => {
    const { plan, operation } = planOne({
      parameters: [
        parameter("limit", "query", { schema: { type: "integer" } }),
        parameter("state", "query", { schema: { enum: ["a", "b"] } }),
      ],
      responses: [jsonResponse("200", { type: "array", items: { type: "object", properties: {} } })],
    });
    expect([...plan.types.values()].map(({ name, home }) => [name, home])).toEqual([
      ["OrdersOpState", "orders"],
      ["OrdersOpResponseItem", "orders"],
    ]);
    expect(operation.input[0]!.type).toEqual({ kind: "plain", text: "number" });
    expect(operation.output).toEqual([{ kind: "array", of: { kind: "named", name: "OrdersOpResponseItem" } }]);
  });
});

describe("input", () => {
  it("keeps wire names, and prefixes the later of two equal ones and a parameter called body", () => {
    const { operation } = planOne({
      path: "/orders/{id}",
      parameters: [
        parameter("id", "query"),
        parameter("id", "path"),
        parameter("body", "query"),
        parameter("id", "header"),
      ],
    });
    expect(operation.input.map(({ key }) => key)).toEqual(["id", "query.id", "query.body", "header.id"]);
    expect(operation.descriptor.parameters).toEqual([
      { name: "id", in: "path", required: true },
      { name: "id", in: "query", key: "query.id" },
      { name: "body", in: "query", key: "query.body" },
      { name: "id", in: "header", key: "header.id" },
    ]);
  });

  it("leaves out what the policy supplies", () => {
    const policy = operationPolicyOf({ supplied: ["header:idempotency-key", "path:api_version"] });
    const parameters = [
      parameter("Idempotency-Key", "header"),
      parameter("api_version", "path"),
      parameter("id", "path"),
    ];
    expect(planOne({ parameters }, {}, policy).operation.input.map(({ key }) => key)).toEqual(["id"]);
  });

  it("does not ask for a key in the body that the policy supplies", () => {
    const keyed: Schema = {
      type: "object",
      required: ["key", "amount"],
      properties: { key: { type: "string" }, amount: {} },
    };
    const usual = operationPolicyOf();
    const key = { in: "body", name: "key", generate: "uuid4", maxLength: 36, path: ["key"] } as const;
    const policy = { ...usual, policy: { ...usual.policy, idempotency: { class: "keyed", key } as const } };
    const { plan, operation } = planOne({ requestBody: body(ref("charge")) }, { charge: keyed }, policy);
    expect(operation.input[0]!.type).toEqual({ kind: "named", name: "OrdersOpBody" });
    expect(plan.types.get("OrdersOpBody")!.schema).toEqual({ ...keyed, required: ["amount"] });
  });

  it.each<[string, string, Readonly<Record<string, string>> | undefined]>([
    ["/things", "/things", undefined],
    ["/things?view=full&all", "/things", { view: "full", all: "" }],
    ["/things/{id}?a=1%202#x?b=2", "/things/{id}", { a: "1 2" }],
    ["/#Action=List", "/", undefined],
    ["/oauth2/token#refresh?b", "/oauth2/token", undefined],
    ["/a{x?#}/b?c=d", "/a{x?#}/b", { c: "d" }],
  ])("sends %s as path and constant query", (path, want, query) => {
    const { operation } = planOne({ path });
    expect(operation.descriptor.path).toBe(want);
    expect(operation.policy.query).toEqual(query);
    expect(operation.spec.path).toBe(path);
  });

  it("writes style and explode only where a value may be no plain one, or where they are not OpenAPI's defaults", () => {
    const list: Schema = { type: "array", items: { type: "string" } };
    const parameters = [
      parameter("a", "query", { style: "form", explode: true }),
      parameter("b", "query", { style: "form", explode: false }),
      parameter("c", "query", { style: "deepObject", explode: true }),
      parameter("d", "path", { style: "simple", explode: false }),
      parameter("e", "query", { contentType: "application/json" }),
      parameter("f", "query", { style: "form", explode: true, schema: list }),
      parameter("g", "header", { style: "simple", explode: true, schema: ref("list") }),
      parameter("h", "query", { schema: {} }),
      parameter("i", "cookie", { allowReserved: true }),
    ];
    expect(planOne({ parameters }, { list }).operation.descriptor.parameters).toEqual([
      { name: "d", in: "path", required: true },
      { name: "a", in: "query" },
      { name: "b", in: "query" },
      { name: "c", in: "query", style: "deepObject", explode: true },
      { name: "e", in: "query", style: "json" },
      { name: "f", in: "query", style: "form" },
      { name: "h", in: "query", style: "form" },
      { name: "g", in: "header", style: "simple", explode: true },
      { name: "i", in: "cookie", style: "form", allowReserved: true },
    ]);
  });
});

describe("bytes", () => {
  const file: Schema = { type: "string", format: "binary" };
  const upload: Schema = { type: "object", required: ["file"], properties: { file, next: ref("upload") } };
  const textUpload = (name: string): Schema => ({
    ...upload,
    properties: { file: { type: "string" }, next: ref(name) },
  });
  const bodyOf = (content: Readonly<Record<string, Schema>>) => ({
    required: true,
    content: Object.entries(content).map(([contentType, schema]) => ({ contentType, schema })),
  });

  it.each<
    [
      name: string,
      content: Readonly<Record<string, Schema>>,
      bodies: readonly (readonly [contentType: string, type: string])[],
      types: Readonly<Record<string, Schema>>,
    ]
  >([
    [
      "JSON and multipart of one schema: multipart is preferred, JSON takes text",
      { "application/json": ref("upload"), "multipart/form-data": ref("upload") },
      [
        ["multipart/form-data", "Upload"],
        ["application/json", "UploadText"],
      ],
      { Upload: { ...upload, properties: { file, next: ref("Upload") } }, UploadText: textUpload("UploadText") },
    ],
    [
      "a schema that leads to bytes through another one",
      { "application/json": ref("holder"), "multipart/form-data": ref("holder") },
      [
        ["multipart/form-data", "Holder"],
        ["application/json", "HolderText"],
      ],
      {
        Holder: { allOf: [ref("Upload")] },
        HolderText: { allOf: [ref("UploadText")] },
        Upload: { ...upload, properties: { file, next: ref("Upload") } },
        UploadText: textUpload("UploadText"),
      },
    ],
    [
      "JSON without bytes beside multipart with them: JSON stays preferred",
      { "multipart/form-data": ref("upload"), "application/json": ref("link") },
      [
        ["application/json", "Link"],
        ["multipart/form-data", "Upload"],
      ],
      { Link: { type: "object" }, Upload: { ...upload, properties: { file, next: ref("Upload") } } },
    ],
    [
      "JSON alone: text, under its own name",
      { "application/json": ref("upload") },
      [["application/json", "Upload"]],
      {
        Upload: textUpload("Upload"),
      },
    ],
    [
      "a form and raw bytes: bytes are preferred",
      { "application/x-www-form-urlencoded": ref("upload"), "application/octet-stream": file },
      [
        ["application/octet-stream", "Blob | ArrayBuffer | Uint8Array | ReadableStream"],
        ["application/x-www-form-urlencoded", "Upload"],
      ],
      { Upload: textUpload("Upload") },
    ],
  ])("%s", (_, content, bodies, types) => {
    const schemas = { upload, holder: { allOf: [ref("upload")] }, link: { type: "object" } };
    const { plan, operation } = planOne({ requestBody: bodyOf(content) }, schemas);
    const choices = operation.choices ?? [{ contentTypes: Object.keys(content), field: operation.input[0]! }];
    const typeOf = (type: TypeRef) => (type.kind === "named" ? type.name : type.kind === "plain" ? type.text : type);
    expect(choices.map(({ contentTypes: [one], field }) => [one, typeOf(field.type)])).toEqual(bodies);
    const { body, bodies: others = [] } = operation.descriptor;
    expect([body, ...others].map((one) => one!.contentType)).toEqual(bodies.map(([contentType]) => contentType));
    expect(Object.fromEntries([...plan.types].map(([name, { schema }]) => [name, schema]))).toEqual(types);
  });

  it("gives answers in JSON and parameters as text, and leaves the given document as it is", () => {
    const spec = { parameters: [parameter("hash", "query", { schema: file })] };
    const { plan, operation } = planOne({ ...spec, responses: [jsonResponse("200", ref("upload"))] }, { upload });
    expect(operation.input[0]!.type).toEqual({ kind: "plain", text: "string" });
    expect(plan.types.get("Upload")!.schema).toEqual(textUpload("Upload"));
    expect(upload.properties!["file"]).toEqual(file);
  });

  it("keeps the names of schemas apart, and follows the mapping of a union", () => {
    const either: Schema = {
      oneOf: [ref("upload"), ref("uploadText")],
      discriminator: { propertyName: "kind", mapping: { file: "#/components/schemas/upload" } },
    };
    const content = { "application/json": ref("either"), "multipart/form-data": ref("either") };
    const { plan } = planOne({ requestBody: bodyOf(content) }, { upload, uploadText: file, either });
    expect(plan.types.get("EitherText")!.schema).toEqual({
      oneOf: [ref("UploadText2"), ref("UploadTextText")],
      discriminator: { propertyName: "kind", mapping: { file: "#/components/schemas/UploadText2" } },
    });
  });
});

describe("outcomes", () => {
  it.each([
    [
      ["200", "404", "default"],
      [true, false, false],
    ],
    [["default"], [true]],
    [
      ["2XX", "4XX"],
      [true, false],
    ],
    [
      ["303", "500"],
      [false, false],
    ],
  ])("%j", (statuses, want) => {
    const { operation } = planOne({ responses: statuses.map((status) => jsonResponse(status, { type: "string" })) });
    expect(operation.outcomes.map(({ ok }) => ok)).toEqual(want);
  });

  it("finds the type of an item through references", () => {
    const pagination = { use: {} as never, items: ["data"], maxPages: 10 };
    const { operation } = planOne(
      { responses: [jsonResponse("200", ref("page"))] },
      {
        page: { allOf: [{ type: "object", properties: { data: { type: "array", items: ref("order") } } }] },
        order,
      },
      operationPolicyOf({ pagination }),
    );
    expect(operation.item).toEqual({ kind: "named", name: "Order" });
  });
});

describe("the plan", () => {
  it("does not depend on the order of the document", () => {
    const operations = ["listOrders", "getOrder", "createOrder", "listRefunds"].map((key) =>
      operationOf(key, { tags: [key.endsWith("s") ? "Z" : "A"], responses: [jsonResponse("200", ref("order"))] }),
    );
    const planOf = (list: typeof operations) => {
      const document = documentOf(list, { order });
      const { types, ...plan } = planVersion(document, policyOf(document), identity);
      return { ...plan, types: [...types] };
    };
    expect(planOf([...operations].reverse())).toEqual(planOf(operations));
  });
});
