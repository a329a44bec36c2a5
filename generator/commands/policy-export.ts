/** `couplet policy export`: the effective policy of a version, for other tools to read. */
import { basename, dirname, relative, resolve } from "node:path";
import { loadEffective } from "../effective-policy.ts";
import { InputError } from "../errors.ts";
import { toPolicyOverlay } from "../explain/policy-overlay.ts";
import { loadProject } from "../project.ts";
import { writeOut } from "../workspace.ts";
import { type Console, plural, printDiagnostics } from "./console.ts";
import { selectVersion } from "./select-version.ts";

export interface PolicyExportFlags {
  readonly as: "overlay";
  readonly out?: string;
}

function usage(message: string, fix: string): InputError {
  return new InputError([{ file: "command line", line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}

/** Returns the exit code; bad input throws. */
export async function runPolicyExport(wanted: string, flags: PolicyExportFlags, console: Console): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const { sources, version } = selectVersion(workspace, wanted);
  const [effective] = await loadEffective(workspace, sources, console.progress, version);
  console.progress("");
  const { diagnostics, document, source, operations } = effective!;
  printDiagnostics(console, diagnostics);
  const overlay = JSON.stringify(toPolicyOverlay(effective!), null, 2);
  const text = `${source?.mask(overlay) ?? overlay}\n`;
  if (flags.out === undefined) {
    console.out(text.trimEnd());
    return 0;
  }
  const file = resolve(console.cwd, flags.out);
  if (!/^[a-z0-9][a-z0-9._-]{0,74}\.json$/.test(basename(file)))
    throw usage(
      `--out ${JSON.stringify(flags.out)} is no file that can be written`,
      "end it with a name such as policy.overlay.json",
    );
  const overlays = sources.versions.flatMap((one) => one.overlays.map((path) => resolve(workspace.root, path)));
  if ([...document.files, ...overlays].includes(file))
    throw usage(`--out ${JSON.stringify(flags.out)} is one of the sources`, "write it to another file");
  await writeOut(dirname(file), new Map([[basename(file), text]]), []);
  console.out(`${relative(console.cwd, file)}: the policy of ${plural(operations.size, "operation")}`);
  return 0;
}
