/** Random traces against a reference that counts everything anew: 2,000 in `npm test`, 100,000 in `npm run test:long`. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Circuit } from "../../../runtime/circuit.ts";
import { Circuits, type Entry } from "../../../runtime/circuits.ts";
import { runs } from "../../runs.ts";
import { breakerOf } from "../policy-fixture.ts";
import { type ReferenceCall, ReferenceCircuits } from "./reference.ts";

type Step =
  | { readonly kind: "call"; readonly tenant: number }
  | { readonly kind: "end"; readonly which: number; readonly failed: boolean | undefined }
  | { readonly kind: "wait"; readonly ms: number };

const tenants = [undefined, "a", "b", "c", "d", "e"] as const;
const policy = fc.record({
  scope: fc.constantFrom("tenant", "tenant", "server"),
  minRequests: fc.integer({ min: 2, max: 8 }),
  failureRate: fc.constantFrom(0.25, 0.5, 1),
  consecutive: fc.integer({ min: 1, max: 8 }),
  stalled: fc.constantFrom({ failures: 3, for: 100 }, { failures: 2, for: 1_000 }),
  window: fc.constantFrom(1_000, 10_000),
  openMax: fc.constantFrom(2_000, 3_000, 60_000),
  probes: fc.constantFrom([1], [1, 2, 4], [2, 3]),
  tenants: fc.constantFrom({ failing: 3, share: 0.5 }, { failing: 2, share: 1 }),
});
const step = (failing: number): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 50, arbitrary: fc.record({ kind: fc.constant("call" as const), tenant: fc.nat(tenants.length - 1) }) },
    {
      weight: 50,
      arbitrary: fc.record({
        kind: fc.constant("end" as const),
        which: fc.nat(20),
        failed: fc.nat(99).map((dice) => (dice < 5 ? undefined : dice < failing)),
      }),
    },
    {
      weight: 20,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.oneof(fc.nat(150), fc.nat(4_000)) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(150_000) }) },
  );
const trace = fc
  .constantFrom(10, 40, 70, 95)
  .chain((failing) => fc.array(step(failing), { minLength: 5, maxLength: 80, size: "max" }));

test("behaves as the reference on random traces", { timeout: 600_000 }, () => {
  const seen = { admitted: 0, refused: 0, probing: 0 };
  fc.assert(
    fc.property(policy, trace, fc.double({ min: 0, max: 0.999, noNaN: true }), (changes, steps, random) => {
      const figures = breakerOf(changes as never);
      let now = 12_345;
      const clock = { now: () => now, mono: () => now, random: () => random, sleep: () => Promise.resolve() };
      const circuits = new Circuits(figures, clock);
      const reference = new ReferenceCircuits(figures);
      const calls: { readonly entry: Entry; readonly expected: ReferenceCall }[] = [];
      for (const next of steps) {
        if (next.kind === "wait") now += next.ms;
        else if (next.kind === "call") {
          const tenant = tenants[next.tenant];
          const expected = reference.enter(tenant, now);
          const entered = circuits.enter(tenant);
          if (typeof expected === "number") {
            seen.refused += 1;
            expect(entered instanceof Circuit ? entered.wait() : "admitted").toBeCloseTo(expected, 6);
            continue;
          }
          expect(entered, "admits").not.toBeInstanceOf(Circuit);
          seen.admitted += 1;
          calls.push({ entry: entered as Entry, expected });
        } else if (calls.length > 0) {
          const [{ entry, expected }] = calls.splice(next.which % calls.length, 1) as [(typeof calls)[number]];
          circuits.settle(entry, next.failed === undefined ? undefined : next.failed ? "failed" : "well");
          const before = [...reference.states.values()].filter(({ is }) => is === "probing").length;
          reference.settle(expected, next.failed, now, random);
          seen.probing += before;
        }
        for (const [key, state] of reference.states) {
          const most = figures.probes[state.step] ?? 0;
          if (state.is === "probing") expect(state.under.size, key).toBeLessThanOrEqual(most);
        }
      }
    }),
    { numRuns: runs(2_000) },
  );
  // A law over traces in which nothing happens would hold too.
  expect(seen.refused).toBeGreaterThan(runs(1_000));
  expect(seen.admitted).toBeGreaterThan(runs(10_000));
  expect(seen.probing).toBeGreaterThan(runs(300));
});
