import { expect, test } from "vitest";
import type { Pointer } from "../../runtime/descriptor.ts";
import { readPath, readPointer } from "../../runtime/pointer.ts";
import { exchangeOf } from "./policy-fixture.ts";

const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "list": [{"id": 7}], "a/b": {"m~n": null}, "": "empty"}');

test.each<[readonly string[], unknown]>([
  [[], hostile],
  [["list", "0", "id"], 7],
  [["list", "00"], undefined],
  [["list", "-"], undefined],
  [["list", "length"], undefined],
  [["list", "1"], undefined],
  [["a/b", "m~n"], null],
  [["a/b", "m~n", "x"], undefined],
  [[""], "empty"],
  [["__proto__", "polluted"], 1],
  [["constructor"], undefined],
  [["toString"], undefined],
  [["", "length"], undefined],
])("%j", (path, want) => {
  expect(readPath(hostile, path)).toEqual(want);
});

const exchange = exchangeOf({
  status: 404,
  headers: { "X-Reason": "gone" },
  body: { error: { code: "missing" } },
  request: {
    body: { amount: 5 },
    headers: new Headers({ "Idempotency-Key": "k1" }),
    url: new URL("https://api.pay.example/charges?limit=2&limit=3"),
    path: { charge: "ch_1" },
  },
});

test.each<[Pointer, unknown]>([
  [{ from: "status" }, 404],
  [{ from: "header", name: "x-reason" }, "gone"],
  [{ from: "header", name: "x-absent" }, undefined],
  [{ from: "body", path: ["error", "code"] }, "missing"],
  [{ from: "request.body", path: ["amount"] }, 5],
  [{ from: "request.header", name: "idempotency-key" }, "k1"],
  [{ from: "request.query", name: "limit" }, "2"],
  [{ from: "request.query", name: "page" }, undefined],
  [{ from: "request.path", name: "charge" }, "ch_1"],
  [{ from: "request.path", name: "toString" }, undefined],
])("%j", (pointer, want) => {
  expect(readPointer(pointer, exchange)).toBe(want);
});
