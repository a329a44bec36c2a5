/** One mistake a row, for every code and every kind of it: what is underlined, the exact words, and the fix. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { codes } from "../../../generator/codes.ts";
import { told } from "./harness.ts";
import { answerRows } from "./rows/answer-rows.ts";
import { batchRows } from "./rows/batch-rows.ts";
import { coerceRows } from "./rows/coerce-rows.ts";
import { contradictionRows } from "./rows/contradiction-rows.ts";
import { figureRows } from "./rows/figure-rows.ts";
import { languageRows } from "./rows/language-rows.ts";
import { pollingRows } from "./rows/polling-rows.ts";
import { repetitionRows } from "./rows/repetition-rows.ts";
import { findingsOf, plain, type Row } from "./rows/row.ts";
import { selectionRows } from "./rows/selection-rows.ts";
import { trustRows } from "./rows/trust-rows.ts";

const rows: readonly Row[] = [
  ...[
    languageRows,
    figureRows,
    selectionRows,
    contradictionRows,
    repetitionRows,
    answerRows,
    batchRows,
    pollingRows,
    coerceRows,
    trustRows,
  ].flat(),
];

test.each(rows.map((row) => [`${row.code} ${row.what}`, row] as const))("%s", async (_, row) => {
  const { wanted, errors, marks, file } = await findingsOf(row);
  const [mark] = row.at === undefined ? marks : [row.at];
  const { code, severity = "error", message, fix } = row;
  const finding = { code, severity, message, fix, ...mark! };
  expect(wanted.map((one) => plain(one, file))).toEqual([finding]);
  // And it causes no others.
  expect(told(errors.filter((one) => one.code !== code))).toEqual([]);
});

describe("the list of codes", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const textsOf = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/[\\/](?:node_modules|dist|\.[^\\/]*)[\\/]/.test(file.slice(root.length)))
      .map((file) => readFileSync(file, "utf8"));
  const emitted = new Set(textsOf("generator").flatMap((text) => text.match(/(?<=")[ACDGLPS][0-9]{3}(?=")/g) ?? []));

  test("has every code that the generator can report, and no other", () => {
    expect(Object.keys(codes).sort()).toEqual([...emitted].sort());
  });

  test("every code of policies has a row; every other one a test that names it", () => {
    const pinned = new Set([...rows.map((row) => row.code), "P502", "P701"]);
    const tests = textsOf("test").join("\n");
    const missing = [...emitted].filter((code) =>
      code.startsWith("P") ? !pinned.has(code) : !new RegExp(`\\b${code}\\b`).test(tests),
    );
    expect(missing).toEqual([]);
  });

  test("stands in the guide as it is", () => {
    const guide = readFileSync(join(root, "generator/README.md"), "utf8");
    const listed = [...guide.matchAll(/^\| ([ACDGLPS][0-9]{3}) \| (.*) \|$/gm)].map(([, code, words]) => [code, words]);
    expect(listed).toEqual(Object.entries(codes));
  });
});
