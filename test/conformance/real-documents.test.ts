import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createPackageFolder, findRealSpec, generatePackage, typeCheckPackage } from "./generate-package.ts";

/** `long`: its contract suite has hundreds of cases, and runs with COUPLET_LONG=1 only. */
const documents: readonly { readonly spec: string; readonly operations: number; readonly long?: true }[] = [
  { spec: "adyen-checkout/v72/openapi.json", operations: 28 },
  { spec: "klaviyo/2026-04-15/openapi.json", operations: 309, long: true },
  { spec: "openai/2026-08-21/openapi.yaml", operations: 288, long: true },
  { spec: "paypal-orders/2024-02-03/openapi.json", operations: 8 },
  { spec: "shippo/2018-02-08/openapi.yaml", operations: 70 },
  { spec: "stripe/2023-08-16/openapi.yaml", operations: 468, long: true },
];
const present = documents.filter(({ spec }) => findRealSpec(spec) !== undefined);
if (present.length < documents.length) {
  console.log(`skipped: ${documents.length - present.length} real documents (../shared/real-specs is absent)`);
}

/** Tests of a generated package's contract suite, as lines that start with `passed` or `failed`. */
async function runContractSuite(dir: string): Promise<string[]> {
  const script = fileURLToPath(new URL("./run-suites.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dir, "*/contract.test.ts"]);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  return Buffer.concat(chunks)
    .toString()
    .split(/\n(?=passed |failed )/);
}

// vitest takes an empty suite for a mistake.
describe.skipIf(present.length === 0)("real documents", () => {
  test.each(present.length === 0 ? documents : present)(
    "$spec: every operation, no type error, contract kept",
    { timeout: 240_000 },
    async ({ spec, operations, long }) => {
      const out = await createPackageFolder();
      try {
        const generated = await generatePackage(findRealSpec(spec) ?? spec, out);
        expect(generated.operations).toBe(operations);
        expect(await typeCheckPackage(out)).toBe("");
        if (long && process.env["COUPLET_LONG"] !== "1") return;
        const lines = await runContractSuite(out);
        expect(lines.filter((line) => !line.startsWith("passed "))).toEqual([]);
        // One more: every operation has a case.
        expect(lines).toHaveLength(operations + 1);
      } finally {
        await rm(dirname(out), { recursive: true, force: true });
      }
    },
  );
});
