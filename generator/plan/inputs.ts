/** The input of an operation: its parameters side by side under their wire names, and its body. */

import type { Parameter, ParameterStyle, RequestBody } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import type { BodyChoice, InputField, OperationPolicy, Plan, Schema, SpecOperation, SpecParameter } from "../model.ts";
import { codecOf, concreteContentType } from "./media-types.ts";
import { toPascalCase } from "./names.ts";
import { isScalar, planRequestBodies } from "./request-bodies.ts";
import { refName } from "./schema-walk.ts";
import type { TypeRegistry } from "./type-names.ts";

const locations = ["path", "query", "header", "cookie"] as const;

export interface InputPlan {
  readonly fields: readonly InputField[];
  readonly parameters: readonly Parameter[];
  readonly body?: Plan<RequestBody>;
  readonly bodies?: readonly Plan<RequestBody>[];
  readonly choices?: readonly BodyChoice[];
}

/**
 * Of the media types of a parameter only JSON has a form of its own; the others carry text. In a cookie that text is
 * not percent-encoded: OpenAPI 3.1.2, appendix D.1, recommends `content` for just that.
 */
function styleOf({ contentType, style, in: location }: SpecParameter): ParameterStyle | undefined {
  if (contentType === undefined) return style as ParameterStyle | undefined;
  if (codecOf(contentType) === "json") return "json";
  return location === "cookie" ? "cookie" : undefined;
}

/** `isPlain`: its value is neither an array nor an object. Such a value in the usual style has no style. */
export function wireParameter(parameter: SpecParameter, key: string, isPlain: boolean): Parameter {
  const usual = parameter.in === "path" || parameter.in === "header" ? "simple" : "form";
  const style = styleOf(parameter) ?? usual;
  const styled = style !== usual || !isPlain || parameter.allowReserved;
  const usualExplode = ["form", "cookie"].includes(style);
  const explodes = parameter.explode ?? usualExplode;
  return {
    name: parameter.name,
    in: parameter.in,
    ...(key === parameter.name ? {} : { key }),
    ...(parameter.required ? { required: true as const } : {}),
    ...(styled ? { style } : {}),
    ...(!styled || explodes === usualExplode ? {} : { explode: explodes }),
    ...(parameter.allowReserved ? { allowReserved: true as const } : {}),
  };
}

export function planInput(
  operation: SpecOperation,
  policy: OperationPolicy,
  prefix: string,
  home: string,
  types: TypeRegistry,
): InputPlan {
  const fields: InputField[] = [];
  const parameters: Parameter[] = [];
  const several =
    new Set(operation.requestBody?.content.map((media) => concreteContentType(media.contentType))).size > 1;
  const taken = new Set<string>(several ? ["body", "contentType"] : ["body"]);
  const supplied = new Set(policy.supplied);
  for (const location of locations) {
    for (const parameter of operation.parameters) {
      if (parameter.in !== location) continue;
      if (supplied.has(`${location}:${location === "header" ? parameter.name.toLowerCase() : parameter.name}`))
        continue;
      const key = taken.has(parameter.name) ? `${location}.${parameter.name}` : parameter.name;
      taken.add(key);
      const schema = types.project(parameter.schema, "request");
      const pointer =
        parameter.contentType === undefined
          ? `${parameter.pointer}/schema`
          : pointerTo(parameter.pointer, "content", parameter.contentType, "schema");
      const wire = wireParameter(parameter, key, isScalar(schema, types));
      fields.push({
        key,
        type: types.refer(schema, "request", prefix + toPascalCase(parameter.name), home, pointer),
        schema,
        required: parameter.required,
        deprecated: parameter.deprecated,
        ...(parameter.description === undefined ? {} : { description: parameter.description }),
        ...(parameter.example === undefined ? {} : { example: parameter.example }),
        parameter: wire,
      });
      parameters.push(wire);
    }
  }
  const { requestBody } = operation;
  const bodies =
    requestBody &&
    planRequestBodies(
      requestBody,
      { prefix, home, pointer: pointerTo(operation.pointer, "requestBody") },
      types,
      (schema) => withoutKey(schema, keyPath(policy), types),
    );
  if (bodies === undefined) return { fields, parameters };
  fields.push(bodies.field);
  return { fields, parameters, body: bodies.body, bodies: bodies.bodies, choices: bodies.choices };
}

/** Where a key stands that the client puts into a body; empty when there is none, or when it is the caller's to give. */
function keyPath({ policy }: OperationPolicy): readonly string[] {
  const { key } = policy.idempotency;
  return key?.generate === "none" ? [] : (key?.path ?? []);
}

/**
 * A key in the body need not be given, also where the document requires it, nor need the objects around it in which nothing
 * else is required.
 */
function withoutKey(schema: Schema, path: readonly string[], types: TypeRegistry): Schema {
  const [name, ...rest] = path;
  if (name === undefined) return schema;
  const target = schema.$ref === undefined ? schema : types.types.get(refName(schema.$ref))?.schema;
  const inner = target?.properties && Object.hasOwn(target.properties, name) ? target.properties[name] : undefined;
  if (target === undefined || inner === undefined) return schema;
  const left = withoutKey(inner, rest, types);
  const isNeeded = rest.length > 0 && (left.$ref !== undefined || (left.required ?? []).length > 0);
  const required = (target.required ?? []).filter((one) => one !== name || isNeeded);
  if (left === inner && required.length === (target.required ?? []).length) return schema;
  return { ...target, properties: { ...target.properties, [name]: left }, required };
}
