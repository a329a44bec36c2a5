import { describe, expect, test } from "vitest";
import { InputError } from "../../../generator/errors.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import { policyOf, told, toMark, unmark } from "./harness.ts";
import { mistakes, top } from "./structural-mistakes.ts";

describe("structural mistakes", () => {
  test.each(mistakes)("%s", async (_, marked, code, words) => {
    const { text, marks } = unmark(marked);
    const { diagnostics } = await policyOf(text);
    expect(told(diagnostics)).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code, severity: "error" });
    if (marks[0]) expect(toMark(diagnostics[0]!)).toEqual(marks[0]);
    for (const word of words) expect(`${diagnostics[0]?.message} ${diagnostics[0]?.fix}`).toContain(word);
    expect(diagnostics[0]?.fix).toBeTruthy();
  });

  test("all of them in one run, in the order of the file", async () => {
    const source = await policyOf(
      `${top}defaults:\n  timeouts: { attempt: 30 }\n  retry: { maxAttempts: 0, tries: 1 }\nbogus: 1\n`,
    );
    expect(source.diagnostics.map((one) => `${one.line} ${one.code}`)).toEqual([
      "3 P101",
      "4 P102",
      "4 P002",
      "5 P002",
    ]);
    expect(JSON.stringify(source.data)).toBe('{"policy":"1.0","defaults":{"timeouts":{},"retry":{}}}');
  });

  test("x- keys, anchors, null leaves and quoted words pass", async () => {
    const text = `${top}x-note: { any: thing }\ndefaults: &d\n  x-why: because\n  headers: { X-Answer: "no" }\n  retry: { maxAttempts: null, on: [rejected] }\nversions:\n  "1": { policy: { defaults: *d } }\n`;
    expect(told((await policyOf(text)).diagnostics)).toEqual([]);
  });
});

describe("files", () => {
  test("a missing file is an input error with a path", async () => {
    await expect(loadPolicy("nowhere.yaml", { cwd: "/" })).rejects.toBeInstanceOf(InputError);
    await expect(loadPolicy("nowhere.yaml", { cwd: "/" })).rejects.toThrow("nowhere.yaml:1:1 error P001");
  });

  const odd: readonly [string, string | Uint8Array, string][] = [
    ["empty", "", "P003"],
    ["not UTF-8", Uint8Array.of(0xff, 0xfe, 0x41), "P001"],
    ["too large", "#".repeat(1_048_577), "P001"],
    ["deeply nested", `a: ${"[".repeat(20_000)}`, "P001"],
    ["several documents", `${top}---\na: 1`, "P001"],
    [
      "an alias bomb",
      [
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        ..."bcdefg".split("").map((key, i) => `${key}: &${key} [${Array(10).fill(`*${"abcdef"[i]}`).join(", ")}]`),
      ].join("\n"),
      "P001",
    ],
  ];
  test.each(odd)("%s: one finding, never an exception", async (_, bytes, code) => {
    const { diagnostics } = await policyOf(bytes);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  test("a byte order mark is no mistake", async () => {
    expect(told((await policyOf(`\ufeff${top}provider: pay\n`)).diagnostics)).toEqual([]);
  });
});

describe("literal secrets", () => {
  const live = ["sk", "live", "a1B2c3D4e5F6g7H8"].join("_");
  const secrets: readonly [string, string][] = [
    ["a live key", live],
    ["a key with another prefix", ["courier", "live", "0a1b2c3d4e5f"].join("_")],
    ["a webhook secret", ["whsec", "0a1b2c3d4e5f"].join("_")],
    ["a chat token", ["xoxb", "123456789012", "abcdefgh"].join("-")],
    ["random text", "q7Zk2Lm9Xv4Rt8Bw1Ns6Yp3Hd5"],
    ["a hex key", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"],
  ];
  test.each(secrets)("%s is found and never shown", async (_, secret) => {
    const source = await policyOf(
      `${top}auth:\n  apply: { header: Authorization, value: "Bearer ${secret}", unknown: 1 }\n`,
    );
    expect(source.diagnostics.map((one) => one.code)).toEqual(["P601", "P002"]);
    expect(JSON.stringify(source.diagnostics)).not.toContain(secret);
    expect(source.diagnostics[0]?.excerpt?.text).toContain(`"Bearer ${"*".repeat(secret.length)}"`);
    expect(toMark(source.diagnostics[0]!)).toMatchObject({ line: 3, column: 42 });
    expect(JSON.stringify(source.data)).not.toContain(secret);
  });

  test("a credential can only be named, not written down", async () => {
    const { text, marks } = unmark(`${top}credentials:\n  a: «hunter2»\n  b: { env: B_KEY, value: «hunter3» }\n`);
    const { diagnostics } = await policyOf(text);
    expect(diagnostics.filter((one) => one.code === "P601").map(toMark)).toEqual(marks);
    expect(JSON.stringify(diagnostics)).not.toMatch(/hunter[23]/);
  });

  test("a note beside a credential is no literal, but a key in it is found", async () => {
    const policy = (note: string): string => `${top}credentials:\n  x-why: two\n  a: { env: A, x-note: ${note} }\n`;
    expect(told((await policyOf(policy("rotated monthly"))).diagnostics)).toEqual([]);
    expect((await policyOf(policy(live))).diagnostics.map((one) => one.code)).toEqual(["P601"]);
  });

  const harmless = [
    "GetPaymentIntentsIntentConfirmationTokens",
    "^(sk|rk)_(live|test)_",
    "https://docs.example.dev/api/usage/rate-limits-of-2026-and-more",
    "2026-07-29.dahlia-preview-of-something",
    "$response.body#/data/0/attributes/created_at",
  ];
  test.each(harmless)("%s is no secret", async (text) => {
    expect(told((await policyOf(`${top}source: { note: "${text}" }`)).diagnostics)).toEqual([]);
  });
});
