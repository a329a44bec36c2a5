/** What is known of one document after a run. */
export interface Result {
  /** Hash of the document's files and of the code that judged it. */
  readonly key: string;
  readonly document: string;
  /** Megabytes of the document, all files. */
  readonly megabytes: number;
  readonly valid: boolean;
  /** Why it is not valid, as the validators say it. */
  readonly invalidBecause: readonly string[];
  readonly generated: boolean;
  /** Errors of the generator: a refusal with places, or a crash. */
  readonly refusal: readonly string[];
  /** Warnings of the generator by code. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Operations of the raw document, counted without the generator. */
  readonly declared: number;
  /** Operations read back from the emitted files. */
  readonly kept: number;
  /** Declared operations that no emitted file has, at most ten. */
  readonly missing: readonly string[];
  /** Milliseconds of the generation; in a process of its own from 1 MB on, else in one that is warm. */
  readonly ms: number;
  /** Peak memory of the process so far, in MiB. */
  readonly peak: number;
  /** Megabytes of emitted TypeScript. */
  readonly emitted: number;
  readonly typeErrors: number;
  /** The first of them. */
  readonly typeErrorTexts: readonly string[];
}

/** Everything but what the type-checker says. */
export type Examined = Omit<Result, "typeErrors" | "typeErrorTexts">;

/** Generated, type-checked, and every operation there. */
export function isClean(result: Result): boolean {
  return result.generated && result.typeErrors === 0 && result.missing.length === 0 && result.kept === result.declared;
}
