import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** Providers' own documents lie beside the checkout; they are not part of the project. */
const realSpecs: string = join(root, "..", "shared", "real-specs");

/** The path of a real document from the root of the project, or undefined where the collection is absent. */
export function findRealSpec(path: string): string | undefined {
  return existsSync(join(realSpecs, path)) ? join(relative(root, realSpecs), path) : undefined;
}

/** A fresh folder from which generated packages find the runtime, zod, msw and vitest. */
export async function createPackageFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "couplet-conformance-"));
  await mkdir(join(folder, "package"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  return join(folder, "package");
}

export interface GeneratedPackage {
  readonly version: string;
  readonly dir: string;
  /** Path of the version's index.ts. */
  readonly entry: string;
  readonly operations: number;
}

/** Runs `couplet generate --spec` at the root of the project, as a person would. */
export async function generatePackage(spec: string, out: string, ...flags: string[]): Promise<GeneratedPackage> {
  const args = [join(root, "generator", "bin.js"), "generate", "--spec", spec, "--out", out, "--json", ...flags];
  const run = promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`couplet generate failed:\n${error.stdout}${error.stderr}`);
  });
  const { packages } = JSON.parse(stdout) as { packages: GeneratedPackage[] };
  if (packages[0] === undefined) throw new Error(`couplet generate reports no package: ${stdout}`);
  return packages[0];
}

/** Type-checks a generated package under its own tsconfig.json; the errors, or an empty text. */
export async function typeCheckPackage(dir: string): Promise<string> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", join(dir, "tsconfig.json"), "--noEmit"], { cwd: dir });
    return "";
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}
