import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 15.39, generated: 25.24, everything: 54.53 } as const;

/** kB that a feature adds. */
const featureBounds: Readonly<Record<string, number>> = {
  "static credentials": 1.95,
  concurrency: 3.7,
  "rate limit": 0.97,
  "circuit breaker": 1.98,
  pagination: 0.91,
  "pages in the body, with a total": 1.15,
  "coerced values": 1.34,
  "OAuth client credentials": 2.93,
  "rate limit feedback": 0.42,
  "error rules": 0.42,
  "calls that change something": 0.5,
  "idempotency keys": 0.57,
  "server variables": 0.45,
  telemetry: 1.63,
  "log lines": 2.56,
  validation: 0.92,
  "a shared rate store": 0.64,
  "query parameters": 0.59,
  "header parameters": 0.36,
  "JSON body": 0.32,
  "form body": 0.85,
  "multipart body": 1.57,
  "key deep in the body": 0.81,
  "proof by repetition": 0.09,
  "comparison of bodies": 0.55,
  "buffered streams": 0.57,
  "queue timeout": 0.16,
  // It reads all formats but the two usual ones.
  "waits in texts": 0.59,
  "kept answers": 1.33,
  "answers without asking": 0.28,
  "answers in a shared store": 0.55,
  "waits for what was started": 1.55,
  batches: 1.49,
  "results by item": 0.42,
  "event stream": 1.36,
  downloads: 1.2,
  "typed headers": 0.25,
  "deprecation notices": 0.84,
};

describe("bundles of clients stay small", () => {
  test.each(Object.entries({ smallest, generated, everything }))("%s", async (name, program) => {
    const { gzip } = await bundleSize(program);
    expect(gzip / 1000).toBeLessThan(bounds[name as keyof typeof bounds]);
    // A bundle that has lost its runtime would be small too.
    expect(gzip / 1000).toBeGreaterThan(0.7 * bounds[name as keyof typeof bounds]);
  });

  test("every feature has its bound", () => {
    expect(Object.keys(featureBounds)).toEqual([...withFeature.keys()]);
  });

  test.each([...withFeature])("%s", async (name, { program, without }) => {
    const [base, more] = await Promise.all([bundleSize(without), bundleSize(program)]);
    expect((more.gzip - base.gzip) / 1000).toBeLessThan(featureBounds[name]!);
  });
});
