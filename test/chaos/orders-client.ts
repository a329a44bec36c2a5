import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { createPackageFolder, generatePackage } from "../conformance/generate-package.ts";
import type { OrdersClient } from "./our-clients.ts";

/** Generates the client of orders.openapi.yaml and its policy, hands it over, and removes it afterwards. */
export async function withOrdersClient<T>(use: (create: (options: object) => OrdersClient) => Promise<T>): Promise<T> {
  const out = await createPackageFolder();
  try {
    const flags = ["--policy", "test/chaos/orders.policy.yaml"];
    const { entry } = await generatePackage("test/chaos/orders.openapi.yaml", out, ...flags);
    const { createClient } = await import(/* @vite-ignore */ pathToFileURL(entry).href);
    return await use(createClient);
  } finally {
    await rm(dirname(out), { recursive: true, force: true });
  }
}
