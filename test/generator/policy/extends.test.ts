/** Layers from other files: which value wins, where its findings point, and what a base may not be. */
import { symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../generator/load/policy.ts";
import type { PolicyPlan } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import type { PolicySource } from "../../../generator/policy-model.ts";
import { apiDocument, policyAmong, told, toMark, unmark } from "./harness.ts";

const own = "specs/things/policy.yaml";
const top = 'policy: "1.0"\n';
const head = `${top}provider: things\n`;
const dated = 'source: { url: "https://docs.things.example", verified: 2026-11-01 }\n';
const deadline = (of: string): string => `{ timeouts: { deadline: ${of} } }`;

async function planAmong(files: Readonly<Record<string, string>>): Promise<{ source: PolicySource; plan: PolicyPlan }> {
  const source = await policyAmong(files);
  expect(told(source.diagnostics)).toEqual([]);
  return { source, plan: planPolicy(source, await apiDocument(), "2026-01") };
}

describe("precedence", () => {
  const steps: readonly [what: string, base: string, policy: string, wanted: number][] = [
    ["a base over the built-in values", `defaults: ${deadline("61s")}\n`, "", 61_000],
    [
      "rules of a base over its defaults",
      `defaults: ${deadline("61s")}\nrules: [{ timeouts: { deadline: 62s } }]\n`,
      "",
      62_000,
    ],
    ["a second base over the first", `defaults: ${deadline("61s")}\n`, "extends-both", 64_000],
    [
      "the policy's defaults over all of a base",
      "rules: [{ timeouts: { deadline: 62s } }]\n",
      `defaults: ${deadline("63s")}\n`,
      63_000,
    ],
    [
      "the version's layer over a base",
      `defaults: ${deadline("61s")}\n`,
      `versions: { "2026-01": { policy: { defaults: ${deadline("65s")} } } }\n`,
      65_000,
    ],
    [
      "null goes back to the built-in value, not to the base",
      `defaults: ${deadline("61s")}\n`,
      "defaults: { timeouts: { deadline: null } }\n",
      60_000,
    ],
  ];
  test.each(steps)("%s", async (_, base, policy, wanted) => {
    const both = policy === "extends-both";
    const { plan } = await planAmong({
      "specs/base.policy.yaml": top + base,
      "specs/second.policy.yaml": `${top}defaults: ${deadline("64s")}\n`,
      [own]: `${head}extends: [../base.policy.yaml${both ? ", ../second.policy.yaml" : ""}]\n${both ? "" : policy}`,
    });
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operations.get("getThing")?.policy.timeouts.deadline).toBe(wanted);
  });

  test("errors of a base are asked last, redaction adds up, and a file that comes twice is one layer, the lowest", async () => {
    const rule = (status: number, as: string): string => `errors: [{ when: "$statusCode == ${status}", as: ${as} }]`;
    const { plan, source } = await planAmong({
      "company.yaml": `${top}defaults: { timeouts: { deadline: 70s, attempt: 9s }, ${rule(401, "AError")} }\nredact: { body: [/a] }\n`,
      "specs/left.yaml": `${top}extends: [../company.yaml]\ndefaults: { timeouts: { deadline: 71s }, ${rule(402, "BError")} }\n`,
      "specs/right.yaml": `${top}extends: [../company.yaml]\ndefaults: { ${rule(403, "CError")} }\nredact: { body: [/c] }\n`,
      [own]: `${head}extends: [../left.yaml, ../right.yaml]\ndefaults: { ${rule(404, "DError")} }\n`,
    });
    const { policy, redactBody } = plan.operations.get("getThing")!;
    expect(policy.errors.map((one) => one.as)).toEqual(["DError", "CError", "BError", "AError"]);
    expect(policy.timeouts).toMatchObject({ deadline: 71_000, attempt: 9000 });
    expect(redactBody).toEqual([["a"], ["c"]]);
    expect(source.files.map((file) => file.split("/").at(-1))).toEqual([
      "policy.yaml",
      "left.yaml",
      "company.yaml",
      "right.yaml",
    ]);
  });

  test("limits and paginators of a base are there to be used, and only then", async () => {
    const limit = "{ algorithm: slidingWindow, limit: { amount: 5, per: 1s } }";
    const { plan } = await planAmong({
      "specs/base.yaml": `${top}${dated}rateLimits: { used: ${limit}, other: ${limit} }\nrules: [{ match: { tags: [Nowhere] }, limitedBy: [other] }]\n`,
      [own]: `${head}extends: [../base.yaml]\ndefaults: { limitedBy: [used] }\n`,
    });
    expect(told(plan.diagnostics), "what a base has for other providers is no mistake").toEqual([]);
    expect(Object.keys(plan.connector.rateLimits)).toEqual(["used"]);
    expect(plan.facts.rateLimits, "its source is that of its own file").toEqual({
      used: { url: "https://docs.things.example", verified: "2026-11-01" },
    });
    expect(plan.selectors).toEqual({ "extends[0].rules[0].match": 0 });
  });
});

describe("findings point into the file that holds the value", () => {
  test("structural ones and those against the document", async () => {
    const base = unmark(`${top}defaults:\n  timeouts: { attempt: «90s»}\n  limitedBy: [«gone»]\n`);
    const source = await policyAmong({
      "specs/base.yaml": base.text,
      "specs/broken.yaml": `${top}defaults: { retries: 3 }\n`,
      [own]: `${head}extends: [../base.yaml, ../broken.yaml]\n`,
    });
    expect(told(source.diagnostics)).toEqual([expect.stringMatching(/^2:13 error P002 unknown key `retries`/)]);
    expect(source.diagnostics[0]?.file).toBe("specs/broken.yaml");
    const { diagnostics } = planPolicy(source, await apiDocument(), "2026-01");
    expect(diagnostics.map((one) => [one.file, one.code])).toEqual([
      ["specs/base.yaml", "P104"],
      ["specs/base.yaml", "P202"],
    ]);
    expect(diagnostics.map(toMark)).toEqual(base.marks);
  });

  test("a fact without a source: each file answers for its own", async () => {
    const limit = "{ algorithm: slidingWindow, limit: { amount: 5, per: 1s } }";
    const source = await policyAmong({
      "specs/base.yaml": `${top}rateLimits: { theirs: ${limit} }\n`,
      [own]: `${head}${dated}extends: [../base.yaml]\nrateLimits: { ours: ${limit} }\ndefaults: { limitedBy: [ours, theirs] }\n`,
    });
    const { diagnostics } = planPolicy(source, await apiDocument(), "2026-01");
    expect(diagnostics.map((one) => `${one.file}:${one.line}:${one.column} ${one.code}`)).toEqual([
      "specs/base.yaml:2:15 P702",
    ]);
  });

  test("a secret in a base is masked in every message", async () => {
    const source = await policyAmong({
      "specs/base.yaml": `${top}defaults: { headers: { X-Key: sk_live_4f9a8b7c6d5e } }\n`,
      [own]: `${head}extends: [../base.yaml]\n`,
    });
    expect(source.diagnostics.map((one) => [one.file, one.code])).toEqual([["specs/base.yaml", "P601"]]);
    expect(JSON.stringify(source.diagnostics)).not.toContain("4f9a8b7c6d5e");
    expect(source.mask("sk_live_4f9a8b7c6d5e")).not.toContain("4f9a8b7c6d5e");
  });
});

/** The file in which something is marked, the code, and words of the message or the fix. */
const mistakes: readonly [what: string, files: Record<string, string>, code: string, words: readonly string[]][] = [
  ["one path instead of a list", { [own]: `${head}extends: «../base.yaml»\n` }, "P003", ["a list"]],
  ["a missing file", { [own]: `${head}extends: [«../base.yaml»]\n` }, "P202", ["no such file", "folder"]],
  ["a folder", { "specs/base/a.yaml": top, [own]: `${head}extends: [«../base»]\n` }, "P202", ["not a file"]],
  ["a file outside", { [own]: `${head}extends: [«../../../base.yaml»]\n` }, "P003", ["inside the project"]],
  ["an absolute path", { [own]: `${head}extends: [«/etc/base.yaml»]\n` }, "P003", ["relative"]],
  ["itself", { [own]: `${head}extends: [«./policy.yaml»]\n` }, "P301", ["extend itself"]],
  [
    "a cycle",
    {
      "specs/a.yaml": `${top}extends: [./b.yaml]\n`,
      "specs/b.yaml": `${top}extends: [«a.yaml»]\n`,
      [own]: `${head}extends: [../a.yaml]\n`,
    },
    "P301",
    ["extend itself"],
  ],
  [
    "the same file twice",
    { "specs/a.yaml": top, [own]: `${head}extends: [../a.yaml, «.././a.yaml»]\n` },
    "P301",
    ["already"],
  ],
  [
    "a file that its neighbour brings",
    {
      "specs/a.yaml": `${top}extends: [./b.yaml]\n`,
      "specs/b.yaml": top,
      [own]: `${head}extends: [../a.yaml, «../b.yaml»]\n`,
    },
    "P301",
    ["already"],
  ],
  [
    "a provider's name in a base",
    { "specs/a.yaml": `${top}«provider»: x\n`, [own]: `${head}extends: [../a.yaml]\n` },
    "P002",
    ["no place", "not whom"],
  ],
  [
    "operations in a base",
    { "specs/a.yaml": `${top}«operations»: { getThing: { retry: none } }\n`, [own]: `${head}extends: [../a.yaml]\n` },
    "P002",
    ["policies of the providers"],
  ],
  [
    "hosts in a base",
    {
      "specs/a.yaml": `${top}«servers»: { a: { url: "https://a.example" } }\n`,
      [own]: `${head}extends: [../a.yaml]\n`,
    },
    "P002",
    [],
  ],
  [
    "a base without a format version",
    { "specs/a.yaml": "«defaults»: {}\n", [own]: `${head}extends: [../a.yaml]\n` },
    "P003",
    ["lacks `policy`"],
  ],
];

describe("mistakes", () => {
  test.each(mistakes)("%s", async (_, files, code, words) => {
    const texts = Object.entries(files).map(([name, text]) => ({ name, ...unmark(text) }));
    const { diagnostics } = await policyAmong(Object.fromEntries(texts.map(({ name, text }) => [name, text])));
    expect(told(diagnostics)).toHaveLength(1);
    const marked = texts.find(({ marks }) => marks.length > 0)!;
    expect(diagnostics[0]).toMatchObject({ code, severity: "error", file: marked.name });
    expect(toMark(diagnostics[0]!)).toEqual(marked.marks[0]);
    for (const word of words) expect(`${diagnostics[0]?.message} ${diagnostics[0]?.fix}`).toContain(word);
  });

  test("a chain that is too long, and too many files", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`specs/${i}.yaml`, `${top}extends: [./${i + 1}.yaml]\n`]),
    );
    const deep = await policyAmong({ ...chain, "specs/12.yaml": top, [own]: `${head}extends: [../0.yaml]\n` });
    expect(deep.diagnostics.map((one) => `${one.file} ${one.code} ${one.message}`)).toEqual([
      "specs/7.yaml P003 bases go 8 files deep and are 32 at most",
    ]);
    const names = Array.from({ length: 40 }, (_, i) => `./${i}.yaml`);
    const many = await policyAmong({
      ...Object.fromEntries(names.map((name) => [`specs/things/${name}`, top])),
      [own]: `${head}extends: [${names.join(", ")}]\n`,
    });
    expect(new Set(many.diagnostics.map((one) => one.code))).toEqual(new Set(["P003"]));
    expect(many.bases.size).toBe(32);
  });

  test("a link does not lead out of the project", async () => {
    const outside = await mkdtemp(join(tmpdir(), "couplet-outside-"));
    writeFileSync(join(outside, "base.yaml"), top);
    const before = await policyAmong({ [own]: `${head}extends: [./linked/base.yaml]\n` });
    expect(told(before.diagnostics)).toEqual([expect.stringContaining("P202 there is no such file")]);
    const folder = dirname(before.files[0]!);
    symlinkSync(outside, join(folder, "linked"));
    const { diagnostics } = await loadPolicy("specs/things/policy.yaml", { cwd: dirname(dirname(folder)) });
    expect(told(diagnostics)).toEqual([expect.stringContaining("P003 a base must lie inside the project")]);
    await rm(outside, { recursive: true });
  });
});
