/** What other tools put into documents, and `x-couplet-policy`: documents are not trusted, so a person accepts it or not. */
import type { ApiDocument, Json, JsonObject, SpecOperation } from "../model.ts";
import { isPolicyMap, type PolicyMap, type PolicyValue } from "../policy-model.ts";
import { quote } from "./foreign-text.ts";
import { block, type Entry, leaf, suggest } from "./suggestion.ts";
import { translatePagination } from "./vendor-pagination.ts";

export interface InferredHints {
  readonly operations: readonly Entry[];
  readonly defaults: readonly Entry[];
  readonly count: number;
}

const paginationHint = /^x-(?:[a-z]+-)?pagination$/;
const retryHint = /^x-(?:[a-z]+-)?retries$/;
const keyHeadersHint = /^x-(?:[a-z]+-)?idempotency-headers$/;
const idempotentHint = /^x-(?:[a-z]+-)?idempotent$/;
const ownHint = "x-couplet-policy";
const maxHintLength = 4000;

/** `500` milliseconds in the largest unit without a remainder. */
function duration(value: Json | undefined): string | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1 || value > 86_400_000) return undefined;
  if (value % 60_000 === 0) return `${value / 60_000}m`;
  return value % 1000 === 0 ? `${value / 1000}s` : `${value}ms`;
}

const mapOf = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

function compact(map: Readonly<Record<string, PolicyValue | undefined>>): PolicyMap {
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, PolicyValue] => pair[1] !== undefined));
}

function retryOf(value: Json): Record<string, PolicyValue> | undefined {
  const hint = mapOf(value);
  if (hint["disabled"] === true || hint["strategy"] === "none") return { retry: "none" };
  const given = mapOf(hint["backoff"]);
  const exponent = given["exponent"];
  const backoff = compact({
    initial: duration(given["initialInterval"]),
    max: duration(given["maxInterval"]),
    multiplier: typeof exponent === "number" && exponent >= 1 && exponent <= 100 ? exponent : undefined,
  });
  const deadline = duration(given["maxElapsedTime"]);
  if (Object.keys(backoff).length === 0 && deadline === undefined) return undefined;
  return {
    ...(Object.keys(backoff).length === 0 ? {} : { retry: { backoff } }),
    ...(deadline === undefined ? {} : { timeouts: { deadline } }),
  };
}

/** One hint as a block of the policy; undefined when it is no hint, or says nothing that the policy can say. */
function translate(document: ApiDocument, operation: SpecOperation, name: string, value: Json): PolicyMap | undefined {
  if (name === ownHint) return isPolicyMap(value as PolicyValue) ? (value as PolicyMap) : undefined;
  if (paginationHint.test(name)) {
    const pagination = translatePagination(document, operation, name);
    return pagination && { pagination };
  }
  if (retryHint.test(name)) return retryOf(value);
  if (idempotentHint.test(name) && value === true)
    return { idempotency: { class: "idempotent", because: "the provider says so: look up where" } };
  return undefined;
}

const isHintName = (name: string): boolean =>
  name === ownHint || [paginationHint, retryHint, keyHeadersHint, idempotentHint].some((pattern) => pattern.test(name));

function hintEntry(key: string, translated: PolicyMap | undefined, name: string, value: Json): Entry {
  const raw = JSON.stringify(value);
  const data = raw.length > maxHintLength ? undefined : translated;
  const why =
    data === undefined ? `${name}: say in the policy's words what this means: ${quote(raw)}` : `${name}; check it`;
  return suggest(leaf(key, data ?? {}, why));
}

export function inferHints(document: ApiDocument): InferredHints {
  const operations = document.operations.flatMap((operation) =>
    Object.entries(operation.extensions)
      .filter(([name]) => isHintName(name))
      .map(([name, value]) => hintEntry(operation.key, translate(document, operation, name, value), name, value)),
  );
  const defaults = Object.entries(document.bundled).flatMap(([name, value]) => {
    if (retryHint.test(name))
      return Object.entries(retryOf(value) ?? {}).map(([key, data]) => fromRoot(key, data, name));
    if (!keyHeadersHint.test(name)) return [];
    const headers = (Array.isArray(value) ? value : []).flatMap((one: Json) => mapOf(one)["header"] ?? []);
    const header = headers.find((one): one is string => typeof one === "string");
    const key = { in: "header", name: header ?? "Idempotency-Key", generate: "uuid4", maxLength: 255 };
    return header === undefined ? [] : [fromRoot("idempotency", { class: "keyed", key }, name)];
  });
  return { operations, defaults, count: operations.length + defaults.length };
}

/** Leaves of a block, so that they stand beside others of the same block. */
function fromRoot(key: string, data: PolicyValue, name: string): Entry {
  const why = `the document's ${name}; check it with the provider`;
  if (!isPolicyMap(data)) return suggest(leaf(key, data, why));
  return block(
    key,
    Object.entries(data).map(([inner, value]) => suggest(leaf(inner, value, why))),
  );
}
