import { describe, expect, test } from "vitest";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import { law } from "../../../generator/drift/law.ts";
import { load, told } from "./api-pair.ts";
import { tables } from "./rows/all-rows.ts";
import { isProven } from "./witness-check.ts";

const met = new Set<string>();
let proven = 0;

for (const [table, rows] of Object.entries(tables)) {
  describe(table, () => {
    for (const [what, base, revision, wanted, options] of rows) {
      test(what, async () => {
        const [before, after] = [await load(base), await load(revision)];
        const found = diffDocuments(before, after, options);
        expect(found.map(told)).toEqual([...wanted]);
        for (const one of found) met.add(told(one));
        expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
        const checks = found.map((one) => isProven(one, before, after)).filter((check) => check !== undefined);
        expect(checks).not.toContain(false);
        proven += checks.length;
      });
    }
  });
}

test("every row of the law decides something", () => {
  const rules = law.map(({ severity, breaks, rule }) => `${severity}${breaks === "callers" ? "!" : ""} ${rule}`);
  expect(rules.filter((rule) => !met.has(rule))).toEqual([]);
});

test("witnesses are taken by one side and refused by the other, says another validator", () => {
  expect(proven).toBeGreaterThan(120);
});
