/** Answers that come as a stream of items: server-sent events and lines of JSON. */

import type { StreamRule } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import type { Plan, Schema, SpecMediaType, SpecOperation, StreamPlan, TypeRef } from "../model.ts";
import { feature } from "../model.ts";
import { codecOf, isStream, itemPointerOf, itemSchemaOf, preferredMediaType } from "./media-types.ts";
import { refName } from "./schema-walk.ts";
import type { TypeRegistry } from "./type-names.ts";

/** The item of a stream: how its text is read, and its type. */
export function planItemStream(
  media: SpecMediaType,
  hint: string,
  home: string,
  types: TypeRegistry,
  /** Of the answer. */
  pointer: string,
): StreamPlan {
  const events = codecOf(media.contentType) === "events";
  const declared = itemSchemaOf(media);
  const at = itemPointerOf(media, pointer);
  const data = events && declared !== undefined ? dataOf(declared, types) : declared;
  const schema = data === undefined ? undefined : types.project(data, "response");
  // Events without a schema may hold anything; lines are JSON by their name.
  const asText = events && (schema === undefined || isString(types.resolve(schema)));
  const item: TypeRef =
    schema === undefined || asText
      ? { kind: "plain", text: asText ? "string" : "unknown" }
      : types.refer(
          schema,
          "response",
          hint,
          home,
          data === declared ? at : `${eventAt(declared, at)}/properties/data`,
        );
  return {
    contentType: media.contentType,
    events,
    items: asText ? "text" : "json",
    type: events ? { kind: "wrapped", in: "ServerSentEvent", of: item } : item,
    data: item,
    ...(schema === undefined ? {} : { schema }),
    ...(media.example === undefined ? {} : { example: media.example }),
  };
}

function eventAt(event: Schema | undefined, at: string): string {
  return event?.$ref === undefined ? at : pointerTo("/components/schemas", refName(event.$ref));
}

/** The rule of the descriptor. `chosen`: only calls that ask for it stream. */
export function streamRule(stream: StreamPlan, chosen: boolean): Plan<StreamRule> {
  return {
    use: feature(stream.events ? "sseEvents" : "jsonLines"),
    ...(chosen ? { accept: stream.contentType } : {}),
    ...(stream.items === "text" ? { items: "text" as const } : {}),
  };
}

/** The stream that an operation can answer with beside a success that is none. */
export function alternativeStream(
  operation: SpecOperation,
): { readonly media: SpecMediaType; readonly pointer: string } | undefined {
  const success = operation.responses.find(({ status, content }) => status.startsWith("2") && content.length > 0);
  const preferred = preferredMediaType(success?.content ?? []);
  if (success === undefined || preferred === undefined || isStream(codecOf(preferred.contentType))) return undefined;
  const media = success.content.find((one) => isStream(codecOf(one.contentType)));
  return media && { media, pointer: pointerTo(operation.pointer, "responses", success.status) };
}

/** A schema that describes whole events (OpenAPI 3.2) says in `data` what this is about. */
function dataOf(schema: Schema, types: TypeRegistry): Schema {
  const { properties } = types.source(schema);
  const names = Object.keys(properties ?? {});
  const isEvent = names.includes("data") && names.every((name) => ["data", "event", "id", "retry"].includes(name));
  return isEvent && names.length > 1 ? properties!["data"]! : schema;
}

function isString(schema: Schema): boolean {
  return schema.type === "string" || (schema.type === undefined && typeof schema.const === "string");
}
