import { expect, test } from "vitest";
import { errorsOf, infer, json, loadTree, query, withList } from "./infer-harness.ts";

const items = { type: "array", items: { type: "object", properties: { id: { type: "string" } } } };
const text = { type: "string" };
const flag = { type: "boolean" };
const whole = { type: "integer" };
const page = (properties: object): object => json({ type: "object", properties: { data: items, ...properties } });

interface Row {
  readonly name: string;
  readonly parameters?: readonly object[];
  readonly answer: object;
  /** Without `items`, which is `data` here. */
  readonly active?: object;
  /** Part of the question that is left open. */
  readonly open?: string;
}

const rows: readonly Row[] = [
  {
    name: "a cursor and its field",
    parameters: [query("cursor")],
    answer: page({ meta: { type: "object", properties: { next_cursor: text } } }),
    active: { style: "cursor", cursor: { from: "$response.body#/meta/next_cursor", to: "$request.query.cursor" } },
  },
  {
    name: "a token in brackets and camel case",
    parameters: [query("page[token]")],
    answer: page({ nextPageToken: { type: ["string", "null"] } }),
    active: { style: "cursor", cursor: { from: "$response.body#/nextPageToken", to: "$request.query.page[token]" } },
  },
  {
    name: "the last id of the page, with its flag",
    parameters: [query("after")],
    answer: page({ last_id: text, has_more: flag }),
    active: {
      style: "cursor",
      cursor: { from: "$response.body#/last_id", to: "$request.query.after" },
      hasMore: "$response.body#/has_more",
    },
  },
  {
    name: "a field called like the parameter may be this page's own",
    parameters: [query("cursor")],
    answer: page({ cursor: text }),
    open: "does cursor mean the next page, or this one?",
  },
  {
    name: "unless its description says so",
    parameters: [query("cursor")],
    answer: page({ cursor: { type: "string", description: "Use it in a subsequent request" } }),
    active: { style: "cursor", cursor: { from: "$response.body#/cursor", to: "$request.query.cursor" } },
  },
  {
    name: "the id of the last item",
    parameters: [query("starting_after")],
    answer: page({ has_more: flag }),
    active: {
      style: "lastId",
      param: "$request.query.starting_after",
      idOf: "#/id",
      hasMore: "$response.body#/has_more",
    },
  },
  {
    name: "the id of the last item, without a flag",
    parameters: [query("starting_after")],
    answer: page({}),
    open: "does starting_after take the last item's id?",
  },
  {
    name: "a URL by its format",
    answer: page({ paging: { type: "object", properties: { next: { type: "string", format: "uri" } } } }),
    active: { style: "nextUrl", cursor: { from: "$response.body#/paging/next" } },
  },
  {
    name: "a URL among links",
    answer: page({ links: { type: "object", properties: { next: { type: ["string", "null"] } } } }),
    active: { style: "nextUrl", cursor: { from: "$response.body#/links/next" } },
  },
  { name: "a text called next", answer: page({ next: text }), open: "is next a URL, or a cursor?" },
  {
    name: "a Link header, with a parameter that speaks of pages",
    parameters: [query("per_page", whole)],
    answer: { ...page({}), headers: { Link: { schema: text } } },
    active: { style: "link", rel: "next" },
  },
  {
    name: "a Link header alone",
    answer: { ...page({}), headers: { Link: { schema: text } } },
    open: "is its relation `next` the next page?",
  },
  {
    name: "pages from 1 by their default",
    parameters: [query("page", { type: "integer", default: 1 })],
    answer: page({}),
    active: { style: "page", param: "$request.query.page", start: 1 },
  },
  {
    name: "pages from 0 by their minimum",
    parameters: [query("pageNumber", { type: "integer", minimum: 0 })],
    answer: page({ hasNext: flag }),
    active: { style: "page", param: "$request.query.pageNumber", start: 0, hasMore: "$response.body#/hasNext" },
  },
  { name: "pages from nobody knows where", parameters: [query("page", whole)], answer: page({}), open: "0 or 1?" },
  {
    name: "an offset of items",
    parameters: [query("offset", { type: "integer", default: 0 })],
    answer: page({}),
    active: { style: "offset", param: "$request.query.offset" },
  },
  { name: "an index that may start at 1", parameters: [query("startIndex", whole)], answer: page({}), open: "from 0?" },
  {
    name: "two ways",
    parameters: [query("offset", whole), query("marker")],
    answer: page({ next_marker: text }),
    open: "which way? the document offers cursor",
  },
  {
    name: "the server's own word goes before counting",
    parameters: [query("page", { type: "integer", default: 1 })],
    answer: page({ next_url: text }),
    active: { style: "nextUrl", cursor: { from: "$response.body#/next_url" } },
  },
  {
    name: "several arrays",
    parameters: [query("offset", whole)],
    answer: json({ type: "object", properties: { a: items, b: items } }),
    open: "where are the items?",
  },
  { name: "no list at all", parameters: [query("page", whole)], answer: json({ type: "object", properties: {} }) },
];

test.each(rows)("$name", async ({ parameters = [], answer, active, open }) => {
  const tree = withList({ parameters, responses: { "200": answer } });
  const { data, text: written, counts } = await infer(tree);
  const [paginator] = Object.values((data["paginators"] ?? {}) as Record<string, Record<string, unknown>>);
  expect(paginator).toEqual(active && { items: "$response.body#/data", ...active });
  expect(counts).toMatchObject({ paginated: active ? 1 : 0, paginationOpen: open ? 1 : 0 });
  if (open) expect(written).toContain(`; open: `);
  if (open) expect(written).toContain(open);
  expect(await errorsOf(written, await loadTree(tree))).toEqual([]);
});

test("operations with the same paginator share a rule; where only the items differ, they are found", async () => {
  const list = (name: string, field: string): object => ({
    operationId: name,
    parameters: [query("cursor"), query("limit", { type: "integer", maximum: name === "listA" ? 100 : 50 })],
    responses: { "200": json({ type: "object", properties: { [field]: items, next_cursor: text } }) },
  });
  const paths = {
    "/a": { get: list("listA", "as") },
    "/b": { get: list("listB", "bs") },
    "/c/{id}": { get: list("getC", "cs") },
  };
  const { data, text: written } = await infer(withList({}, { paths }));
  expect(data["paginators"]).toEqual({
    cursor: {
      style: "cursor",
      items: "auto",
      cursor: { from: "$response.body#/next_cursor", to: "$request.query.cursor" },
    },
  });
  expect(data["rules"]).toEqual([{ match: { operations: ["listA", "listB"] }, pagination: { use: "cursor" } }]);
  expect(written).toContain("# pageSize: { param: $request.query.limit, default: 50 }");
  expect(written).toContain("open: is this a list? its path ends in an id");
});

test("a name with a star would mean other operations too, and is left out", async () => {
  const answer = { parameters: [query("cursor")], responses: { "200": page({ next_cursor: text }) } };
  const { data } = await infer(withList({ ...answer, operationId: "list*" }));
  expect(data["rules"]).toBeUndefined();
});
