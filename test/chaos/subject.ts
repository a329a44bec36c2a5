import type { Call, Ending, Guard } from "./judge.ts";

/** One act that a client is asked for. */
export interface Act {
  readonly guard: Guard;
  readonly reads: boolean;
  /** Resolves with the id in the answer. */
  send(): Promise<unknown>;
}

/** A client that is put to the test. */
export interface Subject {
  readonly name: string;
  /** The nth act, called `act` wherever the provider looks. */
  actOf(act: string, nth: number): Act;
  /** What a failure of this client says. */
  tell(error: unknown): Omit<Extract<Ending, { ok: false }>, "ok">;
}

/** Longer than any call may take; a call that is not settled by then never is. */
const PATIENCE = 60_000;

/** Has a client do so many acts, `concurrency` at a time. Every one of them comes back with an ending. */
export async function perform(subject: Subject, acts: number, concurrency: number): Promise<Call[]> {
  const calls: Call[] = [];
  let next = 0;
  const work = async () => {
    while (next < acts) {
      const nth = next++;
      const act = `op-${nth}`;
      const { guard, reads, send } = subject.actOf(act, nth);
      calls.push({ act, guard, reads, ending: await endingOf(subject, send) });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return calls;
}

async function endingOf(subject: Subject, send: () => Promise<unknown>): Promise<Ending> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, effect: undefined, label: "never settled" }), PATIENCE);
  });
  const ending = send().then(
    (id): Ending => ({ ok: true, id }),
    (error: unknown): Ending => ({ ok: false, ...subject.tell(error) }),
  );
  try {
    return await Promise.race([ending, never]);
  } finally {
    clearTimeout(timer);
  }
}
