/** Runs one document through load, plan, emit and scan in this process, writing nothing, and judges what comes out. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuiltPackage, buildPackage } from "../../generator/build-package.ts";
import { type Diagnostic, InputError } from "../../generator/errors.ts";
import { judgeFindings } from "./judge-findings.ts";
import { judgeOutput } from "./judge-output.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Outcome {
  readonly accepted: boolean;
  readonly findings: readonly Diagnostic[];
  readonly files: ReadonlyMap<string, string>;
  /** What must never happen, and did. */
  readonly faults: readonly string[];
}

/** Writes files below a folder that is emptied first. */
export function writeFiles(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

async function build(folder: string, document: string, findings: Diagnostic[]): Promise<BuiltPackage | undefined> {
  return buildPackage(
    { provider: "acme", versions: [{ document, overlays: [] }], folder: () => "" },
    {
      root: folder,
      out: join(folder, "out"),
      lockFile: join(folder, "out", "couplet.lock.json"),
      lock: undefined,
      complete: true,
      scope: "@connectors",
      runtime: "0.1.0",
      strict: false,
      check: false,
      progress: () => {},
    },
    findings,
  );
}

const builtIn: readonly object[] = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Function.prototype,
  Map.prototype,
];
const known = builtIn.map((prototype) => Reflect.ownKeys(prototype).length);

function pollution(): string[] {
  return builtIn.flatMap((prototype, i) =>
    Reflect.ownKeys(prototype).length === known[i]
      ? []
      : [`a prototype was changed: ${Reflect.ownKeys(prototype).map(String).slice(known[i])}`],
  );
}

/** Generates the first of the files in `folder`; `twice` also proves that the same input gives the same bytes. */
export async function runDocument(folder: string, files: Files, twice = false): Promise<Outcome> {
  const [document = ""] = Object.keys(files);
  const findings: Diagnostic[] = [];
  const faults: string[] = [];
  let built: BuiltPackage | undefined;
  try {
    built = await build(folder, document, findings);
    if (built && twice) {
      const again = await build(folder, document, []);
      for (const [path, text] of built.files) if (again?.files.get(path) !== text) faults.push(`${path}: other bytes`);
    }
    if (!built && !findings.some((found) => found.severity === "error")) faults.push("refused without an error");
  } catch (error) {
    if (error instanceof InputError) findings.push(...error.diagnostics);
    else faults.push(`threw ${error instanceof Error ? error.stack : String(error)}`);
  }
  const lines = Object.values(files).map((content) => Buffer.from(content).toString().split("\n").length);
  faults.push(...judgeFindings(findings, Math.max(...lines), new Set(Object.keys(files))));
  if (built) faults.push(...judgeOutput(built.files));
  faults.push(...pollution());
  return { accepted: built !== undefined, findings, files: built?.files ?? new Map(), faults };
}
