/** What a contract test sends and answers for one operation, and what its mock answers by default. */
import type { Condition, Pagination, Pointer } from "@couplet/runtime/codegen/v1";
import type { InputField, Json, OperationPlan, Outcome, Plan, Schema, StreamPlan } from "../model.ts";
import { conforms } from "./conforms.ts";
import type { Sampler } from "./samples.ts";
import { isTypeless, ownProperty, type Types } from "./schema-shape.ts";

export interface ResponseSample {
  readonly status: number;
  readonly outcome: Outcome | undefined;
  /** Undefined for an answer without a body. */
  readonly body: Json | undefined;
}

// Mocks and the contract show the same answers.
const answers = new WeakMap<Sampler, Map<OperationPlan, ResponseSample>>();

/** The answer that the mock of an operation gives: the first declared success. */
export function sampleResponse(operation: OperationPlan, sampler: Sampler, types: Types): ResponseSample {
  const known = answers.get(sampler) ?? new Map<OperationPlan, ResponseSample>();
  answers.set(sampler, known);
  let answer = known.get(operation);
  if (answer === undefined) {
    answer = makeResponse(operation, sampler, types);
    known.set(operation, answer);
  }
  return answer;
}

function makeResponse(operation: OperationPlan, sampler: Sampler, types: Types): ResponseSample {
  const outcome = operation.outcomes.find((one) => one.ok);
  const status = /^2\d\d$/.test(outcome?.status ?? "") ? Number(outcome?.status) : 200;
  if (outcome === undefined || outcome.kind === "none") return { status, outcome, body: undefined };
  if (outcome.stream !== undefined) return { status, outcome, body: [sampleItem(outcome.stream, sampler)] };
  if (outcome.kind === "text" || outcome.kind === "bytes") {
    return { status, outcome, body: typeof outcome.example === "string" ? outcome.example : "text" };
  }
  const schema = outcome.schema ?? {};
  const body = sampler.sample(schema, "response", outcome.example);
  return { status, outcome, body: body === undefined ? {} : atItsEnd(body, schema, operation, types) };
}

function sampleItem(stream: StreamPlan, sampler: Sampler): Json {
  const sampled = stream.items === "text" ? "text" : sampler.sample(stream.schema ?? {}, "response", undefined);
  const data = sampled ?? {};
  return stream.events ? { event: "message", data, id: "" } : data;
}

/** Whoever iterates over a mock, or waits for one, must come to an end. */
function atItsEnd(body: Json, schema: Schema, operation: OperationPlan, types: Types): Json {
  const { pagination, polling } = operation.descriptor;
  if (pagination !== undefined) return lastPage(body, schema, pagination, types);
  if (polling === undefined || polling.status !== undefined) return body;
  return equalities(polling.success).reduce((state, { path, value }) => {
    const ended = replaceAt(state, path, value);
    return conforms(schema, ended, types) ? ended : state;
  }, body);
}

/** Members that a body must have for a condition to hold, as far as it says so plainly. */
function equalities(condition: Condition): { readonly path: readonly string[]; readonly value: Json }[] {
  if (condition.op === "&&") return condition.of.flatMap(equalities);
  if (condition.op === "||") return equalities(condition.of[0]!);
  if (condition.op !== "==" || condition.left.from !== "body") return [];
  return [{ path: condition.left.path, value: condition.right }];
}

/** A page that says it is the last one. */
function lastPage(body: Json, schema: Schema, pagination: Plan<Pagination>, types: Types): Json {
  let page = body;
  for (const [pointer, value] of [
    [pagination.hasMore, false],
    [pagination.next, null],
    [pagination.total?.from, 1],
  ] as const) {
    const path =
      (pointer as Pointer | undefined)?.from === "body" ? (pointer as { path: readonly string[] }).path : undefined;
    if (path === undefined) continue;
    const ended = [replaceAt(page, path, value), replaceAt(page, path, undefined), replaceAt(page, path, "")];
    page = ended.find((one) => conforms(schema, one, types)) ?? page;
  }
  return page;
}

/** A copy with one member replaced, or removed when the value is undefined; the same where there is no such member. */
function replaceAt(value: Json, path: readonly string[], replacement: Json | undefined): Json {
  const [head, ...rest] = path;
  if (head === undefined) return replacement ?? null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const record = value as Readonly<Record<string, Json>>;
  const member = ownProperty(record, head);
  if (member === undefined) return value;
  const next = rest.length === 0 ? replacement : replaceAt(member, rest, replacement);
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, one]) =>
      key !== head ? [[key, one]] : next === undefined ? [] : [[key, next]],
    ),
  );
}

function sampleField(field: InputField, sampler: Sampler): Json | undefined {
  const sample = sampler.sample(field.schema, "request", field.example);
  // An empty path segment addresses another operation.
  return field.parameter?.in === "path" && (sample === "" || sample === undefined) ? "text" : sample;
}

/** Where the document gives a range (`image/*`), the bytes themselves say which of its types they are. */
function typed(value: Json, { descriptor }: OperationPlan): Json {
  const { contentType = "" } = descriptor.body ?? {};
  const isBytes = typeof value === "object" && value !== null && "$blob" in value;
  return isBytes && contentType.includes("*") ? { ...value, type: contentType.replaceAll("*", "x-sample") } : value;
}

/** Names of which a provider takes one at most: places in a list, and the two ways to walk it. */
const exclusive: readonly ReadonlySet<string>[] = [
  new Set([
    "starting_after",
    "ending_before",
    "before",
    "after",
    "cursor",
    "offset",
    "page",
    "page_token",
    "pagetoken",
  ]),
];

/** Whether an optional parameter is shown: its sample is valid, says something, and contradicts no other parameter. */
function addsTo(input: ReadonlyMap<string, Json>, field: InputField, value: Json, operation: OperationPlan): boolean {
  if (value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0)) return false;
  // A header holds Latin-1, and blanks around its value are not part of it.
  if (field.parameter?.in === "header" && typeof value === "string" && !/^[!-~]([ -~]*[!-~])?$/.test(value))
    return false;
  const names = (key: string): string => operation.input.find((one) => one.key === key)?.parameter?.name ?? key;
  const name = (field.parameter?.name ?? field.key).toLowerCase();
  const group = exclusive.find((one) => one.has(name));
  if (group !== undefined && [...input.keys()].some((key) => group.has(names(key).toLowerCase()))) return false;
  // The members of an exploded object stand beside the other parameters.
  const isExploded = typeof value === "object" && !Array.isArray(value) && field.parameter?.style === "form";
  return !isExploded || !Object.keys(value).some((key) => operation.input.some((one) => one.parameter?.name === key));
}

/**
 * The input by key: what is required, the body, and every optional parameter that is not deprecated and has a valid
 * sample, so that all styles are exercised.
 */
export function sampleInput(operation: OperationPlan, sampler: Sampler, types: Types): Map<string, Json> {
  const input = new Map<string, Json>();
  // `fetch` sends no body with these.
  const bodiless = operation.spec.method === "get" || operation.spec.method === "head";
  for (const field of operation.input) {
    // Left out, the page size shows the policy's default.
    const isPageSize = operation.descriptor.pagination?.pageSize?.param === field.key && field.example === undefined;
    const isShowable = !field.deprecated && !isPageSize && !isTypeless(field.schema);
    const wanted = field.parameter === undefined ? !bodiless : isShowable;
    if (!field.required && !wanted) continue;
    const value = sampleField(field, sampler);
    const shown =
      value !== undefined &&
      (field.required ||
        field.parameter === undefined ||
        (conforms(field.schema, value, types) && addsTo(input, field, value, operation)));
    if (shown) input.set(field.key, field.parameter === undefined ? typed(value, operation) : value);
    else if (field.required) input.set(field.key, {});
  }
  return input;
}
