import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { apiDocument, policyAmong, policyOf, told } from "./harness.ts";
import { keyRows, withKeyTable } from "./key-table.ts";

const policy = readFileSync(new URL("./fixtures/every-key.policy.yaml", import.meta.url), "utf8");

/** Values at a path as the key table writes it: `<name>` is any name, `[]` any entry. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  const children = key === "<name>" || key === "[]" ? Object.values(value) : [(value as Record<string, unknown>)[key]];
  return children.flatMap((child) => valuesAt(child, rest));
}

test("every key of the format is in the fixture, and the fixture loads", async () => {
  const source = await policyAmong({ "specs/things/policy.yaml": policy, "specs/base.policy.yaml": 'policy: "1.0"\n' });
  expect(told(source.diagnostics)).toEqual([]);
  const data = parse(policy) as unknown;
  const blocks = ["", "defaults", "rules.[]", "operations.<name>", "versions.<name>.policy"];
  const absent = keyRows().filter(({ path }) => {
    const keys = path.replaceAll("[]", ".[]").split(".");
    return !blocks.some((block) =>
      valuesAt(data, [...(block === "" ? [] : block.split(".")), ...keys]).some((value) => value !== undefined),
    );
  });
  expect(absent.map(({ path }) => path)).toEqual([]);
});

test("notes are taken out before the plan, wherever they stand; names of the wire are not", async () => {
  const source = await policyOf(policy);
  const notes = JSON.stringify(source.data).match(/"x-[a-z-]+"/g);
  expect(notes).toEqual(['"x-app"', '"x-trace"', '"x-things-ratelimit"']);
  const text =
    'policy: "1.0"\nprovider: things\nrules:\n  - { match: { methods: [GET] }, x-why: one }\n  - { match: { tags: [Things] }, x-why: two }\n';
  const plan = planPolicy(await policyOf(text), await apiDocument(), "2026-01");
  expect(told(plan.diagnostics).filter((line) => line.includes("P302"))).toEqual([]);
});

test("the guide's table of keys is fresh", () => {
  const guide = readFileSync(new URL("../../../generator/README.md", import.meta.url), "utf8");
  expect(withKeyTable(guide) === guide, "run `npm run format`").toBe(true);
});
