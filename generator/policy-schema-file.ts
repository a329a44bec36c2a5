/** The JSON Schema beside a project's policies, for editors. */
import { readFile } from "node:fs/promises";
import { sha256 } from "./lock.ts";
import type { GenerateOptions } from "./package-job.ts";
import { tool } from "./tool.ts";

export const policySchemaName = "policy.schema.json";

/** Its hash, and its text unless the file is as the lock records it: making the text takes longer than an unchanged run. */
export async function policySchemaFile(
  file: string,
  { check, lock }: GenerateOptions,
): Promise<{ readonly sha256: string; readonly text?: string }> {
  const recorded = lock?.generator.sha256 === (await tool()).sha256 ? lock.generator.policySchema : undefined;
  if (!check && recorded !== undefined) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes && sha256(bytes) === recorded) return { sha256: recorded };
  }
  const { printPolicySchema } = await import("./policy-json-schema.ts");
  const text = printPolicySchema();
  return { sha256: sha256(text), text };
}
