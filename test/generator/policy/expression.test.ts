import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toConditionText, toExpression } from "../../../generator/expression-text.ts";
import { parseCondition, parsePointer } from "../../../generator/plan/expression.ts";
import { isAnchored, regexProblem } from "../../../generator/regex-safety.ts";
import { runs } from "../../runs.ts";

describe("pointers", () => {
  const good: readonly [string, unknown][] = [
    ["$statusCode", { from: "status" }],
    ["$response.header.Retry-After", { from: "header", name: "Retry-After" }],
    ["$response.body", { from: "body", path: [] }],
    ["$response.body#/a~1b/~0/0", { from: "body", path: ["a/b", "~", "0"] }],
    ["$request.body#/id", { from: "request.body", path: ["id"] }],
    ["$request.query.page[size]", { from: "request.query", name: "page[size]" }],
    ["$request.path.id", { from: "request.path", name: "id" }],
  ];
  test.each(good)("%s", (text, wanted) => {
    expect(parsePointer(text)).toEqual({ ok: true, value: wanted });
    expect(toExpression(parsePointer(text).ok ? (wanted as never) : (undefined as never))).toBe(text);
  });
  const bad: readonly [string, number][] = [
    ["$status", 0],
    ["$response.body.a", 14],
    ["$response.body#a", 14],
    ["$response.body#/a~2", 14],
    ["$response.query.a", 0],
    ["$response.header.", 16],
    ["$response.header.a b", 17],
  ];
  test.each(bad)("%s is wrong at %i", (text, offset) => {
    expect(parsePointer(text)).toMatchObject({ ok: false, problem: { offset } });
  });
});

describe("conditions", () => {
  const status = { from: "status" };
  const code = { from: "body", path: ["error", "code"] };
  const good: readonly [string, unknown][] = [
    ["$statusCode == 429", { op: "==", left: status, right: 429 }],
    [
      "$statusCode>=500&&$statusCode<600",
      {
        op: "&&",
        of: [
          { op: ">=", left: status, right: 500 },
          { op: "<", left: status, right: 600 },
        ],
      },
    ],
    ["$response.body#/error/code == 'it\\'s'", { op: "==", left: code, right: "it's" }],
    ["!($response.body#/error/code != null)", { op: "!", of: [{ op: "!=", left: code, right: null }] }],
    [
      "$statusCode == 1 || $statusCode == 2 && $statusCode == 3",
      {
        op: "||",
        of: [
          { op: "==", left: status, right: 1 },
          {
            op: "&&",
            of: [
              { op: "==", left: status, right: 2 },
              { op: "==", left: status, right: 3 },
            ],
          },
        ],
      },
    ],
    ["$response.body#/error/code matches /^a\\/b$/", { op: "matches", left: code, pattern: "^a/b$" }],
  ];
  test.each(good)("%s", (text, wanted) => {
    expect(parseCondition(text)).toEqual({ ok: true, value: wanted });
    expect(parseCondition(toConditionText(wanted as never))).toEqual({ ok: true, value: wanted });
  });
  const bad: readonly [string, number, string][] = [
    ["429", 0, "pointer"],
    ["$statusCode", 10, "comparison"],
    ["$statusCode = 429", 12, "comparison"],
    ["$statusCode == foo", 15, "literal"],
    ["$statusCode == $statusCode", 15, "literal"],
    ["($statusCode == 1", 16, "bracket"],
    ["$statusCode == 1 $statusCode", 17, "not expected"],
    ["$statusCode == 1 + 1", 17, "not expected"],
    [`${"!".repeat(40)}$statusCode == 1`, 32, "nested"],
  ];
  test.each(bad)("%s", (text, offset, message) => {
    const parsed = parseCondition(text);
    expect(parsed).toMatchObject({ ok: false, problem: { offset } });
    expect(parsed.ok ? "" : parsed.problem.message).toContain(message);
  });
  test("any text is parsed or refused at a place inside it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom("$statusCode", "==", "&&", "(", ")", "!", "'a'", "1", "matches", "/a/", " "))
            .map((parts) => parts.join(" ")),
        ),
        (text) => {
          const parsed = parseCondition(text);
          if (!parsed.ok) expect(parsed.problem.offset).toBeLessThanOrEqual(Math.max(0, text.length));
        },
      ),
    );
  });
});

describe("regular expressions", () => {
  const safe = [
    "^[a-z0-9][a-z0-9-]*$",
    "^(?<used>[0-9]+)/(?<limit>[0-9]+)$",
    "^(sk|rk)_(live|test)_",
    "^[0-9]+(\\.[0-9]+)?$",
    "a{2,5}b*",
    "^(?:ab|cd)+$",
    "x*y*z*",
    "^\\w+@\\S+$".replace("\\w+@\\S+", "[a-z]+@[0-9]+"),
    "\\bfoo\\b",
    "\\p{L}+",
  ];
  test.each(safe)("%s passes", (pattern) => {
    expect(regexProblem(pattern)).toBeUndefined();
  });
  const unsafe: readonly [string, number][] = [
    ["^(a+)+$", 1],
    ["(a*)*", 0],
    ["(a|a)*", 0],
    ["(a|ab)*c", 0],
    ["(a?b?)*", 0],
    ["(x+x+)+y", 3],
    ["a*a*", 2],
    ["\\d+\\w+", 3],
    [".*,.*", 3],
    ["[a-z]+-?[a-z0-9]+$", 8],
    ["(?=a)b", 0],
    ["(?<!a)b", 0],
    ["(a)\\1", 3],
    ["(?<n>a)\\k<n>", 7],
    ["a(b", 0],
    ["a".repeat(201), 200],
  ];
  test.each(unsafe)("%s is refused at %i", (pattern, offset) => {
    expect(regexProblem(pattern)).toMatchObject({ offset });
  });
  test("what passes cannot run away", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "[ab]",
      "a*",
      "b+",
      "(a|b)",
      "(ab)*",
      "(a|b)+",
      "a?",
      ".",
      "c",
      "(c|a*)",
      "(?:ab?)",
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const pattern = `^${pieces.join("")}$`;
        fc.pre(regexProblem(pattern) === undefined);
        const start = performance.now();
        new RegExp(pattern, "u").test(`${"ab".repeat(1024)}!`);
        new RegExp(pattern, "u").test(`${"a".repeat(2048)}!`);
        expect(performance.now() - start).toBeLessThan(250);
      }),
      { numRuns: runs(300) },
    );
  });
  test.each([
    ["^a$", true],
    ["^a|b$", false],
    ["^(a|b)$", true],
    ["^a\\$", false],
    ["^a$|^b$", true],
    ["a", false],
  ])("%s anchored: %s", (pattern, anchored) => {
    expect(isAnchored(pattern)).toBe(anchored);
  });
});
