import { createRequire } from "node:module";
import { ts } from "ts-morph";

type Compiler = typeof ts;

/**
 * The TypeScript that a project checks itself with, where it can be asked: version 7 has no programming interface, and
 * one that is not installed has none either. Then the compiler that ts-morph brings decides.
 */
export function consumerCompiler(tsconfig: string): Compiler {
  try {
    const found: unknown = createRequire(tsconfig)("typescript");
    return isCompiler(found) && !sameRules(found.version) ? found : ts;
  } catch {
    return ts;
  }
}

function isCompiler(found: unknown): found is Compiler {
  const { createProgram, version } = found as { createProgram?: unknown; version?: unknown };
  return typeof createProgram === "function" && typeof version === "string" && Number.parseInt(version, 10) >= 5;
}

/** Patch releases check alike: the bundled one has read the project already. */
function sameRules(version: string): boolean {
  const minor = (text: string): string => text.split(".").slice(0, 2).join(".");
  return minor(version) === minor(ts.version);
}
