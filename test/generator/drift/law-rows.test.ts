import { describe, expect, test } from "vitest";
import { diff, type Row, told } from "./api-pair.ts";
import { requestSchemas } from "./rows/request-schemas.ts";

const tables: Readonly<Record<string, readonly Row[]>> = {
  "schemas of requests": requestSchemas,
};

for (const [table, rows] of Object.entries(tables)) {
  describe(table, () => {
    for (const [what, base, revision, wanted, options] of rows) {
      test(what, async () => {
        const found = await diff(base, revision, options);
        expect(found.map(told)).toEqual([...wanted]);
      });
    }
  });
}
