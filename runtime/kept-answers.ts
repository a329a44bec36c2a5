import type { Writes } from "./fresh-answers.ts";
import type { AnswerStore } from "./stores/answer-store.ts";
import type { MemoryAnswerStore } from "./stores/memory-answer-store.ts";

/** What the operations of one client keep of answers: empty until one of them keeps some. */
export interface KeptAnswers {
  /** The store that was given. */
  readonly shared: AnswerStore | undefined;
  memory: MemoryAnswerStore | undefined;
  /** Where answers are given without asking. */
  writes: Writes | undefined;
  /** The given store failed, and listeners know. */
  isFaultTold: boolean;
}
