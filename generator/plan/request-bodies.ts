/** The media types of a request body: one shape of the input for each kind of body, one encoder for each media type. */
import type { RequestBody } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import type { BodyChoice, InputField, Plan, Schema, SpecMediaType, SpecOperation, TypeRef } from "../model.ts";
import {
  codecOf,
  concreteContentType,
  encoderOf,
  isText,
  itemPointerOf,
  itemSchemaOf,
  orderedMedia,
} from "./media-types.ts";
import { toPascalCase } from "./names.ts";
import { refName } from "./schema-walk.ts";
import type { TypeRegistry } from "./type-names.ts";

export interface RequestBodiesPlan {
  readonly body: Plan<RequestBody>;
  readonly bodies: readonly Plan<RequestBody>[];
  readonly field: InputField;
  /** Empty: there is nothing to choose. */
  readonly choices: readonly BodyChoice[];
}

const bytes: Schema = { type: "string", format: "binary" };
const text: Schema = { type: "string" };

/** `adapt` takes out of a schema what the policy supplies. */
export function planRequestBodies(
  requestBody: NonNullable<SpecOperation["requestBody"]>,
  { prefix, home, pointer }: { readonly prefix: string; readonly home: string; readonly pointer: string },
  types: TypeRegistry,
  adapt: (schema: Schema) => Schema,
): RequestBodiesPlan | undefined {
  const shapes: { readonly key: string; readonly contentTypes: string[]; readonly field: InputField }[] = [];
  const encoders = new Map<string, Plan<RequestBody>>();
  for (const media of orderedMedia(requestBody.content)) {
    const contentType = concreteContentType(media.contentType);
    if (encoders.has(contentType)) continue;
    const first = encoders.size === 0;
    encoders.set(contentType, {
      contentType,
      encode: encoderOf(media),
      ...(requestBody.required ? { required: true as const } : {}),
      ...(media.encoding && Object.keys(media.encoding).length > 0 ? { encoding: media.encoding } : {}),
    });
    const { key, schema, refer } = shapeOf(media, pointer, types, adapt);
    const known = shapes.find((shape) => shape.key === key);
    if (known !== undefined) {
      known.contentTypes.push(contentType);
      continue;
    }
    const hint = first ? `${prefix}Body` : `${prefix}${toPascalCase(contentType.replace(/^.*\//, ""))}Body`;
    const field: InputField = {
      key: "body",
      type: refer(hint, home),
      schema,
      required: requestBody.required,
      deprecated: false,
      ...(requestBody.description === undefined ? {} : { description: requestBody.description }),
      ...(media.example === undefined ? {} : { example: media.example }),
    };
    shapes.push({ key, contentTypes: [contentType], field });
  }
  const [body, ...bodies] = encoders.values();
  const [preferred] = shapes;
  if (body === undefined || preferred === undefined) return undefined;
  return { body, bodies, field: preferred.field, choices: bodies.length === 0 ? [] : shapes };
}

interface BodyShape {
  /** Equal for media types that take the same values. */
  readonly key: string;
  readonly schema: Schema;
  readonly refer: (hint: string, home: string) => TypeRef;
}

function shapeOf(
  media: SpecMediaType,
  body: string,
  types: TypeRegistry,
  adapt: (schema: Schema) => Schema,
): BodyShape {
  const codec = codecOf(media.contentType);
  if (codec === "bytes") {
    const type = { kind: "plain", text: "Blob | ArrayBuffer | Uint8Array | ReadableStream" } as const;
    return { key: codec, schema: bytes, refer: () => type };
  }
  if (codec === "lines") {
    const item = types.project(itemSchemaOf(media) ?? {}, "request");
    return {
      key: `lines ${JSON.stringify(item)}`,
      schema: { type: "array", items: item },
      refer: (hint, home) => ({
        kind: "wrapped",
        in: "Lines",
        of: types.refer(item, "request", `${hint}Item`, home, itemPointerOf(media, body)),
      }),
    };
  }
  const schema = adapt(types.project(media.schema ?? {}, "request"));
  // Text of a media type that is no JSON (XML, CSV) is written by the caller, whatever its schema says.
  if (isText(codec) && !isScalar(schema, types)) {
    return { key: "text", schema: text, refer: () => ({ kind: "plain", text: "string" }) };
  }
  // A reference that is no longer one: the policy supplies some of its properties.
  const target = schema.$ref === undefined ? media.schema?.$ref : undefined;
  const pointer =
    target === undefined
      ? pointerTo(body, "content", media.contentType, "schema")
      : pointerTo("/components/schemas", refName(target));
  return {
    key: JSON.stringify(schema),
    schema,
    refer: (hint, home) => types.refer(schema, "request", hint, home, pointer),
  };
}

/** Whether no value of a schema is an array or an object. */
export function isScalar(schema: Schema, types: TypeRegistry): boolean {
  const target = types.resolve(schema);
  const names = [target.type ?? []].flat();
  return names.length > 0 && names.every((name) => name !== "object" && name !== "array");
}
