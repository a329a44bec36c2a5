/** Reports that a drift command wrote with `--format json=<file>`. */
import { resolve } from "node:path";
import type { DriftReport } from "../drift/finding.ts";
import { reportSchema } from "../drift/report/report-schema.ts";
import { InputError, locate } from "../errors.ts";
import { readIfPresent } from "../workspace.ts";

const fix = "write it with a drift command of this version of couplet and --format json=<file>";

/** @throws InputError when one is no report. */
export async function readReports(files: readonly string[], cwd: string): Promise<DriftReport[]> {
  const reports: DriftReport[] = [];
  for (const file of files) {
    const refuse = (message: string, text?: string): InputError => {
      const place = text === undefined ? { file, line: 1, column: 1 } : locate(file, text, 0);
      return new InputError([{ ...place, code: "A002", severity: "error", message, fix }]);
    };
    const text = await readIfPresent(resolve(cwd, file)).catch((error: NodeJS.ErrnoException) => {
      throw refuse(`the file cannot be read (${error.code ?? "unknown"})`);
    });
    if (text === undefined) throw refuse("there is no such file");
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      throw refuse("this is not JSON", text);
    }
    const parsed = reportSchema.safeParse(reportIn(data));
    const [issue] = parsed.error?.issues ?? [];
    if (!parsed.success) throw refuse(`this is no report of drift: ${issue!.path.join(".")} ${issue!.message}`, text);
    reports.push(parsed.data);
  }
  return reports;
}

/** `check` prints its report beside what else it has found. */
function reportIn(data: unknown): unknown {
  const { command, drift } = (data ?? {}) as { readonly command?: unknown; readonly drift?: unknown };
  return command === "check" && drift !== undefined ? drift : data;
}
