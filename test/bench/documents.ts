/** The documents that generators are measured with; those that are not there are left out with a line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeLargeDocument } from "./large-document.ts";
import { bench, root } from "./measure.ts";

export interface BenchDocument {
  readonly name: string;
  readonly file: string;
}

export const cache: string = join(bench, ".cache");
const modules = join(bench, "node_modules");

/** The package has Swagger 2.0, which openapi-typescript does not read: all tools get the same upgraded document. */
async function kubernetes(): Promise<string | undefined> {
  const source = join(modules, "kubernetes-client/lib/specs/swagger-1.13.json.gz");
  const file = join(cache, "kubernetes.json");
  if (existsSync(file)) return file;
  if (!existsSync(source)) return undefined;
  const { upgrade } = createRequire(join(root, "generator/package.json"))("@scalar/openapi-upgrader") as {
    upgrade(document: unknown, version: "3.0"): object;
  };
  const document = upgrade(JSON.parse(gunzipSync(readFileSync(source)).toString()), "3.0");
  // A keyword of Swagger 2.0 that the upgrade leaves behind; a strict reader would refuse the document for it.
  const drop = (key: string, value: unknown): unknown =>
    key === "schemes" && Array.isArray(value) ? undefined : value;
  writeFileSync(file, JSON.stringify(document, drop));
  return file;
}

export async function findDocuments(): Promise<BenchDocument[]> {
  mkdirSync(cache, { recursive: true });
  const large = join(cache, "large.json");
  if (!existsSync(large)) writeLargeDocument(large);
  const places: readonly (readonly [name: string, file: string | undefined, where: string])[] = [
    [
      "GitHub",
      join(modules, "@octokit/openapi/generated/api.github.com.json"),
      "npm install --prefix test/bench brings it",
    ],
    ["Stripe", join(root, "../shared/real-specs/stripe/2023-08-16/openapi.yaml"), "it lies beside the project"],
    ["Kubernetes", await kubernetes(), "npm install --prefix test/bench brings it"],
    ["own, 1,200 operations", large, ""],
  ];
  return places.flatMap(([name, file, where]) => {
    if (file !== undefined && existsSync(file)) return [{ name, file }];
    console.log(`${name}: not here, left out (${where})`);
    return [];
  });
}
