/** Named types of the plan made by hand: every shape that `emit` has to print. */
import type { NamedType, Schema } from "../../../generator/model.ts";

export const hostile: string =
  "*/ globalThis.CANARY = 1; /* `$` \\u2028\u2028 </script> \u202e\u200b \ud800 \" ' \n// @ts-nocheck\n@ts-ignore {@link x} */";

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

const schemas: Record<string, { schema: Schema; direction?: NamedType["direction"]; home?: string }> = {
  Address: {
    schema: {
      type: "object",
      required: ["line1"],
      properties: { line1: { type: "string", minLength: 1 }, country: { type: "string", pattern: "^[A-Z]{2}$" } },
    },
  },
  Charge: {
    schema: {
      type: "object",
      description: `A charge. ${hostile}`,
      required: ["id", "amount", "status", "created"],
      properties: {
        id: { type: "string", examples: ["ch_1"] },
        amount: { type: "integer", format: "int64", minimum: 1, description: "Smallest currency unit." },
        status: { type: "string", enum: ["pending", "succeeded", hostile] },
        created: { type: "string", format: "date-time" },
        captured: { type: "boolean", default: false },
        customer: { anyOf: [{ type: "string" }, ref("Customer")] },
        note: { type: ["string", "null"], deprecated: true, description: "*/ alert(1) /*" },
        metadata: { type: "object", additionalProperties: { type: "string" } },
        "x-odd name": { type: "string" },
        [hostile]: { type: "string", description: hostile },
        "1": { type: "number" },
        class: { type: "string" },
        ["__proto__"]: { type: "string" },
        constructor: { type: "string" },
      },
    },
  },
  Customer: {
    schema: {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string" },
        address: { ...ref("Address"), description: "Where they live." },
        parent: ref("Customer"),
        charges: { type: "array", items: ref("Charge") },
      },
    },
  },
  Vip: {
    schema: {
      allOf: [ref("Customer"), { type: "object", properties: { level: { type: "integer" } } }],
      required: ["address"],
    },
  },
  Source: {
    schema: {
      oneOf: [ref("Card"), ref("Wallet")],
      discriminator: {
        propertyName: "object",
        mapping: { card: "#/components/schemas/Card", wallet: "#/components/schemas/Wallet" },
      },
    },
  },
  Card: {
    schema: {
      type: "object",
      required: ["object", "last4"],
      properties: { object: { type: "string" }, last4: { type: "string", pattern: "^\\d{4}$" } },
    },
  },
  Wallet: {
    schema: {
      type: "object",
      properties: { object: { type: "string", enum: ["wallet", "purse"] }, owner: { type: "string", format: "email" } },
    },
  },
  Animal: {
    schema: {
      oneOf: [ref("Dog"), ref("Bird")],
      properties: { name: { type: "string" } },
      type: "object",
      required: ["name"],
    },
  },
  Dog: {
    schema: {
      allOf: [
        ref("Animal"),
        { type: "object", required: ["bark"], properties: { bark: { type: "boolean", const: true } } },
      ],
    },
  },
  Bird: {
    schema: {
      allOf: [
        ref("Animal"),
        { type: "object", required: ["wings"], properties: { wings: { type: "integer", const: 2 } } },
      ],
    },
  },
  ChargeList: {
    schema: {
      type: "object",
      required: ["data", "has_more"],
      properties: { data: { type: "array", items: ref("Charge") }, has_more: { type: "boolean" } },
    },
  },
  CustomerPage: {
    schema: {
      type: "object",
      required: ["items"],
      properties: {
        items: { type: "array", items: ref("Customer") },
        next_cursor: { type: ["string", "null"] },
        next: { type: "string", format: "uri" },
      },
    },
  },
  ErrorEnvelope: {
    schema: {
      type: "object",
      required: ["error"],
      properties: { error: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } } },
    },
  },
  Tree: {
    schema: {
      type: "object",
      properties: { value: {}, children: { type: "array", items: ref("Tree") } },
      additionalProperties: true,
    },
  },
  Empty: { schema: { type: "object" } },
  Pair: { schema: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] } },
  Either: {
    schema: {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
  },
  ChargesCreateBody: {
    direction: "request",
    home: "charges",
    schema: {
      type: "object",
      required: ["amount", "currency"],
      properties: {
        amount: { type: "integer", minimum: 50 },
        currency: { type: "string", enum: ["eur", "usd"] },
        description: { type: "string", maxLength: 40, default: "none" },
        source: ref("Source"),
        tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 },
      },
    },
  },
  FilesUploadBody: {
    direction: "request",
    home: "files",
    schema: {
      type: "object",
      required: ["file", "purpose"],
      properties: { file: { type: "string", format: "binary" }, purpose: { type: "string" } },
    },
  },
};

export function namedTypes(): Map<string, NamedType> {
  return new Map(
    Object.entries(schemas).map(([name, { schema, direction = "response", home = "schema" }]): [string, NamedType] => [
      name,
      { name, schema, direction, home },
    ]),
  );
}
