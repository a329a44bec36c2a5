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
  [{ path: "/token#refresh" }, "GET", "https://api.pay.example/v1/token", true],
  [{ path: "/charges?beta=true" }, "GET", "https://api.pay.example/v1/charges?beta=true&x=1", true],
  [{ path: "/charges?beta=true" }, "GET", "https://api.pay.example/v1/charges?beta=false", false],
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
