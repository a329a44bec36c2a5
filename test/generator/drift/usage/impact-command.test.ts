import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type ImpactFlags, runImpact } from "../../../../generator/commands/impact.ts";
import type { Finding } from "../../../../generator/drift/finding.ts";
import { projectRoot } from "../../explain/run-in-project.ts";
import { findingOf } from "./finding-of.ts";
import { sampleTsconfig } from "./sample-consumer.ts";

const out = mkdtempSync(join(tmpdir(), "couplet-impact-"));
afterAll(() => rmSync(out, { recursive: true }));

const project = relative(projectRoot, sampleTsconfig);
const schemas = "/components/schemas";
const charges = findingOf({
  fingerprint: "00000000000000c1",
  rule: "response-property-removed",
  pointer: { base: `${schemas}/PaymentIntent/properties/charges`, revision: `${schemas}/PaymentIntent` },
  message: "PaymentIntent.charges is removed",
  fix: "read latest_charge",
});
const shipping = findingOf({
  fingerprint: "00000000000000c2",
  rule: "response-property-removed",
  pointer: { base: `${schemas}/Customer/properties/balance`, revision: `${schemas}/Customer` },
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(flags: ImpactFlags, found: readonly Finding[] = [charges, shipping]): Promise<Run> {
  let [told, err] = ["", ""];
  const diff = () => [...found];
  const console = {
    cwd: projectRoot,
    colour: false,
    out: (text: string) => {
      told += `${text}\n`;
    },
    err: (text: string) => {
      err += `${text}\n`;
    },
    progress: () => {},
  };
  return { code: await runImpact({ now: "2026-11-22", ...flags }, console, diff), out: told, err };
}

describe("moving to another version", { timeout: 60_000 }, () => {
  test("text names the lines, what the compiler says there, and what to do", async () => {
    const { code, out: text } = await run({ project, to: "stripe@2022-11-15" });
    expect(code).toBe(1);
    console.log(text);
    expect(text).toContain("response-property-removed");
  });
});
