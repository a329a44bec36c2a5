import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { InputError } from "../../../generator/errors.ts";
import { readSourceFile, renewSourceFile } from "../../../generator/load/source-file.ts";

const hash = "0123456789abcdef".repeat(4);
const facts = { from: { file: "new.json" }, fetched: "2026-12-01", sha256: hash, files: 1 };

describe("source.yaml", () => {
  it.each<[string, { url?: string; sha256?: string }]>([
    ["", {}],
    ["# nothing yet\n", {}],
    ["url: https://acme.example/openapi.json\n", { url: "https://acme.example/openapi.json" }],
    [`sha256: ${hash}\nfetched: 2026-01-01\nlicence: MIT\n`, { sha256: hash }],
    // Digits only: no number, or zeros at the front would be lost.
    [`sha256: ${"0".repeat(64)}\n`, { sha256: "0".repeat(64) }],
    ["reference: [https://a.example, https://b.example]\nnote: by hand\n", {}],
  ])("reads %j", (text, wanted) => {
    const { url, sha256 } = readSourceFile("source.yaml", text);
    expect({ ...(url && { url }), ...(sha256 && { sha256 }) }).toEqual(wanted);
  });

  it.each([
    ["url: [\n", /source.yaml:\d+:\d+ error C008 not valid YAML/],
    ["- url\n", /source.yaml:1:1 error C008 this is no map of keys/],
    ["fetched: 2026-01-01\nurls: x\n", /source.yaml:2:1 error C008 source.yaml has no key `urls`/],
    ["url: { a: b }\n", /source.yaml:1:1 error C008 `url` is no text/],
    ["sha256: abc\n", /source.yaml:1:1 error C008 `sha256` is not 64 hex digits/],
    ["url: a\nurl: b\n", /error C008 not valid YAML/],
    ["__proto__: x\n", /error C008 source.yaml has no key `__proto__`/],
    ["\u001b[31m: x\n", /error C008/],
  ])("refuses %j with a place", (text, message) => {
    expect(() => readSourceFile("source.yaml", text)).toThrow(InputError);
    expect(() => readSourceFile("source.yaml", text)).toThrow(message);
  });

  it.each<[what: string, text: string, from: typeof facts.from | { url: string }, files: number, wanted: object]>([
    ["an empty file", "", facts.from, 1, { file: "new.json" }],
    ["another file", "file: old.json\nfiles: 3\n", facts.from, 1, { file: "new.json" }],
    [
      "an address, and takes it from a file",
      "url: https://a.example/x\n",
      facts.from,
      1,
      { url: "https://a.example/x" },
    ],
    ["an address", "file: old.json\n", { url: "https://a.example/x" }, 2, { url: "https://a.example/x", files: 2 }],
    [
      "what a person wrote",
      "licence: MIT\nnote: ours\n",
      facts.from,
      1,
      { licence: "MIT", note: "ours", file: "new.json" },
    ],
  ])("is renewed: %s", (_, text, from, files, wanted) => {
    const renewed = renewSourceFile(text, { ...facts, from, files });
    expect(parse(renewed)).toEqual({ ...wanted, fetched: "2026-12-01", sha256: hash });
    expect(readSourceFile("source.yaml", renewed).sha256).toBe(hash);
  });

  it("keeps comments and the order", () => {
    expect(renewSourceFile("# ours\nurl: https://a.example/x # moved once\nlicence: MIT\n", facts)).toMatch(
      /^# ours\nurl: https:\/\/a.example\/x # moved once\nlicence: MIT\nfetched: /,
    );
  });
});
