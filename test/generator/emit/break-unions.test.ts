import fc from "fast-check";
import { expect, test } from "vitest";
import { breakUnions } from "../../../generator/emit/break-unions.ts";
import { runs } from "../../runs.ts";

const a = `"${"a".repeat(60)}"`;
const b = `"${"b".repeat(60)}"`;
const tricky = `"|(${"\\\\".repeat(30)}\\"|"`;

test.each<[string, string, string]>([
  ["a line that fits", 'export type A = "a" | "b";', 'export type A = "a" | "b";'],
  ["an alias", `export type A = ${a} | ${b};`, `export type A =\n  | ${a}\n  | ${b};`],
  ["a property", `  x?: ${a} | ${b} | null;`, `  x?:\n    | ${a}\n    | ${b}\n    | null;`],
  ["a quoted property", `  "x | y": ${a} | ${b};`, `  "x | y":\n    | ${a}\n    | ${b};`],
  ["an index", `  [key: string]: ${a} | ${b};`, `  [key: string]:\n    | ${a}\n    | ${b};`],
  ["a list", `  x: (${a} | ${b})[];`, `  x: (\n    | ${a}\n    | ${b}\n  )[];`],
  [
    "a list beside another type",
    `  x?: (${a} | ${b})[] | "";`,
    `  x?:\n    | (\n      | ${a}\n      | ${b}\n    )[]\n    | "";`,
  ],
  ["an open enumeration", `  x: ${a} | ${b} | (string & {});`, `  x:\n    | ${a}\n    | ${b}\n    | (string & {});`],
  ["bars and brackets in strings", `  x: ${tricky} | ${a};`, `  x:\n    | ${tricky}\n    | ${a};`],
  ["no union", `  x: [${a}, ${b}];`, `  x: [${a}, ${b}];`],
  ["an intersection", `  x: (${a} | "c") & (${b} | "c");`, `  x: (${a} | "c") & (${b} | "c");`],
  ["a comment", `  * x: ${a} | ${b};`, `  * x: ${a} | ${b};`],
  ["a comment of one line", `  /** x: ${a} | ${b}; */`, `  /** x: ${a} | ${b}; */`],
])("%s", (_, given, wanted) => expect(breakUnions(given)).toBe(wanted));

/** Without white space between tokens and without the bar before a first member. */
const bare = (text: string): string =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"|[^"]/g)]
    .map(([token]) => token)
    .filter((token) => token.trim() !== "")
    .join("")
    .replace(/([=:(])\|/g, "$1");

test("nothing but white space and leading bars is added, and one pass is enough", () => {
  const word = fc.stringMatching(/^[ -~]{1,40}$/).map((text) => JSON.stringify(text.replaceAll("|", "/")));
  const type = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3 },
      word,
      fc.array(tie("type"), { minLength: 2, maxLength: 6 }).map((members) => `(${members.join(" | ")})[]`),
      fc.array(tie("type"), { minLength: 2, maxLength: 6 }).map((members) => members.join(" | ")),
    ),
  })).type;
  fc.assert(
    fc.property(type, (of) => {
      const line = `  x?: ${of};`;
      const laid = breakUnions(line);
      expect(bare(laid)).toBe(bare(line));
      expect(breakUnions(laid)).toBe(laid);
    }),
    { numRuns: runs(200) },
  );
});
