/** Pagination hints that other tools put into documents, in the words of the policy. */

import { toExpression } from "../expression-text.ts";
import type { ApiDocument, Json, SpecOperation } from "../model.ts";
import { parsePointer } from "../plan/expression.ts";
import { isPolicyMap, type PolicyMap, type PolicyValue } from "../policy-model.ts";

type Hint = Readonly<Record<string, PolicyValue>>;

const isHint = (value: PolicyValue | Json | undefined): value is Hint => isPolicyMap((value ?? null) as PolicyValue);
const textOf = (value: PolicyValue | undefined): string => (typeof value === "string" ? value : "");
const query = (name: string): string => toExpression({ from: "request.query", name });

/** `$.data.items`, `$response.page.next` or `page.next` as a place in the answer. */
function toPlace(value: PolicyValue | undefined): string | undefined {
  const text = textOf(value).replace(/^\$(?:response|res)?\.?/, "");
  if (text === "" || !/^[\w$.-]+$/.test(text)) return undefined;
  const place = toExpression({ from: "body", path: text.split(".") });
  return parsePointer(place).ok ? place : undefined;
}

const toParam = (value: PolicyValue | undefined): string | undefined => {
  const name = textOf(value).replace(/^\$(?:request|req)\./, "");
  return name === "" || name.includes(".body") ? undefined : query(name);
};

function assemble(
  style: string | undefined,
  facts: Readonly<Record<string, PolicyValue | undefined>>,
): PolicyMap | undefined {
  if (style === undefined) return undefined;
  const known = Object.entries(facts).filter((pair): pair is [string, PolicyValue] => pair[1] !== undefined);
  return { style, ...Object.fromEntries(known) };
}

/** `type`, `inputs: [{ name, in, type }]`, `outputs: { results, nextCursor, nextUrl }`. */
function fromInputs(hint: Hint): PolicyMap | undefined {
  const inputs = (Array.isArray(hint["inputs"]) ? hint["inputs"] : []).filter(isHint);
  const outputs = isHint(hint["outputs"]) ? hint["outputs"] : {};
  const input = (type: string): Hint | undefined => inputs.find((one) => one["type"] === type);
  const items = toPlace(outputs["results"]) ?? "auto";
  const size = toParam(input("limit")?.["name"]);
  const pageSize = size === undefined ? undefined : { param: size };
  if (hint["type"] === "url")
    return assemble("nextUrl", { items, cursor: cursorOf(toPlace(outputs["nextUrl"])), pageSize });
  if (hint["type"] === "cursor")
    return assemble("cursor", {
      items,
      cursor: cursorOf(toPlace(outputs["nextCursor"]), toParam(input("cursor")?.["name"])),
      pageSize,
    });
  const style = input("page") ? "page" : input("offset") ? "offset" : undefined;
  return assemble(style, { items, param: toParam(input(style ?? "")?.["name"]), pageSize });
}

function cursorOf(from: string | undefined, to?: string): PolicyMap | undefined {
  return from === undefined ? undefined : { from, ...(to === undefined ? {} : { to }) };
}

/** `cursor` and `next_cursor`, or `offset`, or `next_uri`, with `results`. */
function fromExpressions(hint: Hint): PolicyMap | undefined {
  const items = toPlace(hint["results"]) ?? "auto";
  if (hint["next_uri"] !== undefined)
    return assemble("nextUrl", { items, cursor: cursorOf(toPlace(hint["next_uri"])) });
  if (hint["cursor"] !== undefined)
    return assemble("cursor", { items, cursor: cursorOf(toPlace(hint["next_cursor"]), toParam(hint["cursor"])) });
  if (hint["offset"] === undefined) return undefined;
  const counted = /page/i.test(textOf(hint["offset"])) ? "page" : "offset";
  return assemble(counted, { items, param: toParam(hint["offset"]), hasMore: toPlace(hint["has-next-page"]) });
}

/** `request: { name: { type, param } }` and `response: { name: { type } }`. */
function fromScheme(hint: Hint): PolicyMap | undefined {
  const side = (key: string): [string, Hint][] =>
    Object.entries(isHint(hint[key]) ? hint[key] : {}).filter((pair): pair is [string, Hint] => isHint(pair[1]));
  const sent = (type: string): string | undefined => {
    const found = side("request").find(([, one]) => textOf(one["type"]).toLowerCase() === type);
    return found && toParam(found[1]["param"] ?? found[0]);
  };
  const read = (...types: string[]): string | undefined => {
    const found = side("response").find(([, one]) => types.includes(textOf(one["type"]).toLowerCase()));
    return found && toPlace(found[0]);
  };
  const items = read("items") ?? "auto";
  const size = sent("limit");
  const pageSize = size === undefined ? undefined : { param: size };
  const url = read("nexturl", "url");
  if (url !== undefined) return assemble("nextUrl", { items, cursor: { from: url }, pageSize });
  const cursor = sent("cursor");
  if (cursor !== undefined)
    return assemble("cursor", { items, cursor: cursorOf(read("cursor", "nextcursor"), cursor), pageSize });
  const page = sent("page");
  const offset = sent("offset");
  return assemble(page ? "page" : offset ? "offset" : undefined, { items, param: page ?? offset, pageSize });
}

/** The paginator that a hint means; undefined when it cannot be told. */
export function translatePagination(
  document: ApiDocument,
  operation: SpecOperation,
  name: string,
): PolicyMap | undefined {
  const own = operation.extensions[name];
  const shared = document.bundled[name] as PolicyValue | undefined;
  const listed = Array.isArray(shared) ? shared.filter(isHint).find((one) => one["name"] === own) : undefined;
  const hint = isHint(own) ? own : own === true && isHint(shared) ? shared : listed;
  if (hint === undefined) return undefined;
  if (hint["inputs"] !== undefined || hint["outputs"] !== undefined) return fromInputs(hint);
  return hint["request"] !== undefined || hint["response"] !== undefined ? fromScheme(hint) : fromExpressions(hint);
}
