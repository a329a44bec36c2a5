/** `couplet drift rules`, `explain` and `schema`. */
import { expect, test } from "vitest";
import { kindLaw } from "../../../generator/drift/kind-law.ts";
import { law } from "../../../generator/drift/law.ts";
import { toJsonText } from "../../../generator/drift/report/json.ts";
import { projectOf, runIn } from "../explain/run-in-project.ts";
import { fixtureReport } from "./fixture-report.ts";

const root = projectOf({ "drift.json": toJsonText(fixtureReport()) });

test("rules are told once each, with every case of the law", async () => {
  const { code, out } = await runIn(root, "drift", "rules", "--format", "json");
  const { rules } = JSON.parse(out) as { rules: { rule: string; cases: unknown[] }[] };
  expect(code).toBe(0);
  expect(new Set(rules.map((one) => one.rule))).toEqual(
    new Set([...[...law, ...kindLaw].map((one) => one.rule), "unknown-change"]),
  );
  expect(rules.flatMap((one) => one.cases)).toHaveLength(law.length + kindLaw.length + 1);
  expect((await runIn(root, "drift", "rules", "--json")).out).toBe(out);
  const text = (await runIn(root, "drift", "rules")).out.split("\n");
  expect(text).toHaveLength(law.length + kindLaw.length + 3);
  expect(text).toContain("breaking  operation-removed");
});

test("a rule is explained", async () => {
  expect(await runIn(root, "drift", "explain", "operation-added")).toEqual({
    code: 0,
    err: "",
    out: "operation-added\n  safe\n    why: nothing that we call changes\n    fix: nothing to do\n",
  });
  const { out } = await runIn(root, "drift", "explain", "operation-id-changed");
  expect(out).toMatch(
    /^operation-id-changed\n {2}safe when the lock keeps the name\n.*\n.*\n {2}breaking, for code that uses it otherwise\n/,
  );
});

test("a finding is explained, with its rule", async () => {
  const { code, out } = await runIn(root, "drift", "explain", "b7c1e0a94f2d11aa", "--report", "drift.json");
  expect(code).toBe(0);
  expect(out).toMatch(/^src\/billing\/status.ts:14:11 breaking response-enum-value-added /);
  expect(out).toMatch(/ {2}id: b7c1e0a94f2d11aa\n\nresponse-enum-value-added\n/);
  expect(out).not.toContain("0a0000000000000");
});

test.each([
  [["operation-remove"], 'there is no rule "operation-remove"\n  fix: did you mean `operation-removed`?'],
  [["zzzz"], 'there is no rule "zzzz"\n  fix: `couplet drift rules` lists them'],
  [["__proto__"], 'there is no rule "__proto__"\n  fix: '],
  [["0000000000000000"], "an id is explained from a report\n  fix: write one with"],
  [["0000000000000000", "--report", "drift.json"], "no report has a finding 0000000000000000\n"],
])("%j is not known", async (args, told) => {
  const { code, err } = await runIn(root, "drift", "explain", ...args);
  expect([code, err]).toEqual([2, expect.stringContaining(`command line:1:1 error C004 ${told}`)]);
});

test("the schema is a JSON Schema that knows every part of a report", async () => {
  const schema = JSON.parse((await runIn(root, "drift", "schema")).out);
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  expect(schema).toMatchObject({ $schema, title: "couplet drift report" });
  expect(Object.keys(schema.properties)).toEqual(Object.keys(fixtureReport()));
});
