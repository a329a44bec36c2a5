import { describe, expect, test } from "vitest";
import { judgeFindings } from "./judge-findings.ts";
import { judgeOutput } from "./judge-output.ts";

function judge(path: string, text: string): string[] {
  return judgeOutput(new Map([[path, text]]));
}

describe("the judge of generated files is not asleep", () => {
  test.each<[string, string, string]>([
    ["a call", "1/a.ts", "zq_canary();"],
    ["a name", "1/a.ts", "export const a = zq_canary;"],
    ["a part of a name", "1/a.ts", "export const zq_canary1 = 1;"],
    ["a template", "1/a.ts", "export const a = `zq_canary`;"],
    ["a line comment", "1/a.ts", "// zq_canary\nexport type {};"],
    ["a statement", "1/a.ts", 'export type {}; "zq_canary";'],
    ["a global", "1/a.ts", "export const a = globalThis.fetch;"],
    ["an import", "1/a.ts", 'import "zq_canary";'],
    ["a dynamic import of a name", "1/a.ts", "export const a = import(zq_canary);"],
    ["a prototype", "1/a.ts", 'export const a = { "__proto__": 1 };'],
    ["a broken file", "1/a.ts", "export const a = ;"],
    ["a character that turns the text", "1/a.ts", "/** \u202e */\nexport type {};"],
    ["an invisible character", "1/a.json", '"\u200b"'],
    ["half a character", "1/a.json", '"\ud800"'],
    ["JSON that is none", "1/a.json", "{"],
    ["HTML", "README.md", "a <img src=x>"],
    ["an image", "README.md", "![a](b)"],
    ["a link", "README.md", "[a](http://x)"],
    ["a path that climbs", "../a.ts", "export type {};"],
    ["a path of another alphabet", "1/A.ts", "export type {};"],
    ["a device", "1/con.ts", "export type {};"],
    ["a hidden file", "1/.npmrc", ""],
  ])("%s", (_, path, text) => expect(judge(path, text)).not.toEqual([]));
  test.each<[string, string, string]>([
    ["a literal", "1/a.ts", 'export const a = "zq_canary";'],
    ["a comment", "1/a.ts", "/** zq_canary */\nexport type {};"],
    ["a property", "1/a.ts", "export interface A { zq_canary: 1 }"],
    ["a computed prototype", "1/a.ts", 'export const a = { ["__proto__"]: 1 };'],
    ["escaped Markdown", "README.md", "\\!\\[zq_canary\\]\\(x\\) \\<b\\> `<b>`"],
  ])("%s passes", (_, path, text) => expect(judge(path, text)).toEqual([]));
  test("files that differ in case only, and a file that is a folder", () => {
    const files = new Map([
      ["package.json", "{}"],
      ["package.json/index.ts", "export type {};"],
    ]);
    expect(judgeOutput(files)).toEqual(["package.json: a file and a folder"]);
  });
});

describe("the judge of findings is not asleep", () => {
  const found = {
    code: "S001",
    severity: "error",
    file: "a.json",
    line: 1,
    column: 1,
    message: "a",
    fix: "b",
  } as const;
  test("a good one passes", () => expect(judgeFindings([found], 1, new Set(["a.json"]))).toEqual([]));
  test.each([
    { ...found, code: "X1" },
    { ...found, file: "/etc/hostname" },
    { ...found, line: 2 },
    { ...found, column: 0 },
    { ...found, message: "" },
    { ...found, message: "a\n    at b (c.ts:1:1)" },
    { ...found, message: "Cannot read: TypeError" },
  ])("%j", (bad) => expect(judgeFindings([bad], 1, new Set(["a.json"]))).not.toEqual([]));
});
