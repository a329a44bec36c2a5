import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { applyApprovals } from "../../../generator/drift/apply-approvals.ts";
import { addApprovals, removeApprovals } from "../../../generator/drift/edit-approvals.ts";
import type { Approval, Finding } from "../../../generator/drift/finding.ts";
import { readApprovals, type WrittenApproval } from "../../../generator/drift/read-approvals.ts";
import { whereOf } from "../../../generator/drift/where.ts";
import { InputError } from "../../../generator/errors.ts";
import { runs } from "../../runs.ts";
import { finding } from "./fixture-report.ts";

const file = "couplet.approvals.yaml";
const entry = "  - { fingerprint: b7c1e0a94f2d11aa, rule: response-enum-value-added, reason: handled }\n";
const listed = (text: string): string => `version: 1\napprovals:\n${text}`;

/** What is wrong, and the first line of what is told. */
test.each<[string, string, string]>([
  ["syntax", "version: [1\n", "2:1 not valid YAML: "],
  ["no map", "- a\n", "1:1 this is no file of approvals"],
  ["no version", "approvals: []\n", "1:1 the file is not of version 1"],
  ["another version", "version: 2\n", "1:10 the file is not of version 1"],
  ["a key of the file", "version: 1\napproved: []\n", "2:1 there is no key `approved` here"],
  ["no list", "version: 1\napprovals: { a: b }\n", "2:12 `approvals` is no list"],
  ["a plain word", listed("  - yes\n"), "3:5 an approval is a map of keys"],
  ["an alias", listed("  - &a { fingerprint: x }\n  - *a\n"), "3:23 `fingerprint` is not 16 hex digits"],
  ["an unknown key", listed(entry.replace("reason", "because")), "3:71 an approval has no key `because`"],
  ["no reason", listed("  - { fingerprint: b7c1e0a94f2d11aa, rule: a }\n"), "3:5 the approval has no `reason`"],
  ["an empty reason", listed(entry.replace("handled", '" "')), "3:79 `reason` is no text"],
  ["a list as reason", listed(entry.replace("handled", "[a]")), "3:79 `reason` is no text"],
  ["a wrong day", listed(entry.replace("handled", "h, until: 2027-02-30")), "3:89 `until` is not a day"],
  ["a wrong rule", listed(entry.replace("response-", "Response ")), "3:44 `rule` is not the name of a rule"],
  ["a name of Object.prototype", listed(entry.replace("reason", "toString")), "3:71 an approval has no key `toString`"],
])("a file with %s is refused at its place", (_, text, told) => {
  try {
    readApprovals(file, text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first] = error.diagnostics;
    expect(`${first!.line}:${first!.column} ${first!.message}`.slice(0, told.length)).toBe(told);
    expect(first).toMatchObject({ file, code: "A001", severity: "error", fix: expect.any(String) });
    return;
  }
  expect.unreachable("it was read");
});

test.each(["", "# nothing yet\n", "version: 1\n", "version: 1\napprovals:\n", "version: 1\napprovals: []\n"])(
  "a file without approvals has none: %j",
  (text) => expect(readApprovals(file, text)).toEqual([]),
);

test("a fingerprint of digits alone is still text", () => {
  const text = listed(entry.replace("b7c1e0a94f2d11aa", "1234567890123456"));
  expect(readApprovals(file, text)[0]!.approval.fingerprint).toBe("1234567890123456");
  const again = addApprovals(text, [{ fingerprint: "12e4567890123456", rule: "a", reason: "b" }]);
  expect(parse(again).approvals[1].fingerprint).toBe("12e4567890123456");
});

describe("an approval", () => {
  const found = finding({});
  const where = whereOf(found);
  const approval: Approval = { fingerprint: found.fingerprint, rule: found.rule, reason: "handled" };
  const location = { file, line: 3, column: 5 };
  const rows: [string, Approval, "holds" | string | undefined][] = [
    ["without a place", approval, "holds"],
    ["with its place", { ...approval, where }, "holds"],
    ["with its place in other spaces", { ...approval, where: where.replace(" ", "  ") }, "holds"],
    ["on its last day", { ...approval, until: "2026-11-22" }, "holds"],
    ["after its last day", { ...approval, until: "2026-11-21" }, "it ended on 2026-11-21"],
    [
      "of another rule",
      { ...approval, rule: "other" },
      "its fingerprint is that of a finding of `response-enum-value-added`",
    ],
    ["of another place", { ...approval, where: `${where}/x` }, `its fingerprint is that of ${where}`],
    [
      "of another fingerprint",
      { ...approval, where, fingerprint: "0".repeat(16) },
      "nothing has its fingerprint any more",
    ],
    [
      "of another fingerprint and version",
      { ...approval, where: where.replace("@", "@x"), fingerprint: "0".repeat(16) },
      undefined,
    ],
    ["of another version", { ...approval, where: where.replace("@", "@x") }, undefined],
    [
      "of another version, after its last day",
      { ...approval, where: where.replace("@", "@x"), until: "2020-01-01" },
      "it ended on 2020-01-01",
    ],
  ];
  test.each(rows)("%s", (_, given, wanted) => {
    const written: WrittenApproval[] = [{ approval: given, location }];
    const scope = { today: "2026-11-22", isComplete: (name: string) => name === "acme@2026-01" };
    const { findings, stale } = applyApprovals([found], written, scope);
    expect(findings[0]!.approval).toEqual(wanted === "holds" ? given : undefined);
    expect(stale).toEqual(wanted === "holds" || wanted === undefined ? [] : [{ ...given, problem: wanted, location }]);
  });
  test("of each of two versions", () => {
    const other = finding({ apiVersion: "2026-02" });
    const written = [found, other].map((one) => ({ approval: { ...approval, where: whereOf(one) }, location }));
    const judged = applyApprovals([found, other], written, { today: "2026-11-22", isComplete: () => true });
    expect(judged.stale).toEqual([]);
    expect(judged.findings.map((one) => one.approval?.where)).toEqual([whereOf(found), whereOf(other)]);
  });
});

test.each<[Partial<Finding>, string]>([
  [{}, "acme@2026-01 /components/schemas/Charge/properties/status"],
  [{ pointer: { revision: "/paths/~1new" } }, "acme@2026-01 /paths/~1new"],
  [{ pointer: {}, provider: "bolt" }, "bolt@2026-01"],
  [{ operation: { key: "a", method: "GET", path: "/a b\n" }, pointer: {} }, "acme@2026-01 GET /a b\\u000a"],
])("%j is at %s", (changes, where) => expect(whereOf(finding(changes))).toBe(where));

describe("changing the file", () => {
  const added: Approval = {
    fingerprint: "00000000000000aa",
    rule: "new-rule",
    where: "GET /a: #b",
    reason: "x: # y\nz",
  };
  const text = `# ours\nversion: 1\napprovals:\n  # status\n${entry.replace("\n", "   # note\n")}# end\n`;
  test("adds at the end and leaves every other line", () => {
    const after = addApprovals(text, [added]);
    expect(after).toBe(
      text
        .replace(
          "# end",
          '  - fingerprint: "00000000000000aa"\n    rule: new-rule\n    where: "GET /a: #b"\n    reason: |-\n      x: # y\n      z\n# end',
        )
        .replace('"00000000000000aa"', "00000000000000aa"),
    );
    expect(readApprovals(file, after).map((one) => one.approval)).toEqual([
      { fingerprint: "b7c1e0a94f2d11aa", rule: "response-enum-value-added", reason: "handled" },
      added,
    ]);
  });
  test.each<[string, string | undefined]>([
    ["no file", undefined],
    ["an empty file", ""],
    ["only a comment", "# ours\n"],
    ["an empty list", "version: 1 # one\napprovals: []\n"],
    ["no list", "version: 1\n"],
    ["a list on one line", "version: 1\napprovals: [{ fingerprint: b7c1e0a94f2d11aa, rule: a, reason: b }]\n"],
    ["a list that is not indented", listed("- { fingerprint: b7c1e0a94f2d11aa, rule: a, reason: b }")],
    [
      "a folded text at the end",
      listed("  - fingerprint: b7c1e0a94f2d11aa\n    rule: a\n    reason: >\n      b\n      c\n"),
    ],
  ])("adds to %s", (_, before) => {
    const after = addApprovals(before, [added]);
    const old = before === undefined ? [] : readApprovals(file, before);
    expect(readApprovals(file, after).map((one) => one.approval)).toEqual([...old.map((one) => one.approval), added]);
    for (const comment of before?.match(/#.*/g) ?? []) expect(after).toContain(comment);
  });
  test("renews in its place", () => {
    const old = readApprovals(file, text)[0]!.approval;
    const after = addApprovals(text, [{ ...old, reason: "again", until: "2027-01-31" }, added]);
    expect(readApprovals(file, after).map((one) => one.approval.reason)).toEqual(["again", added.reason]);
    expect(after).toContain("# status");
  });
  test("knows the same finding of two versions apart", () => {
    const of = (version: string): Approval => ({ ...added, where: `acme@${version} /x` });
    const both = addApprovals(addApprovals(text, [of("v1")]), [of("v2")]);
    expect(readApprovals(file, both).map((one) => one.approval.where)).toEqual([undefined, "acme@v1 /x", "acme@v2 /x"]);
  });
  test("removes an entry with its comment and keeps the others'", () => {
    const both = addApprovals(text, [added]);
    expect(removeApprovals(both, new Set([1]))).toContain("# status");
    const left = removeApprovals(both, new Set([0]));
    expect(left).not.toContain("# status");
    expect(readApprovals(file, left).map((one) => one.approval)).toEqual([added]);
    expect(removeApprovals(both, new Set())).toBe(both);
    expect(readApprovals(file, removeApprovals(both, new Set([0, 1])))).toEqual([]);
  });
  test("whatever is added is read back", { timeout: 30_000 }, () => {
    const words = fc.string({ unit: "binary", minLength: 1 }).filter((one) => one.trim() !== "");
    const approval = fc.record(
      {
        fingerprint: fc.stringMatching(/^[0-9a-f]{16}$/),
        rule: fc.constant("a-rule"),
        reason: words,
        where: words,
        by: words,
      },
      { requiredKeys: ["fingerprint", "rule", "reason"] },
    );
    const unique = fc.uniqueArray(approval, { selector: (one) => one.fingerprint, minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(unique, unique, (first, second) => {
        const rest = second.filter((one) => !first.some((other) => other.fingerprint === one.fingerprint));
        const after = addApprovals(addApprovals(undefined, first), rest);
        expect(readApprovals(file, after).map((one) => one.approval)).toEqual([...first, ...rest]);
      }),
      {
        numRuns: runs(60),
        examples: [
          [[{ fingerprint: "a".repeat(16), rule: "a-rule", reason: "\u0000", by: " \u0000" }], []],
          [[{ fingerprint: "a".repeat(16), rule: "a-rule", reason: "two\u2028lines" }], []],
        ],
      },
    );
  });
});
