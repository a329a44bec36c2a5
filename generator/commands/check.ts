/** `couplet check`: what a pull request needs, offline. */
import { type CheckPart, checkProject } from "../drift/check-project.ts";
import { exitCode } from "../drift/exit-code.ts";
import { commandLine, InputError } from "../errors.ts";
import { loadProject } from "../project.ts";
import { tool } from "../tool.ts";
import { type Console, type FormatFlags, formatOf, printFindings, toJson } from "./console.ts";
import { selectProviders } from "./select-providers.ts";

export interface CheckFlags extends FormatFlags {
  /** Build everything, and believe no hash of the lock. */
  readonly rebuild?: boolean;
  /** `YYYY-MM-DD` in place of today. */
  readonly now?: string;
}

function dayOf(now: string | undefined): string {
  const today = new Date().toISOString().slice(0, 10);
  if (now === undefined) return today;
  const day = new Date(`${now}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(now) && !Number.isNaN(day.getTime())) return now;
  const message = `--now ${JSON.stringify(now)} is no day`;
  const fix = "write a day such as 2027-01-31";
  throw new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}

/** Returns the exit code; bad usage throws. */
export async function runCheck(names: readonly string[], flags: CheckFlags, console: Console): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const parts = await checkProject({
    workspace,
    providers: selectProviders(workspace, names),
    today: dayOf(flags.now),
    rebuild: flags.rebuild ?? false,
    progress: console.progress,
  });
  console.progress("");
  const code = exitCode(parts.flatMap(({ outcome }) => outcome ?? []));
  const format = formatOf(flags);
  if (format === "json") console.out(JSON.stringify(await report(parts, code), null, 2));
  else {
    const findings = parts.flatMap(({ diagnostics }) => diagnostics);
    await printFindings(console, findings, format);
    for (const line of summary(parts, code)) (format === "text" ? console.out : console.err)(line);
  }
  return code;
}

async function report(parts: readonly CheckPart[], code: number): Promise<object> {
  return {
    tool: { name: "couplet", version: (await tool()).version },
    command: "check",
    exitCode: code,
    parts: parts.map(({ name, summary, outcome }) => ({ name, ok: outcome === undefined, summary })),
    diagnostics: toJson(parts.flatMap(({ diagnostics }) => diagnostics)),
  };
}

/** One line a part, and the verdict. */
function summary(parts: readonly CheckPart[], code: number): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map(
    ({ name, summary, outcome }) => `${outcome === undefined ? "ok  " : "FAIL"} ${name.padEnd(width)}  ${summary}`,
  );
  return [...lines, code === 0 ? "nothing has drifted" : `exit code ${code}`];
}
