/** What the consumer's type check says with the new client and did not say before. */
import { ts } from "ts-morph";
import { createRevisedProgram, type Revision } from "./revised-program.ts";

export interface CheckError {
  readonly file: ts.SourceFile;
  readonly start: number;
  readonly end: number;
  /** `TS2339` */
  readonly code: string;
  readonly message: string;
}

function errorsOf(program: ts.Program, paths: Iterable<string>): Map<string, ts.DiagnosticWithLocation> {
  const found = new Map<string, ts.DiagnosticWithLocation>();
  for (const path of paths) {
    const file = program.getSourceFile(path);
    for (const one of file === undefined ? [] : program.getSemanticDiagnostics(file)) {
      if (one.category !== ts.DiagnosticCategory.Error || one.file === undefined || one.start === undefined) continue;
      const text = ts.flattenDiagnosticMessageText(one.messageText, "\n");
      found.set(`${path} ${one.code} ${one.start} ${text}`, one as ts.DiagnosticWithLocation);
    }
  }
  return found;
}

export interface TypeCheck {
  readonly revised: ts.Program;
  readonly errors: readonly CheckError[];
}

/** Checks the files that can be touched, before and after; in the order of the files. */
export function findTypeErrors(
  program: ts.Program,
  revisions: readonly Revision[],
  files: readonly ts.SourceFile[],
  compiler: typeof ts,
): TypeCheck {
  const base =
    compiler === ts
      ? program
      : compiler.createProgram({ rootNames: program.getRootFileNames(), options: program.getCompilerOptions() });
  const revised = createRevisedProgram(base, revisions, compiler);
  const found = errorsOf(
    revised,
    files.map((file) => file.fileName),
  );
  // Most files have none: those need not be checked against the old client.
  const known = errorsOf(base, new Set([...found.values()].map(({ file }) => file.fileName)));
  const errors: CheckError[] = [];
  for (const [key, { file, start, length, code, messageText }] of found) {
    if (known.has(key)) continue;
    const own = program.getSourceFile(file.fileName);
    const [message = ""] = ts.flattenDiagnosticMessageText(messageText, "\n").split("\n");
    if (own) errors.push({ file: own, start, end: start + length, code: `TS${code}`, message });
  }
  return { revised, errors };
}
