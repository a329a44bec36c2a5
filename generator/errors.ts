/** Findings with a place, and the one error that carries them to the command line. */

/** A place in a text that a person wrote. Lines and columns count from 1, columns in UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The whole line, and how many characters of it are meant; absent when there is no such text. */
  readonly excerpt?: { readonly text: string; readonly length: number };
}

export interface Diagnostic extends Location {
  /** `A…` approvals of drift, `P…` policy, `S…` document (specification), `G…` generation, `C…` command line and configuration, `L…` lock. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly fix?: string;
}

/** Stands for the file in findings about the arguments of a command. */
export const commandLine = "command line";

/**
 * What stops a command: bad input or usage, a document to compare that cannot be read, a provider that cannot be reached,
 * a lock that does not fit. Each has an exit code of its own (drift/exit-code.ts).
 */
export type Stop = "usage" | "revision" | "unreachable" | "lock";

/** Bad input: one or more located findings, never a stack trace. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly diagnostics: readonly Diagnostic[];
  readonly stop: Stop;
  constructor(diagnostics: readonly Diagnostic[], stop: Stop = "usage") {
    super(diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.severity} ${d.code} ${d.message}`).join("\n"));
    this.diagnostics = diagnostics;
    this.stop = stop;
  }
}

/** The 1-based place of an offset in a text, with the line as excerpt. */
export function locate(file: string, text: string, offset: number, length = 1): Location {
  const start = text.lastIndexOf("\n", Math.max(0, offset - 1)) + 1;
  let line = 1;
  for (let i = text.indexOf("\n"); i !== -1 && i < start; i = text.indexOf("\n", i + 1)) line++;
  const end = text.indexOf("\n", offset);
  const excerpt = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
  const column = offset - start + 1;
  return {
    file,
    line,
    column,
    excerpt: { text: excerpt, length: Math.max(1, Math.min(length, excerpt.length - column + 1)) },
  };
}

/** Text of a document as it may stand on a terminal: control, bidirectional and zero-width characters as `\u…`. */
export function printable(text: string): string {
  const escaped = text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
  return escaped.length > 600 ? `${escaped.slice(0, 600)}…` : escaped;
}
