import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoredAnswer } from "../../../runtime/stores/answer-store.ts";
import { MemoryAnswerStore } from "../../../runtime/stores/memory-answer-store.ts";

const answer = (bytes: number): StoredAnswer => ({
  status: 200,
  headers: [["etag", '"1"']],
  body: new Uint8Array(bytes),
  at: 0,
});

test("the answer that was not asked for the longest goes first", () => {
  const store = new MemoryAnswerStore({ maxEntries: 2 });
  store.set("a", answer(1));
  store.set("b", answer(1));
  store.get("a");
  store.set("c", answer(1));
  expect(["a", "b", "c"].map((key) => store.get(key) !== undefined)).toEqual([true, false, true]);
});

test("one answer does not take the room of ten", () => {
  const store = new MemoryAnswerStore({ maxBytes: 10_000 });
  store.set("small", answer(10));
  store.set("great", answer(1_000));
  expect(store.get("great")).toBeUndefined();
  expect(store.get("small")).toBeDefined();
  // Neither does a kept one that has grown out of it: it is gone.
  store.set("small", answer(5_000));
  expect(store).toMatchObject({ entries: 0, bytes: 0 });
});

test("law: neither bound is ever passed, and the count of bytes is that of what is there", () => {
  const step = fc.record({ key: fc.constantFrom(..."abcdefgh"), bytes: fc.nat(1_500), get: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const store = new MemoryAnswerStore({ maxEntries: 5, maxBytes: 6_000 });
      for (const { key, bytes, get } of steps) {
        if (get) store.get(key);
        else store.set(key, answer(bytes));
        expect(store.entries).toBeLessThanOrEqual(5);
        expect(store.bytes).toBeLessThanOrEqual(6_000);
      }
      const sizes = [..."abcdefgh"].flatMap((key) => store.get(key)?.body.byteLength ?? []);
      const fixed = 256 + 2 * (1 + "etag".length + '"1"'.length);
      expect(store.bytes).toBe(sizes.reduce((sum, size) => sum + size + fixed, 0));
    }),
    { numRuns: 200 },
  );
});
