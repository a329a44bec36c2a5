import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coerceAnswers } from "../../runtime/coerce-answer.ts";
import { coercedResponse } from "../../runtime/coerced-text.ts";
import type { CoerceNode, CoerceShapes, Coercions, Conversion } from "../../runtime/coercion.ts";
import { readDecimal, readEpoch, readInt64, readIso8601 } from "../../runtime/conversions.ts";
import { Undecodable } from "../../runtime/response.ts";
import { define } from "./pay.ts";

const coercions = (shapes: CoerceShapes): Coercions => ({
  use: coerceAnswers,
  read: {
    decimal: readDecimal,
    epochMilliseconds: readEpoch,
    epochSeconds: readEpoch,
    int64: readInt64,
    iso8601: readIso8601,
  },
  shapes,
});
const read = (text: string, nodes: readonly CoerceNode[], shapes: CoerceShapes = {}, isError = false) =>
  coerceAnswers(text, "the answer", nodes, coercions(shapes), isError);
const at = (name: string, from: Conversion["from"], to: Conversion["to"]): CoerceNode => ({
  properties: { [name]: [{ is: { from, to } }] },
});

test.each<[Conversion["from"], Conversion["to"], unknown, string | undefined, unknown]>([
  ["epochSeconds", "Date", 1.5, undefined, new Date(1500)],
  ["epochSeconds", "Date", "1767225600", undefined, new Date("2026-01-01")],
  ["epochSeconds", "Date", 8.64e13, undefined, "no"],
  ["epochSeconds", "Date", true, undefined, "no"],
  ["epochSeconds", "Date", "", undefined, "no"],
  ["epochMilliseconds", "Date", -1, undefined, new Date(-1)],
  ["iso8601", "Date", "2026-01-02", undefined, new Date("2026-01-02T00:00:00Z")],
  ["iso8601", "Date", "2026-01-02 03:04:05+0100", undefined, new Date("2026-01-02T02:04:05Z")],
  ["iso8601", "Date", "2026-01-02t03:04z", undefined, new Date("2026-01-02T03:04:00Z")],
  // Another moment on each machine.
  ["iso8601", "Date", "2026-01-02T03:04:05", undefined, "no"],
  ["iso8601", "Date", "2026-13-02", undefined, "no"],
  ["iso8601", "Date", 2026, undefined, "no"],
  ["int64", "bigint", 9007199254740992, "9007199254740993", 9007199254740993n],
  ["int64", "bigint", "-9223372036854775808", undefined, -9223372036854775808n],
  ["int64", "bigint", 1000, "1e3", 1000n],
  ["int64", "bigint", 1.5, undefined, "no"],
  ["int64", "bigint", "9".repeat(21), undefined, "no"],
  ["int64", "bigint", "0x10", undefined, "no"],
  ["int64", "string", 5, "5.0", "5"],
  ["int64", "number", "9007199254740991", undefined, 9007199254740991],
  ["int64", "number", "9007199254740992", undefined, "no"],
  ["decimal", "string", 12.5, "12.50", "12.50"],
  ["decimal", "string", 0.1, undefined, "0.1"],
  ["decimal", "string", "1,000.00", undefined, "no"],
  ["decimal", "number", "12.50", undefined, 12.5],
  ["decimal", "number", "1e999", undefined, "no"],
  ["decimal", "number", "9007199254740993", undefined, "no"],
])("%s to %s of %j", (from, to, value, digits, wanted) => {
  const seen = () => read(digits ?? JSON.stringify(value), [{ is: { from, to } }]).data;
  if (wanted === "no") expect(seen).toThrow(Undecodable);
  else expect(seen()).toEqual(wanted);
});

describe("answers", () => {
  test("the wire stays what it was, but for the digits that a number cannot hold", () => {
    const text = '{"id":9007199254740993,"price":12.50,"list":[{"id":1}],"next":null}';
    const node: CoerceNode = {
      properties: {
        id: [{ is: { from: "int64", to: "bigint" } }],
        price: [{ is: { from: "decimal", to: "string" } }],
        list: [{ items: [at("id", "int64", "string")] }],
        next: [{ is: { from: "int64", to: "bigint" } }],
      },
    };
    const { wire, data } = read(text, [node]);
    expect(data).toEqual({ id: 9007199254740993n, price: "12.50", list: [{ id: "1" }], next: null });
    expect(wire).toEqual({ id: "9007199254740993", price: 12.5, list: [{ id: 1 }], next: null });
  });

  test("an integer elsewhere that would be rounded is refused with its place", () => {
    expect(() =>
      read('{"a":{"b/c":[0,9007199254740993]},"id":9007199254740993}', [at("id", "int64", "string")]),
    ).toThrow("the integer at /a/b~1c/1 is beyond Number.MAX_SAFE_INTEGER");
    const { data } = read('{"n":9007199254740993,"at":"soon"}', [at("at", "epochSeconds", "Date")], {}, true);
    expect(data).toMatchObject({ at: "soon" });
  });

  test("a key that stands twice has the digits of the last", () => {
    const node = at("a", "decimal", "string");
    expect(read('{"a":1.50,"a":2.5}', [node]).data).toEqual({ a: "2.5" });
    expect(read('{"a":1.50,"a":2.50}', [node]).data).toEqual({ a: "2.50" });
  });

  test("members of a union are told apart by their tag; names may lead in circles", () => {
    const shapes: CoerceShapes = {
      Node: ["Node", { properties: { id: [{ is: { from: "int64", to: "bigint" } }], next: ["Node", "Node"] } }],
      Either: [{ when: { kind: ["a", "b"] }, same: [at("at", "epochSeconds", "Date")] }],
    };
    expect(
      read('[{"kind":"b","at":1},{"kind":"c","at":1},{"at":1},"x"]', [{ items: ["Either"] }], shapes).data,
    ).toEqual([{ kind: "b", at: new Date(1000) }, { kind: "c", at: 1 }, { at: 1 }, "x"]);
    const deep = (levels: number) => `${'{"id":1,"next":'.repeat(levels)}null${"}".repeat(levels)}`;
    expect(JSON.stringify(read(deep(900), ["Node"], shapes).wire)).toBe(deep(900));
    expect(() => read(deep(100_000), ["Node"], shapes)).toThrow(Undecodable);
  });

  test("names of other members, and of what objects inherit, are names like any other", () => {
    const node: CoerceNode = { values: [{ is: { from: "int64", to: "string" } }], except: ["kept"] };
    const { data } = read('{"kept":1,"__proto__":2,"constructor":3}', [node]);
    expect(Object.entries(data as object)).toEqual([
      ["kept", 1],
      ["__proto__", "2"],
      ["constructor", "3"],
    ]);
    expect(read("{}", [at("toString", "int64", "string")]).data).toEqual({});
  });
});

test("law: any integers and decimals keep every digit, wherever they stand", () => {
  const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  const decimals = fc.tuple(fc.integer({ min: 0, max: 99999 }), fc.integer({ min: 0, max: 9999 }));
  const shape: CoerceNode = {
    properties: {
      ids: [{ items: [{ is: { from: "int64", to: "bigint" } }] }],
      money: [{ values: [{ is: { from: "decimal", to: "string" } }] }],
    },
  };
  fc.assert(
    fc.property(fc.array(integers), fc.array(decimals), (ids, pairs) => {
      const money = pairs.map(([whole, part], index) => [`k"${index}`, `${whole}.${part}0`] as const);
      const members = money.map(([key, digits]) => `${JSON.stringify(key)}: ${digits}`).join(" , ");
      const { data } = read(`{"ids":[${ids.join(", ")}],"money":{${members}},"text":"9007199254740993"}`, [shape]);
      expect(data).toEqual({ ids, money: Object.fromEntries(money), text: "9007199254740993" });
    }),
  );
});

test("law: what a mock answers is what the program gave it", async () => {
  const nodes: readonly CoerceNode[] = [
    {
      properties: {
        at: [{ is: { from: "epochSeconds", to: "Date" } }],
        day: [{ is: { from: "iso8601", to: "Date", text: true } }],
        id: [{ is: { from: "int64", to: "bigint" } }],
        text: [{ is: { from: "int64", to: "bigint", text: true } }],
        money: [{ is: { from: "decimal", to: "string" } }],
        list: [{ items: [{ is: { from: "int64", to: "string" } }] }],
      },
    },
  ];
  const base = define({});
  const shapes = {};
  const operation = {
    ...base,
    coerce: { "200": nodes },
    connector: { ...base.connector, coerce: coercions(shapes) },
  };
  const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
  await fc.assert(
    fc.asyncProperty(date, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), async (time, id) => {
      const data = { at: time, day: time, id, text: id, money: "12.50", list: [String(id)], other: [{ x: "1" }] };
      const response = coercedResponse(operation, data, { status: 200 });
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(read(await response.text(), nodes, shapes).data).toEqual(data);
    }),
  );
});

test("a hostile text costs linear time", () => {
  const started = performance.now();
  const digits = "9".repeat(1_000_000);
  expect(() => read(`{"id":${digits}}`, [at("id", "int64", "bigint")])).toThrow(Undecodable);
  expect(() => read(`{"id":"${digits}"}`, [at("id", "decimal", "number")])).toThrow(Undecodable);
  read(`[${"1.50,".repeat(100_000)}1]`, [{ items: [{ is: { from: "decimal", to: "string" } }] }]);
  expect(performance.now() - started).toBeLessThan(2000);
});
