import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { toStructural } from "../../../generator/load/policy-issues.ts";
import { duration, rate, share, size } from "../../../generator/load/policy-quantities.ts";
import { count, date, factor } from "../../../generator/load/policy-scalars.ts";
import { policySchema } from "../../../generator/load/policy-schema.ts";
import { printPolicySchema, toPolicyJsonSchema } from "../../../generator/policy-json-schema.ts";
import type { PolicyMap } from "../../../generator/policy-model.ts";
import { unmark } from "./harness.ts";
import { mistakes, top } from "./structural-mistakes.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

// `examples` and `default` are checked below; `strictTypes` would refuse `type: [string, null]`.
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const schema = toPolicyJsonSchema();
const accepts = ajv.compile(schema);

const yaml = (text: string): unknown => parse(text, { version: "1.2", schema: "core" });

const sound = [
  ...["klaviyo", "segment", "shippo", "shopify", "stripe"].map((name) => `specs/${name}/policy.yaml`),
  ...["pay", "shop", "every-key"].map((name) => `test/generator/policy/fixtures/${name}.policy.yaml`),
];

test.each(sound)("%s is accepted", (path) => {
  accepts(yaml(read(path)));
  expect(accepts.errors ?? []).toEqual([]);
});

describe("what the loader refuses", () => {
  // YAML's own mistakes are gone before a schema sees the data.
  const seen = mistakes.filter(([, , code]) => code !== "P001");
  test.each(seen)("%s", (_, marked) => expect(accepts(yaml(unmark(marked).text))).toBe(false));

  /** Refused by the loader, and beyond a schema. */
  const beyond: readonly [what: string, policy: string][] = [
    ["a duration that is rounded to nothing", "defaults: { timeouts: { attempt: 0.0001ms } }"],
    ["a number beyond what is exact", "defaults: { retry: { maxAttempts: 9007199254740993 } }"],
    ["a literal secret", `auth: { apply: { header: A, value: "${["sk", "live", "a1B2c3D4e5F6g7H8"].join("_")}" } }`],
    ["keys that the plan wants together", "rateLimits: { a: { leak: { per: 1s } } }"],
  ];
  test.each(beyond)("beyond it: %s", (_, policy) => expect(accepts(yaml(top + policy))).toBe(true));
});

test("loader and schema agree on any one change of a policy that uses every key", () => {
  type Tree = { [key: string]: unknown };
  const whole = yaml(read("test/generator/policy/fixtures/every-key.policy.yaml")) as Tree;
  const places: (readonly string[])[] = [];
  const collect = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === "advice" || key === "hosts") continue;
      places.push([...path, key]);
      collect(child, [...path, key]);
    }
  };
  collect(whole, []);
  // The loader leaves words of advice, hosts and the grammar of pointers to the plan: there the schema says more.
  const replacement = fc.constantFrom<unknown>(
    ...[null, true, 0, 1, -1, 1.5, 300, "", "none", "30s", "0s", "10%", "5MB", "GET", "allow", "text", "/a", "#/a"],
    ...["2026-11-20", "https://a.example", [], ["text"], [1], {}, { from: "text" }, { "x-a": 1 }],
  );
  const change = fc.oneof(
    fc.record({ kind: fc.constant("replace" as const), value: replacement }),
    fc.record({ kind: fc.constantFrom("remove" as const, "rename" as const, "note" as const), value: fc.constant(1) }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), change, (place, { kind, value }) => {
      // The rest of the policy only costs time.
      const [first, second] = place as readonly [string, string?];
      const block = whole[first] as Tree;
      const kept = first === "defaults" && second ? { [second]: block[second] } : block;
      const policy = structuredClone({ policy: whole["policy"], [first]: kept }) as Tree;
      const owner = place.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, policy);
      const key = place.at(-1)!;
      if (kind === "replace") owner[key] = value;
      else if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else {
        if (kind !== "remove") owner[kind === "note" ? `x-${key}` : `${key}x`] = owner[key];
        delete owner[key];
      }
      const parsed = policySchema.safeParse(policy);
      const { findings } = toStructural(parsed.success ? [] : parsed.error.issues, policy as PolicyMap);
      expect({ place, accepted: accepts(policy) }).toEqual({ place, accepted: findings.length === 0 });
    }),
    { numRuns: 2000 },
  );
}, 30_000);

describe("scalars: the schema says what the loader does", () => {
  const figure = fc.oneof(
    fc.constantFrom("0", "00", "1", "30", "1.5", "0.0", "99.9", "100", "100.0", "101", "1.", ".5", "-1", "1e3", ""),
    fc.integer({ min: 0, max: 10_000 }).map(String),
  );
  const unit = fc.constantFrom("ms", "s", "m", "h", "d", "%", "B", "KB", "MiB", "GB", "kb", "sec", " s", "", "S");
  const text = fc.oneof(
    fc.tuple(figure, unit).map((parts) => parts.join("")),
    fc.string({ maxLength: 6 }),
    fc.constantFrom("2026-11-20", "2026-02-30", "2026-1-1", "20261120"),
  );
  const anything = fc.oneof(
    text,
    fc.integer({ min: -5, max: 5 }),
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.boolean(),
  );
  const scalars: readonly [string, z.ZodType][] = [
    ["duration", duration()],
    ["duration or zero", duration({ zero: true })],
    ["share", share],
    ["rate", rate],
    ["size", size],
    ["count", count(1)],
    ["factor", factor(1)],
    ["date", date],
  ];
  test.each(scalars)("%s", (_, scalar) => {
    const check = ajv.compile(z.toJSONSchema(scalar, { io: "input", unrepresentable: "any" }));
    fc.assert(
      fc.property(anything, (value) => {
        expect(check(value)).toBe(scalar.safeParse(value).success);
      }),
      {
        numRuns: 500,
      },
    );
  });
});

describe("what editors show", () => {
  type Node = { readonly [keyword: string]: unknown };
  const keys: [path: string, node: Node][] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, child] of Object.entries(node)) {
      if (name === "properties") {
        for (const [key, value] of Object.entries(child as Record<string, Node>)) {
          keys.push([`${path}.${key}`, value]);
          walk(value, `${path}.${key}`);
        }
      } else if (name !== "default" && name !== "examples") walk(child, name === "anyOf" ? path : `${path}/${name}`);
    }
  };
  walk(schema, "");

  test("every key is described in one line", () => {
    expect(keys.length).toBeGreaterThan(250);
    const bad = keys.filter(
      ([, node]) => !/^(?![A-Z][a-z])[^\n](?!.*\.$).{5,240}$/.test(String(node["description"] ?? "")),
    );
    expect(bad.map(([path, node]) => `${path}: ${String(node["description"])}`)).toEqual([]);
  });

  test("defaults and examples are values that the key takes", () => {
    const wrong = keys.flatMap(([path, node]) => {
      const check = ajv.compile({ ...node, $defs: schema["$defs"] });
      const shown = [...("default" in node ? [node["default"]] : []), ...((node["examples"] as unknown[]) ?? [])];
      return shown.filter((value) => !check(value)).map((value) => `${path}: ${JSON.stringify(value)}`);
    });
    expect(wrong).toEqual([]);
  }, 20_000);

  test("the file beside the policies is fresh, and each policy names it", () => {
    expect(read("specs/policy.schema.json")).toBe(printPolicySchema());
    for (const path of sound.filter((one) => one.startsWith("specs/")))
      expect(read(path).split("\n")[0]).toBe("# yaml-language-server: $schema=../policy.schema.json");
  });
});
