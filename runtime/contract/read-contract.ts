import { Ajv2020 } from "ajv/dist/2020.js";
import type { Contract } from "./case.ts";

const text = { type: "string" };
const parameter = {
  type: "object",
  required: ["in", "name", "value"],
  properties: { in: { enum: ["path", "query", "header", "cookie"] }, name: text, from: { enum: ["policy"] } },
};
const contractCase = {
  type: "object",
  required: ["id", "call", "request", "response"],
  properties: {
    id: text,
    call: { type: "array", items: text, minItems: 1 },
    request: {
      type: "object",
      required: ["method", "path", "parameters"],
      properties: { method: text, path: text, contentType: text, parameters: { type: "array", items: parameter } },
    },
    response: {
      type: "object",
      required: ["status"],
      properties: { status: { type: "integer" }, contentType: text },
    },
  },
};
const shape = {
  type: "object",
  required: ["provider", "version", "server", "auth", "cases"],
  properties: {
    provider: text,
    version: text,
    server: text,
    baseUrl: text,
    auth: { type: "object" },
    serverVariables: { type: "object", additionalProperties: text },
    keys: {
      type: "object",
      additionalProperties: { type: "object", required: ["algorithm", "hash", "encoding"] },
    },
    logins: {
      type: "array",
      items: {
        type: "object",
        required: ["method", "url"],
        properties: { method: text, url: text, header: text, body: { type: "array", items: text } },
      },
    },
    signature: { anyOf: [text, { type: "object", additionalProperties: text }] },
    tokenUrls: { type: "array", items: text },
    excluded: { type: "array", items: text },
    cases: { type: "array", items: contractCase },
  },
};

/**
 * The contract in a parsed `contract.json`. Throws when the file has another shape. Its objects inherit nothing: what a
 * polluted prototype says is not in the file.
 */
export function readContract(value: unknown): Contract {
  const ajv = new Ajv2020({ strict: false });
  if (ajv.validate(shape, value)) return JSON.parse(JSON.stringify(value), inheritNothing) as Contract;
  throw new Error(`contract.json is not a contract: ${ajv.errorsText(ajv.errors, { dataVar: "contract" })}`);
}

function inheritNothing(_key: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.assign(Object.create(null), value) : value;
}
