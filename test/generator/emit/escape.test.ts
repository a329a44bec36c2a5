import { describe, expect, test } from "vitest";
import { toJson } from "../../../generator/emit/escape.ts";

describe("toJson", () => {
  test.each([
    ["line breaks between values stay", { a: 1, b: [2] }, '{\n "a": 1,\n "b": [\n  2\n ]\n}\n'],
    ["readable letters stay", "Zürich 日本 🙂", '"Zürich 日本 🙂"\n'],
    ["a line break in text", "a\nb", '"a\\nb"\n'],
    ["a direction mark among letters", "ü\u202eü", '"ü\\u202eü"\n'],
    ["delete and a no-break space", "\u007f\u00a0", '"\\u007f\\u00a0"\n'],
    ["a byte order mark at the end of a key", { "a\ufeff": 1 }, '{\n "a\\ufeff": 1\n}\n'],
    ["a tag character, as two units", "x\u{e0041}🙂", '"x\\udb40\\udc41🙂"\n'],
    ["half a pair", "\ud83d", '"\\ud83d"\n'],
  ])("%s", (_, value, text) => {
    expect(toJson(value)).toBe(text);
    expect(JSON.parse(toJson(value))).toEqual(value);
  });
});
