/** Findings together: several in one run, over several versions, and on a given day. */
import { describe, expect, test } from "vitest";
import { apiDocument, apiTree, documentOf, planOf, told } from "./harness.ts";

describe("findings", () => {
  test("all findings of both steps come in one run, and what was refused causes no others", async () => {
    const plan = await planOf(
      "rateLimits: { all: { algorithm: slidingWindo, limit: 3 } }\ndefaults: { limitedBy: [all] }\noperations: { nope: {} }\n",
    );
    expect(plan.source.diagnostics.map((one) => one.code)).toEqual(["P003", "P003"]);
    expect(plan.diagnostics.filter((one) => one.severity === "error").map((one) => one.code)).toEqual(["P201"]);
  });

  test("a secret on the line of a later finding stays hidden", async () => {
    const secret = ["sk", "live", "a1B2c3D4e5F6g7H8"].join("_");
    const { diagnostics, source } = await planOf(`operations: { nope: { headers: { X-A: ${secret} } } }\n`);
    expect(diagnostics.map((one) => one.code)).toContain("P201");
    expect(JSON.stringify([diagnostics, source.diagnostics])).not.toContain(secret);
  });
});

describe("several versions", () => {
  test("an operation of another version is a warning, of none an error", async () => {
    const tree = apiTree();
    delete (tree["paths"] as Record<string, unknown>)["/v1/events"];
    const documents = new Map([
      ["old", await documentOf(tree)],
      ["2026-01", await apiDocument()],
    ]);
    const body =
      "operations: { createEvent: { retry: none }, gone: { retry: none } }\nrules: [{ match: { tags: [Events] }, concurrency: none }]\n";
    const old = await planOf(body, { version: "old", document: documents.get("old")!, documents });
    expect(old.diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(["warning P503", "error P201"]);
    const now = await planOf(body, { documents });
    expect(now.diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(["error P201"]);
  });
});

describe("the calendar", () => {
  const body = 'versions: { "2026-01": { supportedUntil: 2027-01-01 } }\n';
  const days: readonly [string, string[]][] = [
    ["2026-06-01", []],
    ["2026-11-01", ["warning P501"]],
    ["2027-01-02", ["error P501"]],
    ["2027-09-01", ["warning P702", "error P501"]],
  ];
  test.each(days)("on %s", async (today, wanted) => {
    const { diagnostics } = await planOf(body, { today });
    expect(diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(wanted);
  });
  test("without a date nothing depends on one", async () => {
    expect(told((await planOf(body)).diagnostics)).toEqual([]);
  });
});
