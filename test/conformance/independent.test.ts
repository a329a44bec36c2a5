import { rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createPackageFolder, findRealSpec, generatePackage } from "./generate-package.ts";
import { judgeOperations, type Verdict } from "./independent-calls.ts";
import { compareWithKnown, type Known } from "./independent-known.ts";
import { isInstalled, startValidator } from "./independent-validator.ts";

const spec = findRealSpec("paypal-orders/2024-02-03/openapi.json");
const absent = spec === undefined || !isInstalled("steady");
if (absent) console.log("skipped: independent validator (not installed, or ../shared/real-specs is absent)");

describe.skipIf(absent)("requests of a real document's client", () => {
  test("are accepted by a validator that others wrote", { timeout: 60_000 }, async () => {
    const out = await createPackageFolder();
    const validator = await startValidator("steady", resolve(spec!), { nestedForms: false });
    try {
      const { entry, operations } = await generatePackage(spec!, out);
      const verdicts = await judgeOperations(entry, validator);
      expect(verdicts).toHaveLength(operations);
      expect(verdicts.filter(({ problems }) => problems.length > 0)).toEqual([]);
      // It does reject: an amount that is no object, and a path that is not there.
      const send = (path: string, body: string): Promise<string[]> =>
        fetch(`${validator.url}${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        }).then(validator.readVerdict);
      expect(await send("/v2/checkout/orders", '{"intent":"CAPTURE","purchase_units":[{"amount":5}]}')).not.toEqual([]);
      expect(await send("/v2/checkout/nowhere", "{}")).not.toEqual([]);
    } finally {
      await validator.stop();
      await rm(dirname(out), { recursive: true, force: true });
    }
  });
});

const verdict = (operation: string, ...problems: string[]): Verdict => ({ operation, sent: "GET /", problems });
const known: Known = {
  ...{ document: "d", validator: "steady", operations: ["a.get", "b.get"], problem: /^E1 / },
  ...{ fault: "document", because: "its words" },
};

test.each<[string, Verdict[], { explained: string[]; unexplained: string[]; stale: string[] }]>([
  [
    "known rejections",
    [verdict("a.get", "E1 x"), verdict("b.get", "E1 y", "E1 z"), verdict("c.get")],
    { explained: ["a.get", "b.get"], unexplained: [], stale: [] },
  ],
  [
    "a known one with another problem",
    [verdict("a.get", "E1 x"), verdict("b.get", "E1 y", "E2 z")],
    { explained: ["a.get"], unexplained: ["b.get"], stale: ["b.get"] },
  ],
  [
    "a known one that is accepted, and one that is gone",
    [verdict("a.get")],
    { explained: [], unexplained: [], stale: ["a.get", "b.get"] },
  ],
  [
    "an unknown one",
    [verdict("a.get", "E1 x"), verdict("b.get", "E1 x"), verdict("c.get", "E1 x")],
    { explained: ["a.get", "b.get"], unexplained: ["c.get"], stale: [] },
  ],
])("the list of known rejections: %s", (_, verdicts, wanted) => {
  const found = compareWithKnown({ document: "d", validator: "steady", verdicts }, [known]);
  expect({
    explained: found.explained.map((one) => one.verdict.operation),
    unexplained: found.unexplained.map((one) => one.operation),
    stale: found.stale,
  }).toEqual(wanted);
});

test("a rejection all over a document is counted", () => {
  const judge = (operations: number) =>
    compareWithKnown(
      { document: "d", validator: "steady", verdicts: [verdict("a.get", "E1 x"), verdict("b.get", "E1 x")] },
      [{ ...known, operations }],
    ).stale;
  expect(judge(2)).toEqual([]);
  expect(judge(3)).toEqual(["2 operations instead of 3: its words"]);
});
