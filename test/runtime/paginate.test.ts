import { type BaseClientOptions, connect } from "@couplet/runtime";
import {
  bodyPlace,
  cursorPages,
  jsonBody,
  nextUrlPages,
  offsetPages,
  type Pagination,
  pageNumberPages,
  totalItems,
  totalPages,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkTarget } from "../../runtime/link-target.ts";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { chargesList, define, eventsList, ordersList, skippingClock } from "./pay.ts";

let server: Loopback;
let other: Loopback;
beforeAll(async () => {
  server = await startLoopback();
  other = await startLoopback();
});
afterAll(async () => {
  await server.close();
  await other.close();
});

function shop(options: BaseClientOptions = {}) {
  return connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base, clock: skippingClock(), ...options },
    { charges: { list: chargesList }, orders: { list: ordersList }, events: { list: eventsList } },
  );
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const charges = (has_more: boolean, ...ids: string[]) => json(200, { data: ids.map((id) => ({ id })), has_more });
const urls = () => server.arrived.map(({ url }) => url);

test("by the last id: three pages, one request each", async () => {
  server.answer(charges(true, "a", "b"), charges(true, "c"), charges(false, "d"));
  const call = shop().charges.list({});
  expect((await call).data).toHaveLength(2);
  expect(await all(call)).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }]);
  expect(urls()).toEqual([
    "/charges?limit=100",
    "/charges?limit=100&starting_after=b",
    "/charges?limit=100&starting_after=c",
  ]);
});

test("whole pages, and the caller's page size", async () => {
  server.answer(charges(true, "a"), charges(false, "b"));
  const pages = await all(shop().charges.list({ limit: 1 }).pages());
  expect(pages.map(({ data }) => data.map(({ id }) => id))).toEqual([["a"], ["b"]]);
  expect(urls()).toEqual(["/charges?limit=1", "/charges?limit=1&starting_after=a"]);
});

test("each page is a call of its own: a fault is retried, the items before it are kept", async () => {
  server.answer(charges(true, "a"), json(503, {}), charges(false, "b"));
  expect(await all(shop().charges.list({}))).toHaveLength(2);
  server.answer(charges(true, "a"), json(400, {}));
  const found: unknown[] = [];
  await expect(
    (async () => {
      for await (const item of shop().charges.list({})) found.push(item);
    })(),
  ).rejects.toMatchObject({ status: 400 });
  expect(found).toEqual([{ id: "a" }]);
});

test("leaving the loop asks for nothing more", async () => {
  server.answer(charges(true, "a", "b"), charges(true, "c"));
  for await (const item of shop().charges.list({})) {
    expect(item).toEqual({ id: "a" });
    break;
  }
  expect(urls()).toHaveLength(1);
});

test("by link: the URL is followed as it is, with the credentials", async () => {
  server.answer(
    json(200, [{ id: 1 }], { link: '</orders?limit=100&page_info=x%20y>; rel="next", </orders>; rel="first"' }),
    json(200, [{ id: 2 }]),
  );
  expect(await all(shop().orders.list({ status: "open" }))).toEqual([{ id: 1 }, { id: 2 }]);
  expect(urls()).toEqual(["/orders?limit=100&status=open", "/orders?limit=100&page_info=x%20y"]);
  expect(server.arrived[1]!.headers.authorization).toBe("Bearer sk_1");
});

test("another origin in a link sees nothing", async () => {
  for (const link of [other.base, other.base.replace("http:", ""), `http://user@${new URL(other.base).host}`]) {
    server.answer(json(200, [{ id: 1 }], { link: `<${link}/orders>; rel=next` }));
    await expect(all(shop().orders.list({}))).rejects.toMatchObject({ name: "RedirectError", code: "origin" });
  }
  expect(other.arrived).toHaveLength(0);
});

test("a link that repeats the credentials does not bring them into the error", async () => {
  const key = "planted-key-0123456789";
  const { orders } = connect({ auth: { secretKey: key }, baseUrl: server.base }, { orders: { list: ordersList } });
  server.answer(json(200, [{ id: 1 }], { link: `<https://other.example/?of=${key}>; rel=next` }));
  const error = await all(orders.list({})).catch((reason: unknown) => reason);
  expect(String(error)).toContain("https://other.example/?of=[redacted]");
});

test.each([null, "", undefined])("by cursor, until it is %j", async (last) => {
  server.answer(json(200, { items: [1], next: "c/1" }), json(200, { items: [2], next: last }));
  expect(await all(shop().events.list({}))).toEqual([1, 2]);
  expect(urls()).toEqual(["/events", "/events?cursor=c%2F1"]);
});

test("a cursor that comes back ends the loop after one repeat", async () => {
  server.answer(json(200, { items: [1], next: "same" }));
  await expect(all(shop().events.list({}))).rejects.toMatchObject({ code: "pageLoop" });
  expect(urls()).toHaveLength(2);
  server.answer(json(200, [{ id: 1 }], { link: "</orders?p=2>; rel=next" }));
  await expect(all(shop().orders.list({}))).rejects.toMatchObject({ code: "pageLoop" });
  expect(urls()).toHaveLength(2);
});

test("more pages than allowed are an error, not a short list", async () => {
  let next = 0;
  server.answer((response, request) => json(200, { items: [next], next: `n${++next}` })(response, request));
  await expect(all(shop().events.list({}))).rejects.toMatchObject({ code: "maxPages" });
  expect(urls()).toHaveLength(5);
});

test("a page without its array says where it looked", async () => {
  server.answer(json(200, { data: null, has_more: false }));
  expect(await all(shop().charges.list({}))).toEqual([]);
  server.answer(json(200, { items: [] }));
  await expect(all(shop().charges.list({}))).rejects.toMatchObject({
    code: "pageItems",
    message: expect.stringContaining("/data"),
  });
});

const listed = (pagination: Partial<Pagination>) =>
  connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base },
    {
      a: {
        list: define<Record<string, unknown>, unknown, number>({
          parameters: ["page", "offset", "limit"].map((name) => ({ name, in: "query" as const })),
          pagination: { use: pageNumberPages, items: ["items"], maxPages: 9, ...pagination },
        }),
      },
    },
  ).a;

test("by page number, until an empty page", async () => {
  server.answer(json(200, { items: [1, 2] }), json(200, { items: [3] }), json(200, { items: [] }));
  expect(await all(listed({ param: "page", start: 0 }).list({}))).toEqual([1, 2, 3]);
  expect(urls()).toEqual(["/charges", "/charges?page=1", "/charges?page=2"]);
  server.answer(json(200, { items: [] }));
  await all(listed({ param: "page" }).list({ page: 7 }));
  expect(urls()).toEqual(["/charges?page=7"]);
});

test("by offset, until hasMore is false", async () => {
  server.answer(json(200, { items: [1, 2], more: true }), json(200, { items: [3], more: false }));
  const { list } = listed({ use: offsetPages, param: "offset", hasMore: { from: "body", path: ["more"] } });
  expect(await all(list({ offset: 10 }))).toEqual([1, 2, 3]);
  expect(urls()).toEqual(["/charges?offset=10", "/charges?offset=12"]);
});

test("by a URL in the body, absolute or relative", async () => {
  const { list } = listed({ use: nextUrlPages, next: { from: "body", path: ["links", "next"] } });
  server.answer(
    json(200, { items: [1], links: { next: "?p=2" } }),
    json(200, { items: [2], links: { next: `${server.base}/x` } }),
    json(200, { items: [3], links: {} }),
  );
  expect(await all(list({}))).toEqual([1, 2, 3]);
  expect(urls()).toEqual(["/charges", "/charges?p=2", "/x"]);
  server.answer(json(200, { items: [1], links: { next: "http://" } }));
  await expect(all(list({}))).rejects.toMatchObject({ code: "pageUrl" });
});

const search = (pagination: Partial<Pagination>) =>
  connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base },
    {
      a: {
        search: define<{ body?: unknown }, unknown, number>({
          method: "POST",
          path: "/search",
          body: { contentType: "application/json", encode: jsonBody },
          pagination: {
            use: cursorPages,
            items: ["items"],
            next: { from: "body", path: ["next"] },
            place: { use: bodyPlace, path: ["page", "after"] },
            maxPages: 9,
            ...pagination,
          },
        }),
      },
    },
  ).a.search;
const bodies = () => server.arrived.map(({ body }) => JSON.parse(body));

test("a cursor in the body: each page has its own, the caller's input stays what it was", async () => {
  server.answer(json(200, { items: [1], next: "c1" }), json(200, { items: [2], next: 7 }), json(200, { items: [3] }));
  const input = Object.freeze({ body: Object.freeze({ query: "x", page: Object.freeze({ size: 2 }) }) });
  expect(await all(search({})(input))).toEqual([1, 2, 3]);
  expect(bodies()).toEqual([
    { query: "x", page: { size: 2 } },
    { query: "x", page: { size: 2, after: "c1" } },
    { query: "x", page: { size: 2, after: 7 } },
  ]);
});

test("a page size and a page number in the body, also where the caller gives none", async () => {
  const { list } = {
    list: search({
      use: pageNumberPages,
      place: { use: bodyPlace, path: ["page"] },
      pageSize: { place: { use: bodyPlace, path: ["limit"] }, default: 50 },
    }),
  };
  server.answer(json(200, { items: [1] }), json(200, { items: [] }));
  expect(await all(list({}))).toEqual([1]);
  expect(bodies()).toEqual([{ limit: 50 }, { limit: 50, page: 2 }]);
  server.answer(json(200, { items: [1] }), json(200, { items: [] }));
  await all(list({ body: { limit: 1, page: 4 } }));
  expect(bodies()).toEqual([
    { limit: 1, page: 4 },
    { limit: 1, page: 5 },
  ]);
});

test("a cursor in the body that comes back ends the loop; a name like __proto__ is a name", async () => {
  server.answer(json(200, { items: [1], next: "same" }));
  await expect(all(search({})({ body: { page: { after: "same" } } }))).rejects.toMatchObject({ code: "pageLoop" });
  expect(bodies()).toHaveLength(1);
  server.answer(json(200, { items: [1], next: "a" }), json(200, { items: [] }));
  await all(search({ place: { use: bodyPlace, path: ["__proto__", "x"] } })({ body: {} }));
  expect(server.arrived[1]!.body).toBe('{"__proto__":{"x":"a"}}');
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("a body that is no object cannot take a position", async () => {
  for (const body of [["a"], new Date(0), "text"]) {
    server.answer(json(200, { items: [1], next: "a" }));
    await expect(all(search({})({ body }))).rejects.toMatchObject({ code: "pagePosition", effect: "none" });
    expect(server.arrived).toHaveLength(1);
  }
});

const pagesOf = { use: totalPages, from: { from: "body", path: ["pages"] } } as const;
const itemsOf = { use: totalItems, from: { from: "header", name: "x-total" } } as const;
const page = (items: number[], extra: object = {}) => json(200, { items, ...extra });
const counted = (items: number[], total: string) => json(200, { items }, { "x-total": total });

test.each<[string, Partial<Pagination>, Record<string, unknown>, readonly ReturnType<typeof page>[], number]>([
  ["pages", { param: "page", start: 1, total: pagesOf }, {}, [page([1], { pages: 2 }), page([2], { pages: 2 })], 2],
  ["pages from 0", { param: "page", start: 0, total: pagesOf }, {}, [page([1], { pages: 1 })], 1],
  ["pages, from a later one", { param: "page", start: 1, total: pagesOf }, { page: 3 }, [page([1], { pages: 3 })], 1],
  [
    "items by offset",
    { use: offsetPages, param: "offset", start: 0, total: itemsOf },
    { offset: 2 },
    [counted([1, 2], "4")],
    1,
  ],
  ["items read so far", { param: "page", total: itemsOf }, {}, [counted([1, 2], "3"), counted([3], "3")], 2],
  [
    "a figure that means unknown",
    { param: "page", start: 1, total: pagesOf },
    {},
    [page([1], { pages: 0 }), page([2], { pages: -1 }), page([])],
    3,
  ],
  ["no figure", { param: "page", start: 1, total: itemsOf }, {}, [counted([1], "many"), page([])], 2],
  ["an empty list", { param: "page", start: 1, total: pagesOf }, {}, [page([], { pages: 0 })], 1],
  [
    "empty pages on the way",
    { param: "page", start: 1, total: pagesOf, stopOnEmpty: false },
    {},
    [page([], { pages: 2 }), page([1], { pages: 2 })],
    2,
  ],
])("a total ends the list: %s", async (_, pagination, input, answers, requests) => {
  server.answer(...answers);
  await all(listed(pagination).list(input));
  expect(urls()).toHaveLength(requests);
});

test("an empty page ends a list by cursor only where the policy says so", async () => {
  const by = { use: cursorPages, param: "page", next: { from: "body", path: ["next"] } } as const;
  server.answer(page([], { next: "a" }), page([1]));
  expect(await all(listed(by).list({}))).toEqual([1]);
  server.answer(page([], { next: "a" }), page([1]));
  expect(await all(listed({ ...by, stopOnEmpty: true }).list({}))).toEqual([]);
  expect(urls()).toHaveLength(1);
});

test("an abort between pages ends the loop with its reason", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  server.answer(charges(true, "a"), charges(true, "b"));
  await expect(
    (async () => {
      for await (const _ of shop().charges.list({}, { signal: abort.signal })) abort.abort(reason);
    })(),
  ).rejects.toBe(reason);
  expect(urls()).toHaveLength(1);
});

test.each([
  ["", undefined],
  ["<a>; rel=next", "a"],
  ['<a>; rel="prev next"', "a"],
  ['<a>; REL="NEXT"', "a"],
  ["<a>; rel=prev, <b>; rel=next", "b"],
  ['<a?x=1,2;3>; title="x, <c>; rel=next"; rel="next"', "a?x=1,2;3"],
  ['<a>; rel=next; anchor="#x", <b>; rel="next"', "b"],
  ["<a>; title*=UTF-8''x; rel=next", "a"],
  ["<a>; rel", undefined],
  ["a; rel=next", undefined],
  ["<a; rel=next", undefined],
])("the Link header %j", (header, wanted) => {
  expect(linkTarget(header, "next")).toBe(wanted);
});

test("a hostile Link header costs no time", () => {
  const started = performance.now();
  for (const piece of ["<a>; x=y", "<a> ; ", '<a>; x="', "<", ";", " ", "<a>;a=b;"])
    linkTarget(piece.repeat(20_000), "next");
  expect(performance.now() - started).toBeLessThan(300);
});
