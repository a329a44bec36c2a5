import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure, root } from "./measure.ts";

/** Compiler options that all outputs and consumers are checked with; the condition makes our packages resolve to sources. */
export const strict: object = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  module: "esnext",
  moduleResolution: "bundler",
  customConditions: ["@couplet/source"],
  // A peer brings an old copy of these types of its own.
  typeRoots: [join(root, "node_modules/@types")],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

/** Errors that TypeScript 7 finds in the files of a folder, but not in what they import from outside of it. */
export async function countTypeErrors(folder: string): Promise<number> {
  const config = join(folder, "tsconfig.strict.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: strict, include: ["**/*.ts"] }));
  const { output, code } = await measure({
    cwd: folder,
    args: [join(root, "node_modules/typescript/bin/tsc"), "-p", config, "--pretty", "false"],
  });
  const errors = output.match(/^(?!\.\.\/).*error TS\d+/gm)?.length ?? 0;
  if (code !== 0 && !/error TS/.test(output)) throw new Error(`the compiler failed: ${output.slice(0, 400)}`);
  return errors;
}
