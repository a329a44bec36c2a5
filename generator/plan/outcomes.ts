/** What an operation can answer: one outcome a declared status, and the type of an item of a page. */
import type { OperationDescriptor, Policy } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import type { ApiDocument, OperationPlan, Outcome, Schema, SpecOperation, TypeRef } from "../model.ts";
import type { CoerceShaper } from "./coerce-shapes.ts";
import type { DeclaredShaper } from "./declared-shapes.ts";
import {
  codecOf,
  concreteContentType,
  isStream,
  itemSchemaOf,
  preferredMediaType,
  responseKind,
} from "./media-types.ts";
import { planItemStream } from "./response-streams.ts";
import { refName } from "./schema-walk.ts";
import type { TypeRegistry } from "./type-names.ts";

const nothing: TypeRef = { kind: "plain", text: "void" };

/** 2XX is success; `default` is success only where no 2XX is declared. */
function isSuccess(status: string, declared: readonly string[]): boolean {
  return status === "default" ? !declared.some((other) => other.startsWith("2")) : status.startsWith("2");
}

export function planOutcomes(operation: SpecOperation, prefix: string, home: string, types: TypeRegistry): Outcome[] {
  const declared = operation.responses.map((response) => response.status);
  return operation.responses.map((response): Outcome => {
    const ok = isSuccess(response.status, declared);
    const declaredKind = responseKind(response.content);
    // An error is read whole.
    const kind = declaredKind === "stream" && !ok ? "text" : declaredKind;
    const media = preferredMediaType(response.content);
    const base = { status: response.status, ok, kind };
    const pointer = pointerTo(operation.pointer, "responses", response.status);
    if (media === undefined) return { ...base, type: nothing };
    const contentType = concreteContentType(media.contentType);
    const example = media.example === undefined ? {} : { example: media.example };
    if (kind === "bytes") return { ...base, contentType, ...example, type: { kind: "plain", text: "Uint8Array" } };
    if (kind === "text") return { ...base, contentType, ...example, type: { kind: "plain", text: "string" } };
    const suffix = ok
      ? declared.filter((s) => isSuccess(s, declared)).length > 1
        ? `Response${response.status}`
        : "Response"
      : `Error${response.status}`;
    if (kind === "stream") {
      const stream = planItemStream(media, `${prefix}${toSuffix(suffix)}Item`, home, types, pointer);
      return { ...base, contentType, type: { kind: "wrapped", in: "ItemStream", of: stream.type }, stream };
    }
    const schema = types.project(media.schema ?? {}, "response");
    const body = pointerTo(pointer, "content", media.contentType, "schema");
    const type = types.refer(schema, "response", prefix + toSuffix(suffix), home, body);
    return { ...base, contentType, ...example, type, schema, pointer: body };
  });
}

function toSuffix(suffix: string): string {
  return suffix.replace(/default$/, "Default");
}

/** A schema, and where it stands in the document. */
export interface PlacedSchema {
  readonly schema: Schema;
  readonly pointer: string;
}

/** What it refers to, where it is a reference. */
function resolvePlaced(placed: PlacedSchema, types: TypeRegistry, depth = 0): PlacedSchema {
  const { $ref } = placed.schema;
  const target = $ref === undefined || depth > 32 ? undefined : types.types.get(refName($ref));
  if (target === undefined) return placed;
  return resolvePlaced({ schema: target.schema, pointer: target.pointer ?? "" }, types, depth + 1);
}

/** The schema at a JSON Pointer into values of a schema, looking through references and `allOf` on the way. */
export function schemaAt(
  placed: PlacedSchema | undefined,
  path: readonly string[],
  types: TypeRegistry,
  depth = 0,
): PlacedSchema | undefined {
  if (placed === undefined || depth > 32) return undefined;
  const [head, ...rest] = path;
  if (head === undefined) return placed;
  const { schema, pointer } = resolvePlaced(placed, types);
  const own = schema.properties && Object.hasOwn(schema.properties, head) ? schema.properties[head] : undefined;
  if (own !== undefined)
    return schemaAt({ schema: own, pointer: pointerTo(pointer, "properties", head) }, rest, types, depth + 1);
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
    for (const [index, part] of (schema[keyword] ?? []).entries()) {
      const found = schemaAt({ schema: part, pointer: pointerTo(pointer, keyword, index) }, path, types, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The type of one item of a page whose items stand at `path` in a success answer. */
export function planItem(
  outcomes: readonly Outcome[],
  path: readonly string[],
  prefix: string,
  home: string,
  types: TypeRegistry,
): TypeRef {
  const page = outcomes.find((outcome) => outcome.ok && outcome.schema !== undefined);
  if (page?.schema === undefined) return { kind: "plain", text: "unknown" };
  const found = schemaAt({ schema: page.schema, pointer: page.pointer ?? "" }, path, types);
  const list = found && resolvePlaced(found, types);
  return list?.schema.items === undefined
    ? { kind: "plain", text: "unknown" }
    : types.refer(list.schema.items, "response", `${prefix}Item`, home, `${list.pointer}/items`);
}

/** Distinct types of the success outcomes; a stream stands alone, whatever other successes there are. */
export function planOutput(outcomes: readonly Outcome[]): TypeRef[] {
  const streaming = outcomes.find((outcome) => outcome.stream !== undefined);
  if (streaming !== undefined) return [streaming.type];
  const seen = new Map<string, TypeRef>();
  for (const outcome of outcomes) if (outcome.ok) seen.set(JSON.stringify(outcome.type), outcome.type);
  return seen.size === 0 ? [nothing] : [...seen.values()];
}

/** Where answers of an operation hold coerced values: by status, and under `items` those of a stream. */
export function coercedPlaces(
  operation: SpecOperation,
  shaper: CoerceShaper,
): OperationDescriptor["coerce"] | undefined {
  const places = shaper.isIdle ? [] : placesOf(operation, (schema) => shaper.nodesOf(schema));
  const found = places.filter(([, nodes]) => nodes.length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** What the answers of an operation declare, in the same places, where the policy wants to know of the rest. */
export function declaredPlaces(
  operation: SpecOperation,
  { validation }: Pick<Policy, "validation">,
  shaper: DeclaredShaper,
): Pick<OperationPlan, "declared"> {
  if (validation.unknownFields === undefined && validation.unknownEnumValues === undefined) return {};
  const responses = operation.responses.filter(({ status }) => /^(?:2|default)/.test(status));
  const places = placesOf({ responses }, (schema) => shaper.nodesOf(schema));
  return places.length === 0 ? {} : { declared: Object.fromEntries(places) };
}

function placesOf<T>(
  { responses }: Pick<SpecOperation, "responses">,
  nodesOf: (schema: Schema) => readonly T[],
): [key: string, nodes: readonly T[]][] {
  const places = new Map<string, readonly T[]>();
  for (const { status, content } of responses) {
    const media = preferredMediaType(content);
    if (media?.schema !== undefined && responseKind(content) !== "stream") places.set(status, nodesOf(media.schema));
    for (const one of content) {
      const item = isStream(codecOf(one.contentType)) ? itemSchemaOf(one) : undefined;
      if (item !== undefined) places.set("items", [...(places.get("items") ?? []), ...nodesOf(item)]);
    }
  }
  return [...places];
}

/** Roots for reachability: the schemas of all answers. */
export function responseSchemas(document: ApiDocument, keys: ReadonlySet<string>): Schema[] {
  return document.operations
    .filter((operation) => keys.has(operation.key))
    .flatMap((operation) => operation.responses)
    .flatMap((response) => [
      ...[preferredMediaType(response.content)].flatMap((media) => media?.schema ?? []),
      ...response.content
        .filter((media) => isStream(codecOf(media.contentType)))
        .flatMap((media) => itemSchemaOf(media) ?? []),
    ]);
}
