import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { createPackageFolder, findRealSpec, type GeneratedPackage, generatePackage } from "./generate-package.ts";
import type { StripeClient } from "./stripe-calls.ts";

export interface GeneratedStripe {
  readonly package: GeneratedPackage;
  readonly createClient: (options: object) => StripeClient;
}

/** The client of Stripe's own document, generated and loaded; undefined where the document is absent. */
export async function generateStripe(): Promise<GeneratedStripe | undefined> {
  const spec = findRealSpec("stripe/2023-08-16/openapi.yaml");
  if (spec === undefined) return undefined;
  const out = await createPackageFolder();
  try {
    const result = await generatePackage(spec, out, "--policy", "test/conformance/stripe.policy.yaml");
    const { createClient } = await import(/* @vite-ignore */ pathToFileURL(result.entry).href);
    return { package: result, createClient };
  } catch (error) {
    await rm(dirname(out), { recursive: true, force: true });
    throw error;
  }
}
