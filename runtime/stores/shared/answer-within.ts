import type { Clock } from "../../clock.ts";
import { failureCode, StoreFailure } from "./store-failure.ts";

/**
 * The answer of a shared store. Rejects with a StoreFailure when the store fails or is silent for so many milliseconds;
 * a client that waits for a connection to come back may be silent for ever.
 */
export async function answerWithin<T>(
  clock: Clock,
  milliseconds: number,
  store: string,
  ask: () => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const silence = clock.sleep(milliseconds, timer.signal).then(
    async () => {
      // A process that stood still finds its timers due before it reads an answer that has long been there.
      await clock.sleep(1, timer.signal);
      throw new StoreFailure(`${store} gave no answer within ${milliseconds} ms.`);
    },
    () => new Promise<never>(() => {}),
  );
  // Its loss is nobody's business once the answer is there.
  silence.catch(() => {});
  try {
    return await Promise.race([ask(), silence]);
  } catch (error) {
    if (error instanceof StoreFailure) throw error;
    const code = failureCode(error);
    throw new StoreFailure(`${store} failed${code === undefined ? "" : ` (${code})`}.`);
  } finally {
    timer.abort();
  }
}
