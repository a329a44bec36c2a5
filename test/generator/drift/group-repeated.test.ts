import { describe, expect, test } from "vitest";
import type { Finding } from "../../../generator/drift/finding.ts";
import { whereOf } from "../../../generator/drift/where.ts";
import { api, diff, type Json, told } from "./api-pair.ts";

type Parts = (index: number) => Json;

/** `GET /t0`, `GET /t1`, … with these parts each. */
function many(count: number, parts: Parts): Json {
  const operation = (index: number): Json => ({ responses: { "204": { description: "" } }, ...parts(index) });
  return api({
    paths: Object.fromEntries(Array.from({ length: count }, (_, index) => [`/t${index}`, { get: operation(index) }])),
  });
}

function header(name: string, schema: Json, more: Json = {}): Json {
  return { name, in: "header", schema: { type: "string", ...schema }, ...more };
}

const pinned = (day: string): Parts => {
  return () => ({ parameters: [header("revision", { default: day })] });
};
const limit = (maximum: number): Json => ({ name: "limit", in: "query", schema: { type: "integer", maximum } });
const answering = (headers: Json): Parts => {
  return () => ({ responses: { "200": { description: "", headers } } });
};
const shared = (description: string, more: Json): Json =>
  api({
    paths: {
      "/t": {
        parameters: [header("revision", {}, more)],
        get: { responses: { "204": { description } } },
        put: { responses: { "204": { description } } },
      },
    },
  });

/** `[what, base, revision, findings with how many operations each reaches]` */
const rows: readonly (readonly [what: string, base: Json, revision: Json, findings: readonly string[]])[] = [
  ["alike in all: one", many(5, pinned("1")), many(5, pinned("2")), ["risky request-default-changed 5"]],
  ["in three: one", many(3, pinned("1")), many(3, pinned("2")), ["risky request-default-changed 3"]],
  [
    "in two: each of its own",
    many(2, pinned("1")),
    many(2, pinned("2")),
    ["risky request-default-changed 1", "risky request-default-changed 1"],
  ],
  [
    "otherwise in one of them: that one of its own",
    many(5, pinned("1")),
    many(5, (index) => pinned(index === 3 ? "3" : "2")(index)),
    ["risky request-default-changed 4", "risky request-default-changed 1"],
  ],
  [
    "the parameter as such",
    many(4, () => ({})),
    many(4, () => ({ parameters: [header("tenant", {}, { required: true })] })),
    ["breaking! required-parameter-added 4"],
  ],
  [
    "another place in the list of parameters",
    many(4, (index) => ({ parameters: index % 2 === 0 ? [limit(5), header("a", {})] : [header("a", {}), limit(5)] })),
    many(4, (index) => ({ parameters: index % 2 === 0 ? [limit(4), header("a", {})] : [header("a", {}), limit(4)] })),
    ["risky request-maximum-tightened 4"],
  ],
  [
    "two parameters: two",
    many(3, () => ({ parameters: [header("a", {}), header("b", {})] })),
    many(3, () => ({})),
    ["breaking parameter-removed 3", "breaking parameter-removed 3"],
  ],
  [
    "written once for the whole path: one, of two operations too",
    shared("", {}),
    shared("", { deprecated: true }),
    ["notice parameter-deprecated 2"],
  ],
  [
    "headers of answers",
    many(3, answering({ "X-Total": { schema: { type: "integer" } } })),
    many(3, answering({})),
    ["breaking header-removed 3"],
  ],
  [
    "members of inline bodies are each operation's own",
    many(3, () => ({
      responses: { "200": { description: "", content: { "application/json": { schema: { type: "string" } } } } },
    })),
    many(3, () => ({
      responses: { "200": { description: "", content: { "application/json": { schema: { type: "integer" } } } } },
    })),
    ["breaking response-type-changed 1", "breaking response-type-changed 1", "breaking response-type-changed 1"],
  ],
];

describe("an edit that is repeated", () => {
  for (const [what, base, revision, findings] of rows) {
    test(what, async () => {
      const found = await diff(base, revision);
      const texts = found.map((finding) => `${told(finding)} ${finding.occurrences.length}`);
      expect(texts.sort()).toEqual([...findings].sort());
      expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
    });
  }

  test("says where each operation has it, and stands at the first", async () => {
    const [finding] = await diff(many(3, pinned("1")), many(3, pinned("2")), { provider: "acme", apiVersion: "1" });
    const place = (index: number): Finding["pointer"] => {
      const pointer = `/paths/~1t${index}/get/parameters/0/schema`;
      return { base: pointer, revision: pointer };
    };
    expect(finding).toMatchObject({ pointer: place(0), location: { base: { line: expect.any(Number) } } });
    expect(finding?.operation).toBeUndefined();
    expect(finding?.message).toBe('header revision has the default "2" instead of "1", in 3 operations');
    expect(finding?.occurrences.map(({ pointer }) => pointer)).toEqual([0, 1, 2].map(place));
    expect(whereOf(finding!)).toBe("acme@1 header revision");
  });

  test("an approval outlives operations that come and go", async () => {
    const one = async (count: number): Promise<Finding | undefined> =>
      (await diff(many(count, pinned("1")), many(count, pinned("2")))).at(0);
    const skipped = await diff(
      many(6, (index) => (index === 0 ? {} : pinned("1")(index))),
      many(6, (index) => (index === 0 ? {} : pinned("2")(index))),
    );
    const first = await one(3);
    for (const other of [await one(4), skipped.at(0)]) {
      expect(other?.fingerprint).toBe(first?.fingerprint);
      expect(whereOf(other!)).toBe(whereOf(first!));
    }
  });
});
