import { describe, expect, test } from "vitest";
import { law } from "../../../generator/drift/law.ts";
import { diff, told } from "./api-pair.ts";
import { tables } from "./rows/all-rows.ts";

const met = new Set<string>();

for (const [table, rows] of Object.entries(tables)) {
  describe(table, () => {
    for (const [what, base, revision, wanted, options] of rows) {
      test(what, async () => {
        const found = (await diff(base, revision, options)).map(told);
        for (const one of found) met.add(one);
        expect(found).toEqual([...wanted]);
      });
    }
  });
}

test("every row of the law decides something", () => {
  const rules = law.map(({ severity, breaks, rule }) => `${severity}${breaks === "callers" ? "!" : ""} ${rule}`);
  expect(rules.filter((rule) => !met.has(rule))).toEqual([]);
});
