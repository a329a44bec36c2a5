/** How an operation may page, by the names of its parameters and the shape of its answer; each way with what is not sure. */

import { toExpression } from "../expression-text.ts";
import type { ApiDocument, Schema, SpecOperation, SpecParameter } from "../model.ts";
import { expand, typesOf } from "../plan/schema-pointer.ts";
import type { PolicyMap } from "../policy-model.ts";
import { plainName } from "./names.ts";
import type { PageAnswer, PageField } from "./page-fields.ts";

export type PageStyle = "link" | "nextUrl" | "cursor" | "lastId" | "page" | "offset";

export interface PageWay {
  readonly style: PageStyle;
  /** Members of the paginator beside `style`, `items` and `pageSize`. */
  readonly facts: PolicyMap;
  readonly why: string;
  /** What the document leaves open; absent when it determines the style. */
  readonly doubt?: string;
}

export interface PageSize {
  readonly param: string;
  readonly max?: number;
}

export interface PageInput {
  readonly document: ApiDocument;
  readonly operation: SpecOperation;
  readonly answer: PageAnswer;
}

const body = (path: readonly string[]): string => toExpression({ from: "body", path });
const query = (name: string): string => toExpression({ from: "request.query", name });

/** Parameters and the fields that fill them: each pair speaks of the same thing. */
const cursors: readonly { readonly params: RegExp; readonly fields: RegExp }[] = [
  { params: /^(?:page|next|start)?cursor$/, fields: /^(?:next|end|nextpage)?cursor$/ },
  { params: /^(?:next)?(?:page|pagination)?token$/, fields: /^(?:next)?(?:page|pagination)?token$/ },
  { params: /^(?:page)?marker$/, fields: /^(?:next)?marker$/ },
  { params: /^continuation(?:token)?$/, fields: /^(?:next)?continuation(?:token)?$/ },
  { params: /^(?:page)?after$/, fields: /^(?:next)?after$|^endcursor$|^nextcursor$|^lastid$|^next$/ },
  { params: /^page$/, fields: /^nextpage$/ },
];
const nextUrlNames = /^next(?:page|link|href)?(?:url|uri|link|href)?$|^odatanextlink$/;
const moreNames = /^(?:has)?more(?:results|pages)?$|^hasnext(?:page)?$/;

const queryParams = ({ parameters }: SpecOperation): readonly SpecParameter[] =>
  parameters.filter((parameter) => parameter.in === "query");

const described = (schemas: readonly Schema[]): string => schemas.map((one) => one.description ?? "").join(" ");

function moreOf({ fields }: PageAnswer): PolicyMap {
  const found = fields.filter(({ name, types }) => moreNames.test(name) && types.size === 1 && types.has("boolean"));
  return found.length === 1 ? { hasMore: body(found[0]!.path) } : {};
}

function linkWays({ operation }: PageInput): PageWay[] {
  const success = operation.responses.filter(({ status }) => status.startsWith("2"));
  const names = success.flatMap(({ headers }) => Object.keys(headers));
  if (!names.some((name) => name.toLowerCase() === "link")) return [];
  const paged = queryParams(operation).some(({ name }) =>
    /^(?:page|perpage|limit|pagesize)$|cursor/.test(plainName(name)),
  );
  const way = { style: "link" as const, facts: { rel: "next" }, why: "the answer has a Link header" };
  return [paged ? way : { ...way, doubt: "is its relation `next` the next page? no parameter speaks of pages" }];
}

function looksLikeUrl(field: PageField): boolean {
  const parents = field.path.slice(0, -1).map(plainName);
  const worded = /(?:url|uri|href|link)$/.test(field.name) || parents.some((name) => /^links?$/.test(name));
  const samples = field.schemas.flatMap(({ examples = [] }) => examples);
  return (
    worded ||
    field.schemas.some(({ format }) => format !== undefined && /^(?:uri|url|iri)/.test(format)) ||
    samples.some((sample) => typeof sample === "string" && /^(?:https?:\/\/|\/)/.test(sample))
  );
}

function nextUrlWays({ answer }: PageInput): PageWay[] {
  const found = answer.fields.filter(
    ({ name, path, types }) =>
      types.has("string") && (nextUrlNames.test(name) || (name === "href" && plainName(path.at(-2) ?? "") === "next")),
  );
  return found.map((field) => {
    const facts = { cursor: { from: body(field.path) }, ...moreOf(answer) };
    const way = { style: "nextUrl" as const, facts, why: `the answer has ${field.path.join("/")}` };
    return looksLikeUrl(field) ? way : { ...way, doubt: `is ${field.path.join("/")} a URL, or a cursor?` };
  });
}

function cursorWays({ document, operation, answer }: PageInput): PageWay[] {
  const more = moreOf(answer);
  return queryParams(operation).flatMap((parameter) => {
    const name = plainName(parameter.name);
    const pair = cursors.find(({ params }) => params.test(name));
    // A page that is a number is counted.
    if (pair === undefined || (name === "page" && isWhole(document, parameter))) return [];
    const fields = answer.fields.filter((one) => pair.fields.test(one.name) && isText(one));
    const next = fields.filter((one) => one.name.startsWith("next") || one.name.startsWith("end"));
    const best = next.length > 0 ? next : fields;
    return best.slice(0, 1).map((field): PageWay => {
      const sure = best.length === 1 && isNextCursor(field, "hasMore" in more);
      const facts = { cursor: { from: body(field.path), to: query(parameter.name) }, ...more };
      const why = `${field.path.join("/")} of the answer goes into ${parameter.name}`;
      const doubt = `does ${field.path.join("/")} mean the next page, or this one?`;
      return { style: "cursor", facts, why, ...(sure ? {} : { doubt }) };
    });
  });
}

const isText = ({ types }: PageField): boolean => types.has("string") || types.has("integer");

/** It surely is a cursor, and of the next page. */
function isNextCursor({ name, path, schemas }: PageField, more: boolean): boolean {
  const text = described(schemas);
  if (/\b(?:urls?|uris?|links?)\b/i.test(text)) return false;
  if (name === "next") return /\b(?:cursor|id|identifier|token)\b/i.test(text);
  if (/^(?:next|end)/.test(name) || (name === "lastid" && more)) return true;
  return /\bnext\b|subsequent|following/i.test(text) || path.slice(0, -1).some((one) => plainName(one) === "next");
}

function lastIdWays({ operation, answer }: PageInput): PageWay[] {
  const parameter = queryParams(operation).find(({ name }) =>
    /^(?:startingafter|afterid|sinceid)$/.test(plainName(name)),
  );
  const hasId = answer.itemSchemas.some((schema) => Object.hasOwn(schema.properties ?? {}, "id"));
  if (parameter === undefined || !hasId) return [];
  const more = moreOf(answer);
  const sure = plainName(parameter.name) === "startingafter" && "hasMore" in more;
  const facts = { param: query(parameter.name), idOf: "#/id", ...more };
  const why = `${parameter.name} takes the id of the last item`;
  return [
    { style: "lastId", facts, why, ...(sure ? {} : { doubt: `does ${parameter.name} take the last item's id?` }) },
  ];
}

const isWhole = (document: ApiDocument, { schema }: SpecParameter): boolean => {
  const types = typesOf(expand(document, schema));
  return types.has("integer") || types.has("number");
};

/** The number of the first page, where the document says it. */
function firstPage(document: ApiDocument, parameter: SpecParameter): number | undefined {
  const schemas = expand(document, parameter.schema);
  const stated = [
    schemas.find((one) => one.default !== undefined)?.default,
    schemas.find((one) => one.minimum !== undefined)?.minimum,
  ];
  return stated.map(Number).find((start, index) => stated[index] !== undefined && (start === 0 || start === 1));
}

function countedWays({ document, operation, answer }: PageInput): PageWay[] {
  return queryParams(operation).flatMap((parameter): PageWay[] => {
    const name = plainName(parameter.name);
    const param = query(parameter.name);
    const whole = isWhole(document, parameter);
    if (/^(?:page|pagenumber|pageno|pagenum|pageindex|currentpage)$/.test(name)) {
      const start = firstPage(document, parameter);
      const facts = { param, start: start ?? 1, ...moreOf(answer) };
      const doubt = whole ? "is the first page 0 or 1? the document does not say" : `is ${parameter.name} a number?`;
      const sure = whole && start !== undefined;
      return [{ style: "page", facts, why: `${parameter.name} counts pages`, ...(sure ? {} : { doubt }) }];
    }
    if (!/^(?:offset|skip|pageoffset|startindex)$/.test(name)) return [];
    const preset = expand(document, parameter.schema).find((one) => one.default !== undefined)?.default;
    const sure = whole && /^(?:offset|skip)$/.test(name) && (preset === undefined || Number(preset) === 0);
    const doubt = `does ${parameter.name} count items, from 0?`;
    const facts = { param, ...moreOf(answer) };
    return [{ style: "offset", facts, why: `${parameter.name} counts items`, ...(sure ? {} : { doubt }) }];
  });
}

/** All ways that show, those first in which the server tells where the next page is. */
export function pageWays(input: PageInput): readonly PageWay[] {
  return [linkWays, nextUrlWays, cursorWays, lastIdWays, countedWays].flatMap((ways) => ways(input));
}

/** A parameter that asks for a page size, with the greatest that the document allows. */
export function pageSizeOf({ document, operation }: PageInput): PageSize | undefined {
  const parameter = queryParams(operation).find(
    (one) =>
      /^(?:limit|perpage|pagesize|pagelimit|maxresults(?:perpage)?|maxitems)$/.test(plainName(one.name)) &&
      isWhole(document, one),
  );
  if (parameter === undefined) return undefined;
  const max = expand(document, parameter.schema).find((one) => one.maximum !== undefined)?.maximum;
  const bounded = max !== undefined && Number.isSafeInteger(max) && max >= 1;
  return { param: query(parameter.name), ...(bounded ? { max } : {}) };
}
