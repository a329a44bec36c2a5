/** What an operation can answer: one outcome a declared status, and the type of an item of a page. */
import type { OperationDescriptor, Policy } from "@couplet/runtime/codegen/v1";
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
      const stream = planItemStream(media, `${prefix}${toSuffix(suffix)}Item`, home, types);
      return { ...base, contentType, type: { kind: "wrapped", in: "ItemStream", of: stream.type }, stream };
    }
    const schema = types.project(media.schema ?? {}, "response");
    const type = types.refer(schema, "response", prefix + toSuffix(suffix), home);
    return { ...base, contentType, ...example, type, schema };
  });
}

function toSuffix(suffix: string): string {
  return suffix.replace(/default$/, "Default");
}

/** The schema at a JSON Pointer into values of a schema, looking through references and `allOf` on the way. */
export function schemaAt(
  schema: Schema | undefined,
  path: readonly string[],
  types: TypeRegistry,
  depth = 0,
): Schema | undefined {
  if (schema === undefined || depth > 32 || path.length === 0) return depth > 32 ? undefined : schema;
  const target = schema.$ref === undefined ? undefined : types.types.get(refName(schema.$ref))?.schema;
  if (target !== undefined) return schemaAt(target, path, types, depth + 1);
  const [head = "", ...rest] = path;
  const own = schema.properties && Object.hasOwn(schema.properties, head) ? schema.properties[head] : undefined;
  if (own !== undefined) return schemaAt(own, rest, types, depth + 1);
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = schemaAt(part, path, types, depth + 1);
    if (found !== undefined) return found;
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
  const page = outcomes.find((outcome) => outcome.ok && outcome.schema !== undefined)?.schema;
  const list = schemaAt(page, path, types);
  const items = list && types.resolve(list).items;
  return items === undefined
    ? { kind: "plain", text: "unknown" }
    : types.refer(items, "response", `${prefix}Item`, home);
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
