import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "./cache.ts";

/**
 * The flags of generated packages (emit/package.ts), with every declaration file checked as well.
 */
const compilerOptions = {
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  customConditions: ["@couplet/source"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedDeclarations: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: false,
  declaration: true,
  noEmit: true,
};

/**
 * Type-checks packages below one folder in one run; the errors by the path of the package. Throws for an error elsewhere,
 * in the runtime or in a library: it would stand in no package's row. `types`: the contract suites read files.
 */
export async function typeCheck(
  folder: string,
  packages: readonly string[],
  types: readonly string[] = ["node"],
): Promise<Map<string, string[]>> {
  const include = packages.map((dir) => `${relative(folder, dir)}/**/*.ts`);
  const config = join(folder, `tsconfig.${relative(folder, packages[0] ?? folder)}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions: { ...compilerOptions, types }, include }));
  const output = await runCompiler(folder, config);
  const errors = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    if (!/error TS\d+:/.test(line)) continue;
    const owner = packages.find((dir) => line.startsWith(`${relative(folder, dir)}/`));
    if (owner === undefined) throw new Error(`a type error outside the packages: ${line}`);
    errors.set(owner, [...(errors.get(owner) ?? []), line]);
  }
  return errors;
}

async function runCompiler(cwd: string, config: string): Promise<string> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    const options = { cwd, maxBuffer: 256 * 1024 * 1024 };
    await promisify(execFile)(process.execPath, [tsc, "-p", config, "--pretty", "false"], options);
    return "";
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    // A compiler that dies says nothing of any package: that must not pass for a clean run.
    if (!/error TS\d+:/.test(stdout)) throw new Error(`the compiler failed: ${stdout}${stderr}${String(error)}`);
    return stdout;
  }
}
