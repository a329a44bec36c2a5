/** `couplet generate`: a project's providers, or one document. */
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { commandLine, InputError } from "../errors.ts";
import { type GenerateOptions, type GenerateReport, generate } from "../generate.ts";
import { loadProject } from "../project.ts";
import { lockName, projectRun, type Run, readLock } from "../project-run.ts";
import { tool } from "../tool.ts";
import type { Difference } from "../workspace.ts";
import { type Console, type FormatFlags, formatOf, plural, printFindings } from "./console.ts";
import { runtimeDependency } from "./runtime-dependency.ts";
import { selectProviders } from "./select-providers.ts";

export interface GenerateFlags extends FormatFlags {
  readonly check?: boolean;
  readonly strict?: boolean;
  readonly spec?: string;
  readonly out?: string;
  readonly policy?: string;
  readonly overlay?: readonly string[];
  readonly provider?: string;
  readonly apiVersion?: string;
  readonly runtime?: string;
}

/** Returns the exit code: 0, or 1 when `--check` found differences. Bad input throws. */
export async function runGenerate(names: readonly string[], flags: GenerateFlags, console: Console): Promise<number> {
  const start = performance.now();
  const { jobs, options } =
    flags.spec === undefined ? await wholeProject(names, flags, console) : await documentRun(names, flags, console);
  const report = await generate(jobs, options);
  console.progress("");
  const format = formatOf(flags);
  const differences = flags.check ? { differences: report.differences } : {};
  await printFindings(console, report.diagnostics, format, { packages: report.packages, ...differences });
  // SARIF and workflow commands have words for findings only: the rest is told where people look.
  const told = format === "text" ? console : { ...console, out: console.err };
  if (format === "json") return report.differences.length > 0 ? 1 : 0;
  if (flags.check) printDifferences(told, report.differences, options);
  else printSummary(told, report, options, performance.now() - start);
  return report.differences.length > 0 ? 1 : 0;
}

function usage(message: string, fix: string): InputError {
  return new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}

async function wholeProject(names: readonly string[], flags: GenerateFlags, console: Console): Promise<Run> {
  for (const flag of ["out", "policy", "overlay", "provider", "apiVersion"] as const) {
    if (flags[flag] !== undefined) {
      throw usage(`--${flag.replace("apiV", "api-v")} goes with --spec`, "a project's folders are set in couplet.yaml");
    }
  }
  const workspace = await loadProject(console.cwd);
  const providers = selectProviders(workspace, names);
  const { strict, check = false } = flags;
  const { cwd } = console;
  // Every package lies in a folder of its own below `out`, so that the way to the runtime is the same from each.
  const runtime = flags.runtime && runtimeDependency(flags.runtime, cwd, join(cwd, workspace.config.out, "package"));
  const lock = await readLock(join(workspace.root, lockName), lockName);
  return projectRun(workspace, { providers, lock, check, strict, runtime, progress: console.progress });
}

async function documentRun(names: readonly string[], flags: GenerateFlags, console: Console): Promise<Run> {
  if (names.length > 0) throw usage("--spec takes no provider names", "name the package with --provider <name>");
  if (flags.out === undefined) throw usage("--spec needs --out <dir>", "for example: --out generated/acme");
  const name = flags.provider;
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw usage(`--provider ${JSON.stringify(name)} is not a package name`, "use a-z, 0-9 and -");
  }
  if (flags.apiVersion !== undefined && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(flags.apiVersion)) {
    throw usage(`--api-version ${JSON.stringify(flags.apiVersion)} is not a folder name`, "use a-z, 0-9, ., _ and -");
  }
  const out = resolve(console.cwd, flags.out);
  const lockFile = join(out, lockName);
  const version = flags.apiVersion === undefined ? {} : { version: flags.apiVersion };
  return {
    jobs: [
      {
        versions: [{ document: flags.spec!, overlays: flags.overlay ?? [], ...version }],
        folder: () => "",
        fromCommandLine: true,
        ...(name === undefined ? {} : { provider: name }),
        ...(flags.policy === undefined ? {} : { policy: flags.policy }),
      },
    ],
    options: {
      root: console.cwd,
      out,
      lockFile,
      lock: await readLock(lockFile, relative(console.cwd, lockFile)),
      complete: true,
      scope: "@connectors",
      runtime: flags.runtime ? runtimeDependency(flags.runtime, console.cwd, out) : (await tool()).version,
      strict: flags.strict ?? false,
      check: flags.check ?? false,
      progress: console.progress,
    },
  };
}

function printDifferences(console: Console, differences: readonly Difference[], options: GenerateOptions): void {
  if (differences.length === 0) {
    console.out("up to date: the generated files are what the specs and policies give");
    return;
  }
  const words = { changed: "edited or stale", missing: "missing", extra: "not generated from anything" };
  for (const { path, kind } of differences) {
    console.err(`${relative(options.root, join(options.out, path))}: ${words[kind]}`);
  }
  const extra = differences.some((difference) => difference.kind === "extra")
    ? " and delete what is not generated"
    : "";
  console.err(
    `${plural(differences.length, "file")} differ${differences.length === 1 ? "s" : ""}\n  fix: run \`couplet generate\`${extra}, then commit`,
  );
}

function printSummary(console: Console, report: GenerateReport, options: GenerateOptions, ms: number): void {
  const width = Math.max(...report.packages.map((one) => `${one.provider}@${one.version}`.length));
  for (const one of report.packages) {
    const state = one.unchanged ? "unchanged" : `${one.ms} ms`;
    const label = `${one.provider}@${one.version}`.padEnd(width);
    console.out(
      `${label}  ${String(one.operations).padStart(4)} operations  ${String(one.files).padStart(4)} files  ${state}`,
    );
  }
  const providers = new Set(report.packages.map((one) => one.provider)).size;
  const operations = report.packages.reduce((sum, one) => sum + one.operations, 0);
  const files = report.packages.reduce((sum, one) => sum + one.files, 0);
  console.out(
    `${plural(providers, "provider")}, ${plural(report.packages.length, "version")}, ${plural(operations, "operation")}, ` +
      `${plural(files, "file")}; ` +
      `${report.written} written, ${report.removed} removed, in ${(ms / 1000).toFixed(1)} s`,
  );
  if (!options.complete || report.packages.length === 0) return;
  const [first] = report.packages;
  const missing = report.packages.filter(
    (one) => one.dir !== options.out && !existsSync(join(options.root, "node_modules", options.scope, one.provider)),
  );
  if (missing.length > 0 && existsSync(join(options.root, "package.json"))) {
    console.out(`new package ${options.scope}/${missing[0]!.provider}: run \`npm install\` to link it`);
  } else if (first!.dir === options.out) console.out(`entry: ${relative(options.root, first!.entry)}`);
}
