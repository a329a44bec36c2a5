/** Examples for missing keys and members too many: the least object that one side takes and the other refuses. */
import { expect, test } from "vitest";
import { diff, load, sent } from "./api-pair.ts";
import { isProven } from "./witness-check.ts";

type Json = Record<string, unknown>;

const text = { type: "string" };
const object = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });
const closed = { additionalProperties: false };
const asked = (...required: string[]): Json => ({ required });

const rows: [what: string, base: Json, revision: Json, wanted: Json | undefined][] = [
  ["a key becomes required", object({ a: text }), object({ a: text }, asked("a")), {}],
  ["a key is no longer required", object({ a: text }, asked("a")), object({ a: text }), {}],
  ["a new key is required", object({ a: text }), object({ a: text, b: text }, asked("b")), {}],
  [
    "others are required too",
    object(
      { a: text, n: { type: "integer" }, e: { enum: ["x", "y"] }, l: { type: "array", items: text } },
      asked("n", "e", "l"),
    ),
    object(
      { a: text, n: { type: "integer" }, e: { enum: ["x", "y"] }, l: { type: "array", items: text } },
      asked("n", "e", "l", "a"),
    ),
    { n: 1, e: "x", l: [] },
  ],
  [
    "others are objects and dates",
    object({ o: object({ at: { ...text, format: "date-time" } }, asked("at")) }, asked("o")),
    object({ o: object({ at: { ...text, format: "date-time" } }, asked("at")), a: text }, asked("o", "a")),
    { o: { at: "2026-01-31T12:00:00Z" } },
  ],
  [
    "others have a pattern: not sure",
    object({ p: { ...text, pattern: "^x" } }, asked("p")),
    object({ p: { ...text, pattern: "^x" }, a: text }, asked("p", "a")),
    undefined,
  ],
  [
    "it has a bound: not sure",
    object({ a: text }, { minProperties: 1 }),
    object({ a: text }, { minProperties: 1, ...asked("a") }),
    undefined,
  ],
  [
    "others are nested without end: not sure",
    object({ c: { $ref: "#/components/schemas/Circle" } }, asked("c")),
    object({ c: { $ref: "#/components/schemas/Circle" }, a: text }, asked("c", "a")),
    undefined,
  ],
  ["it is closed", object({ a: text }), object({ a: text }, closed), { other: "text" }],
  ["it is opened", object({ other: text }, closed), object({ other: text }), { other_: "text" }],
  [
    "it is closed, and others were numbers",
    object({ a: text }, { additionalProperties: { type: "number" } }),
    object({ a: text }, closed),
    { other: 1.5 },
  ],
  [
    "a key goes from a closed one",
    object({ a: text, b: { type: "boolean" } }, closed),
    object({ a: text }, closed),
    { b: true },
  ],
  ["a key goes from an open one", object({ a: text, b: text }), object({ a: text }), undefined],
  ["a key comes to a closed one", object({ a: text }, closed), object({ a: text, b: text }, closed), { b: "text" }],
  [
    "a key comes to a closed one that takes it by a pattern",
    object({}, { ...closed, patternProperties: { "^b": text } }),
    object({ b: text }, { ...closed, patternProperties: { "^b": text } }),
    undefined,
  ],
];

test.each(rows)("%s", async (_, before, after, wanted) => {
  const schemas = { Circle: object({ c: { $ref: "#/components/schemas/Circle" } }, asked("c")) };
  const [base, revision] = [sent(before, schemas), sent(after, schemas)];
  const [finding, ...others] = await diff(base, revision);
  expect(others).toEqual([]);
  expect(finding?.witness?.value).toEqual(wanted);
  expect(isProven(finding!, await load(base), await load(revision))).toBe(wanted === undefined ? undefined : true);
});

test("its place is the object, not the key", async () => {
  const named = (schema: Json): Json => sent({ $ref: "#/components/schemas/Thing" }, { Thing: schema });
  const [finding] = await diff(named(object({ a: text })), named(object({ a: text }, asked("a"))));
  expect(finding?.pointer.revision).toBe("/components/schemas/Thing/properties/a");
  const place = "/components/schemas/Thing";
  expect(finding?.witness).toEqual({
    value: {},
    acceptedBy: "base",
    rejectedBy: "revision",
    pointer: { base: place, revision: place },
  });
});
