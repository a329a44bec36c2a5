import { execFile } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** One compiler run over the packages in these folders, under the flags of a generated package's own tsconfig.json. */
export async function typeCheckAll(folder: string, packages: readonly string[]): Promise<string[]> {
  const present = packages.filter((path) => existsSync(path) && readdirSync(path).length > 0);
  if (present.length === 0) return [];
  const config = {
    extends: relative(folder, join(root, "tsconfig.json")),
    compilerOptions: { types: [], skipLibCheck: true },
    include: present.map((path) => `${relative(folder, path).split("\\").join("/")}/**/*.ts`),
    exclude: ["**/contract.test.ts"],
  };
  const file = join(folder, "tsconfig.json");
  writeFileSync(file, JSON.stringify(config));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", file, "--noEmit"], {
      cwd: dirname(file),
      maxBuffer: 1 << 26,
    });
    return [];
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`.trim().split("\n");
  }
}
