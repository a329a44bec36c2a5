import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compiler } from "../../../generator/emit/compiler.ts";
import { declarations, surfaceSha256 } from "../../../generator/emit/surface.ts";

const folder = fileURLToPath(new URL("../../../generated/stripe/2022-11-15/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

/** TypeScript's own declarations, without imports: the oracle. */
function oracle(text: string): string {
  const { outputText } = compiler.transpileDeclaration(text, {
    fileName: "a.ts",
    compilerOptions: { removeComments: true, target: compiler.ScriptTarget.ESNext, isolatedDeclarations: true },
  });
  return outputText.replace(/^import [^;]*;\n/gm, "");
}

const edits: readonly (readonly [what: string, from: RegExp, to: string])[] = [
  ["a comment", /\/\*\* [^*]*\*\//g, "/** other */"],
  ["a value", /id: "[a-z]+\./g, 'id: "moved.'],
  ["a URL", /https:\/\//g, "https://eu."],
  ["an import", /import type \{ /g, "import type { Added, "],
  ["a body", /return (createNamespace|buildClient)\(/g, "return $1<never>("],
  ["a member is optional", /^( {2}(?:readonly )?\w+): /gm, "$1?: "],
  ["a type is wider", /: string;/g, ": string | number;"],
  ["a constant's type", /Operation</g, "Operation2<"],
  ["a constant's name", /export const (\w+)/g, "export const $1Moved"],
  ["a parameter", /\(options: /g, "(settings: "],
  ["what a function gives", /\): (\w+) \{/g, "): $1 | undefined {"],
  ["an interface's name", /export interface (\w+)/g, "export interface $1Moved"],
  ["an alias", /export type (\w+) = /g, "export type $1 = null | "],
];

describe("the surface of generated files", () => {
  it.each(edits)("changes exactly where TypeScript's declarations do: %s", (_, from, to) => {
    let edited = 0;
    for (const name of files) {
      const text = readFileSync(folder + name, "utf8");
      const other = text.replaceAll(from, to);
      if (other !== text) edited++;
      const changed = declarations(other) !== declarations(text);
      expect({ name, changed }).toEqual({ name, changed: oracle(other) !== oracle(text) });
    }
    expect(edited).toBeGreaterThan(0);
  });

  it("hears of new files and of public ones only", () => {
    const code = (text: string) => ({ text, check: "code" as const });
    const base = surfaceSha256(new Map([["index.ts", code("export const a: A = 1;")]]));
    const beside = new Map([["mocks.ts", code("export const m: M = 1;")]]);
    expect(surfaceSha256(new Map([["index.ts", code("export const a: A = 2;")], ...beside]))).toBe(base);
    expect(surfaceSha256(new Map([["index.ts", code("export const a: B = 1;")]]))).not.toBe(base);
    expect(
      surfaceSha256(
        new Map([
          ["index.ts", code("export const a: A = 1;")],
          ["b.ts", code("")],
        ]),
      ),
    ).not.toBe(base);
  });
});
