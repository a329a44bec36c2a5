import { matchOperation, type OperationDescriptor } from "@couplet/runtime/codegen/v1";
import { expect, test } from "vitest";
import { connector, define, safePolicy } from "./pay.ts";

test.each<[Partial<OperationDescriptor>, string, string, boolean]>([
  [{ path: "/charges" }, "GET", "https://api.pay.example/v1/charges", true],
  [{ path: "/charges" }, "GET", "https://other.example/v1/charges?x=1", true],
  [{ path: "/charges" }, "POST", "https://api.pay.example/v1/charges", false],
  [{ path: "/charges" }, "GET", "https://api.pay.example/charges", false],
  [{ path: "/charges" }, "GET", "https://api.pay.example/v1/charges/1", false],
  [{ path: "/charges" }, "GET", "https://api.pay.example/v2/charges", false],
  [{ path: "/charges/{id}" }, "GET", "https://api.pay.example/v1/charges/a%2Fb", true],
  [{ path: "/charges/{id}" }, "GET", "https://api.pay.example/v1/charges/a/b", false],
  [{ path: "/charges/{id}" }, "GET", "https://api.pay.example/v1/charges/", false],
  [{ path: "/orders/{id}.json" }, "GET", "https://api.pay.example/v1/orders/5.json", true],
  [{ path: "/orders/{id}.json" }, "GET", "https://api.pay.example/v1/orders/5xjson", false],
  [
    { path: "/charges", policy: { ...safePolicy, query: { beta: "true" } } },
    "GET",
    "https://api.pay.example/v1/charges?beta=true&x=1",
    true,
  ],
  [
    { path: "/charges", policy: { ...safePolicy, query: { beta: "true" } } },
    "GET",
    "https://api.pay.example/v1/charges?beta=false",
    false,
  ],
  [
    { path: "/charges", policy: { ...safePolicy, query: { beta: "a b" } } },
    "GET",
    "https://api.pay.example/v1/charges?beta=a+b",
    true,
  ],
  [
    { path: "/charges", policy: { ...safePolicy, query: { beta: "true" } } },
    "GET",
    "https://api.pay.example/v1/charges",
    false,
  ],
  [{ path: "/a (b)+/{id}" }, "GET", "https://api.pay.example/v1/a%20(b)+/5", true],
  [
    { path: "/{v}/x", policy: { ...safePolicy, path: { v: "2026-10" } } },
    "GET",
    "https://api.pay.example/v1/2026-10/x",
    true,
  ],
  [
    { path: "/{v}/x", policy: { ...safePolicy, path: { v: "2026-10" } } },
    "GET",
    "https://api.pay.example/v1/2026-07/x",
    false,
  ],
  [{ path: "/x", server: "https://files.example/up" }, "GET", "https://files.example/up/x", true],
  [{ path: "/x", server: "https://files.example/up" }, "GET", "https://files.example/v1/x", false],
  [
    { path: "/x", connector: { ...connector, servers: [{ name: "a", url: "https://{s}.example/{v}/api/" }] } },
    "GET",
    "https://q.example/w/api/x",
    true,
  ],
  [
    { path: "/x", connector: { ...connector, servers: [{ name: "a", url: "{base}" }] } },
    "GET",
    "https://q.example/x",
    true,
  ],
  [
    { path: "/x", connector: { ...connector, servers: [{ name: "a", url: "/v9" }] } },
    "GET",
    "https://q.example/v9/x",
    true,
  ],
])("%j %s %s: %s", (descriptor, method, url, wanted) => {
  expect(matchOperation(define(descriptor), new Request(url, { method }))).toBe(wanted);
});

const template = { path: "/a/{id}" };
const literal = { path: "/a/b" };
const query = (path: string, constants: Readonly<Record<string, string>>): Partial<OperationDescriptor> => ({
  path,
  policy: { ...safePolicy, query: constants },
});

// Which of the operations answers; whatever their order is.
test.each<[name: string, path: string, operations: readonly Partial<OperationDescriptor>[], wanted: number]>([
  ["a literal segment", "/a/b", [template, literal], 1],
  ["a template, where the literal one does not fit", "/a/c", [template, literal], 0],
  ["the first literal segment counts", "/a/b", [{ path: "/{x}/b" }, template], 1],
  ["more literal text in a segment", "/a/b.json", [template, { path: "/a/{id}.json" }], 1],
  [
    "a path constant of the policy",
    "/a/b",
    [template, { ...template, policy: { ...safePolicy, path: { id: "b" } } }],
    1,
  ],
  ["a constant query", "/a?x=1", [{ path: "/a" }, query("/a", { x: "1" })], 1],
  ["a constant query, not that value", "/a?x=2", [{ path: "/a" }, query("/a", { x: "1" })], 0],
  ["one of several constant queries", "/a?x=2", [query("/a", { x: "1" }), query("/a", { x: "2" })], 1],
  ["more constants", "/a?x=1&y=2", [query("/a", { x: "1" }), query("/a", { x: "1", y: "2" })], 1],
  ["the path before the query", "/a/b?x=1", [query("/a/{id}", { x: "1" }), literal], 1],
  ["only operations of the same method", "/a/b", [template, { ...literal, method: "POST" }], 0],
])("%s decides", (_, path, descriptors, wanted) => {
  const operations = descriptors.map(define);
  const request = new Request(`https://api.pay.example/v1${path}`);
  const answering = operations.map((operation) => matchOperation(operation, request, operations));
  const reversed = operations.map((operation) => matchOperation(operation, request, operations.toReversed()));
  expect(answering).toEqual(operations.map((_, index) => index === wanted));
  expect(reversed).toEqual(answering);
});

test("operations that differ in a fragment only both fit: it is not sent", () => {
  const operations = [define({ path: "/a" }), define({ path: "/a" })];
  const request = new Request("https://api.pay.example/v1/a");
  expect(operations.map((operation) => matchOperation(operation, request, operations))).toEqual([true, true]);
});
