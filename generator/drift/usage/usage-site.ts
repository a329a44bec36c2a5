import type { ts } from "ts-morph";
import type { UsageKind, UsageSite } from "../finding.ts";
import type { CheckError } from "./type-errors.ts";

/** A place of the consumer's code as people are told it: with its line, and what the compiler says there. */
export function toUsageSite(
  { file, start, end }: { readonly file: ts.SourceFile; readonly start: number; readonly end: number },
  how: UsageKind,
  error?: CheckError,
): UsageSite {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const starts = file.getLineStarts();
  const text = file.text.slice(starts[line], starts[line + 1] ?? file.text.length).replace(/\r?\n$/, "");
  return {
    file: file.fileName,
    line: line + 1,
    column: character + 1,
    excerpt: { text, length: Math.max(1, Math.min(end - start, text.length - character)) },
    how,
    ...(error === undefined ? {} : { diagnostic: { code: error.code, message: error.message } }),
  };
}

/** What the compiler refuses first, then by place; each place once: of several ways to use it the first by name. */
export function distinctSites(sites: readonly UsageSite[]): readonly UsageSite[] {
  const sorted = [...sites].sort(
    (a, b) =>
      Number(a.diagnostic === undefined) - Number(b.diagnostic === undefined) ||
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.how < b.how ? -1 : a.how > b.how ? 1 : 0),
  );
  const found = new Map<string, UsageSite>();
  for (const site of sorted) {
    const key = `${site.file}:${site.line}:${site.column}`;
    if (!found.has(key)) found.set(key, site);
  }
  return [...found.values()];
}
