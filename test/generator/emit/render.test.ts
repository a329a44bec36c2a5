import { describe, expect, test } from "vitest";
import { code, list, lit, symbol } from "../../../generator/emit/printer.ts";
import { renderFile } from "../../../generator/emit/render.ts";

function linesOf(text: string): string[] {
  return text.split("\n").slice(3);
}

describe("a list", () => {
  // `const x = [""];` is 15 columns without the text.
  test.each([
    [105, 1],
    [106, 3],
  ])("with a text of %i characters stands on %i lines", (length, lines) => {
    const { text } = renderFile(code`const x = ${list("[]", [lit("x".repeat(length))])};`);
    expect(linesOf(text).filter((line) => line !== "")).toHaveLength(lines);
  });

  test("in a list is measured with what stands around it", () => {
    const inner = (length: number) => list("[]", [lit("x".repeat(length))]);
    const { text } = renderFile(code`const x = ${list("[]", [inner(50), inner(50)])};`);
    const item = `  ["${"x".repeat(50)}"],`;
    expect(linesOf(text)).toEqual(["const x = [", item, item, "];", ""]);
  });

  test("brings the imports of what is deep in it", () => {
    const name = symbol({ name: "deep", from: "./deep.ts", type: false });
    const { text } = renderFile(code`use(${list("[]", [list("{}", [code`a: ${list("[]", [name])}`])])});`);
    expect(text).toContain('import { deep } from "./deep.ts";');
    expect(text).toContain("use([{ a: [deep] }]);");
  });

  test("places of foreign text are told exactly, after broken lines too", () => {
    const file = renderFile(
      code`const x = ${list(
        "[]",
        Array.from({ length: 30 }, (_, i) => lit(`text ${i}`)),
      )};`,
    );
    const spans = file.foreign ?? [];
    expect(spans.map(({ start, end }) => file.text.slice(start, end))).toEqual(
      Array.from({ length: 30 }, (_, i) => `"text ${i}"`),
    );
  });
});
