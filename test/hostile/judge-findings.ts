import type { Diagnostic } from "../../generator/errors.ts";
import { printDiagnostic } from "../../generator/report.ts";

const invisible = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/u;

/** What is wrong with findings: each has a code, a place inside its file, and prints without controlling a terminal. */
export function judgeFindings(findings: readonly Diagnostic[], lines: number, files: ReadonlySet<string>): string[] {
  return findings.flatMap((found) => {
    const faults: string[] = [];
    if (!/^[PSGCL]\d{3}$/.test(found.code)) faults.push(`the code ${found.code}`);
    if (!files.has(found.file)) faults.push(`the file ${found.file}`);
    if (!(found.line >= 1 && found.line <= lines && found.column >= 1))
      faults.push(`the place ${found.line}:${found.column}`);
    if (found.message === "" || found.message.length > 1_000) faults.push(`${found.message.length} characters`);
    if (/\n\s+at |node_modules|TypeError|RangeError/.test(found.message))
      faults.push("a stack trace or a fault of ours");
    if (invisible.test(printDiagnostic(found, false))) faults.push("control characters");
    return faults.map((fault) => `${found.code} ${JSON.stringify(found.message.slice(0, 200))}: ${fault}`);
  });
}
