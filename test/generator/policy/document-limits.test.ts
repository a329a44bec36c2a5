/** Limits whose figures stand in the document: the policy says where and within which bounds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";
import { apiDocument, apiTree, documentOf, headLines, planOf, told, toMark, unmark } from "./harness.ts";

type Operations = Readonly<Record<string, unknown>>;

const documents = new Map<string, ReturnType<typeof documentOf>>();

/** The small API, with an extension at the operations named. */
function documentWith(figures: Operations): ReturnType<typeof documentOf> {
  const key = JSON.stringify(figures);
  const known = documents.get(key) ?? buildDocument(figures);
  documents.set(key, known);
  return known;
}

function buildDocument(figures: Operations): ReturnType<typeof documentOf> {
  const tree = apiTree();
  for (const path of Object.values(tree["paths"] as Record<string, Record<string, Record<string, unknown>>>))
    for (const operation of Object.values(path)) {
      const name = String(operation["operationId"]);
      if (Object.hasOwn(figures, name)) operation["x-quota"] = figures[name];
    }
  return documentOf(tree);
}

const windows = "windows: { burst: { per: 1s, max: 50, default: 5 }, daily: { per: 1d, max: 900, default: none } }";
const limit = (inner: string, rest = ""): string =>
  `rateLimits: { each: { algorithm: fixedWindow, limit: { fromExtension: x-quota, ${inner} }, partition: [credential, operation]${rest} } }\ndefaults: { limitedBy: [each] }\n`;
const full = { burst: "10/s", daily: "300/d" };
const everywhere = { listThings: full, createThing: full, getThing: full, deleteThing: full, createEvent: full };

test("each operation gets the windows that the document gives it, equal figures one limit", async () => {
  const document = await documentWith({ ...everywhere, createThing: { burst: 3 }, getThing: { burst: "10/1s" } });
  const plan = await planOf(
    limit(
      "windows: { burst: { per: 1s, max: 50, default: 5 }, daily: { per: 1d, max: 900, default: none, feedback: { remaining: { from: $response.header.X-Left } } } }",
      ", reserve: 10%, pauseOn: [RateLimitError]",
    ),
    { document },
  );
  expect(told(plan.diagnostics)).toEqual([]);
  const names = (operation: string): readonly string[] => plan.operation(operation).policy.limitedBy;
  expect(names("listThings")).toEqual(["each.burst.10", "each.daily.300"]);
  expect(names("createThing")).toEqual(["each.burst.3"]);
  expect(names("getThing")).toEqual(["each.burst.10"]);
  const shared = { partition: ["credential", "operation"], cost: 1, reserve: 0.1, pauseOn: ["RateLimitError"] };
  expect(plan.connector.rateLimits).toMatchObject({
    "each.burst.3": { capacity: 3, refill: 3, per: 1000, ...shared },
    "each.burst.10": { capacity: 10, refill: 10, per: 1000, ...shared },
    "each.daily.300": { capacity: 300, per: 86_400_000, feedback: { remaining: { from: { name: "X-Left" } } } },
  });
  expect(Object.keys(plan.connector.rateLimits)).toEqual(["each.burst.3", "each.burst.10", "each.daily.300"]);
  expect(plan.facts.rateLimits["each.daily.300"], "the source of the bounds").toMatchObject({ verified: "2026-11-01" });
  expect(plan.connector.rateLimits["each.burst.10"]).not.toHaveProperty("feedback");
});

test("a version may bound a window differently, and rules limit by other limits too", async () => {
  const plan = await planOf(
    `${limit(windows).replace("rateLimits: {", "rateLimits: { all: { algorithm: slidingWindow, limit: { amount: 99, per: 1s } },")}` +
      `versions: { "2026-01": { policy: { rateLimits: { each: { limit: { windows: { burst: { max: 8 } } } } } } } }\n` +
      "rules: [{ match: { methods: [POST] }, limitedBy: [all, each] }]\n",
    { document: await documentWith(everywhere) },
  );
  expect(plan.operation("createThing").policy.limitedBy).toEqual(["all", "each.burst.8", "each.daily.300"]);
  expect(plan.diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(Array(5).fill("warning P103"));
});

describe("figures of the document", () => {
  const rows: readonly [what: string, figure: unknown, wanted: string, words: string | undefined][] = [
    ["a count", 7, "each.burst.7", undefined],
    ["a rate", "7/s", "each.burst.7", undefined],
    ["a rate of another window", "7/m", "each.burst.5", "no figure for the window"],
    ["a rate of several seconds", "7/10s", "each.burst.5", "no figure for the window"],
    ["more than the bound", "51/s", "each.burst.50", "above the policy's bound: 50"],
    ["far more", 1e300, "each.burst.5", "no figure"],
    ["none at all", "0/s", "each.burst.5", "no figure"],
    ["zero", 0, "each.burst.5", "no figure"],
    ["less than nothing", -3, "each.burst.5", "no figure"],
    ["half a call", 2.5, "each.burst.5", "no figure"],
    ["code", "${process.exit(1)}", "each.burst.5", "no figure"],
    ["a line break", "7/s\n# 8/s", "each.burst.5", "no figure"],
    ["a list", [7], "each.burst.5", "no figure"],
    ["nothing", null, "each.burst.5", "no figure"],
  ];
  test.each(rows)("%s", async (_, figure, wanted, words) => {
    const document = await documentWith({ ...everywhere, getThing: { burst: figure } });
    const plan = await planOf(limit(windows), { document });
    expect(plan.operation("getThing").policy.limitedBy).toEqual([wanted]);
    const place = document.locate("/paths/~1v1~1things~1{id}/get/x-quota/burst");
    const wantedFindings = words === undefined ? [] : [{ code: "P103", severity: "warning", ...place }];
    expect(plan.diagnostics).toMatchObject(wantedFindings);
    if (words !== undefined) {
      expect(plan.diagnostics[0]?.message).toContain(words);
      expect(plan.diagnostics[0]?.message, "names the operation, and does not repeat foreign text").toMatch(
        /`getThing`/,
      );
      expect(plan.diagnostics[0]?.message).not.toContain("process");
    }
  });

  test("whatever stands there, a limit stays a count within the bound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (extension, figure) => {
        const given: Operations = { ...everywhere, getThing: extension, listThings: { burst: figure } };
        // Straight into the loaded document: reading a new one each time would take longer than the property.
        const document = await apiDocument();
        const operations = document.operations.map((one) => ({
          ...one,
          extensions: { "x-quota": given[one.operationId!] as Json },
        }));
        const plan = await planOf(limit(windows), { document: { ...document, operations } });
        expect(plan.diagnostics.every((one) => one.severity === "warning")).toBe(true);
        for (const [name, { capacity }] of Object.entries(plan.connector.rateLimits)) {
          expect(Number.isSafeInteger(capacity) && capacity >= 1, name).toBe(true);
          expect(capacity).toBeLessThanOrEqual(name.startsWith("each.burst") ? 50 : 900);
        }
      }),
      { numRuns: runs(100) },
    );
  }, 20_000);

  test("operations without figures: one finding at the default, which holds", async () => {
    const { text, marks } = unmark(limit(windows.replace("default: 5", "default: «5»")));
    const plan = await planOf(text, { document: await documentWith({ listThings: full, getThing: { daily: "9/d" } }) });
    expect(told(plan.diagnostics)).toEqual([
      expect.stringContaining(
        "warning P202 the document has no `x-quota` with `burst` at `createThing`, `getThing` and 2 more",
      ),
    ]);
    expect(toMark(plan.diagnostics[0]!)).toEqual({ ...marks[0], line: marks[0]!.line + headLines });
    expect(plan.operation("getThing").policy.limitedBy).toEqual(["each.burst.5", "each.daily.9"]);
    expect(plan.operation("createEvent").policy.limitedBy).toEqual(["each.burst.5"]);
  });
});

const mistakes: readonly [what: string, policy: string, code: string, words: readonly string[]][] = [
  [
    "an extension that no operation has",
    limit(windows).replace("x-quota", "«x-qouta»"),
    "P202",
    ["no operation", "`x-quota`"],
  ],
  [
    "no extension",
    limit("windows: { «burst»: { per: 1s } }")
      .replace("fromExtension: x-quota, ", "")
      .replace("each", "«each»")
      .replace("«burst»", "burst"),
    "P003",
    ["fromExtension"],
  ],
  ["no windows", limit("x-note: none").replace("each:", "«each»:"), "P003", ["`windows`"]],
  ["a window without a bound", limit("windows: { «burst»: { per: 1s, default: 5 } }"), "P003", ["`max`"]],
  ["a window without a default", limit("windows: { «burst»: { per: 1s, max: 5 } }"), "P003", ["`default: none`"]],
  [
    "a default above the bound",
    limit("windows: { burst: { per: 1s, max: 20, default: «21» } }"),
    "P103",
    ["above `max`"],
  ],
  [
    "a bucket",
    limit(windows)
      .replace("fixedWindow", "«tokenBucket»")
      .replace("«tokenBucket»", "tokenBucket")
      .replace("algorithm", "«algorithm»"),
    "P301",
    ["has windows"],
  ],
  [
    "calls counted together",
    limit(windows).replace("partition: [credential, operation]", "«partition»: [credential]"),
    "P301",
    ["[credential, operation]"],
  ],
  [
    "no partition",
    limit(windows).replace(", partition: [credential, operation]", "").replace("each:", "«each»:"),
    "P301",
    ["[credential, operation]"],
  ],
  ["an amount beside it", limit(`«amount»: 5, ${windows}`), "P301", ["`windows`"]],
  ["tiers", limit(windows, ", «tiers»: { big: { limit: { amount: 9, per: 1s } } }"), "P301", ["take one"]],
  [
    "feedback of no window",
    limit(windows, ", «feedback»: { remaining: { from: $response.header.X-Left } }"),
    "P301",
    ["into its window"],
  ],
];

test.each(mistakes)("mistake: %s", async (_, marked, code, words) => {
  const { text, marks } = unmark(marked);
  const { source, diagnostics } = await planOf(text, { document: await documentWith(everywhere) });
  expect(told(source.diagnostics)).toEqual([]);
  expect(told(diagnostics)).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ code, severity: "error" });
  expect(toMark(diagnostics[0]!)).toEqual({ ...marks[0], line: marks[0]!.line + headLines });
  for (const word of words) expect(`${diagnostics[0]?.message} ${diagnostics[0]?.fix}`).toContain(word);
});

test.each([
  ["windows: { burst: { per: 1s, max: 5, default: «0» } }", "P102"],
  ["windows: { burst: { per: 1s, max: «0», default: 5 } }", "P102"],
  ["windows: { burst: { per: «1», max: 5, default: 5 } }", "P101"],
  ["windows: { burst: { per: 1s, max: 5, default: 5, «min»: 1 } }", "P002"],
  ["windows: { burst: { per: 1s, max: 5, default: «few» } }", "P003"],
])("structural mistake: %s", async (inner, code) => {
  const { text, marks } = unmark(limit(inner));
  const { source } = await planOf(text, { document: await documentWith(everywhere) });
  expect(source.diagnostics.map((one) => one.code)).toEqual([code]);
  expect(toMark(source.diagnostics[0]!)).toEqual({ ...marks[0], line: marks[0]!.line + headLines });
});
