/** What the provider knows: the oracle that every client is judged by. */

/** What happened to one act: something a caller wanted done once. */
export interface ActRecord {
  arrivals: number;
  effects: number;
}

/** An answer kept for an idempotency key. */
interface Kept {
  readonly body: string;
  answer: string | undefined;
}

export type Execution = "busy" | "mismatch" | { readonly answer: string; readonly replayed: boolean };

export class Ledger {
  readonly acts: Map<string, ActRecord> = new Map();
  /** The same key came with another body: a client must never do that. */
  mismatches: number = 0;
  /** Effects that were promised and are still to come. */
  pending: number = 0;
  readonly #kept = new Map<string, Kept>();

  arrive(act: string): number {
    const record = this.#record(act);
    record.arrivals += 1;
    return record.arrivals;
  }

  /** Executes a request now; with a key, once for all that carry it. A read has no effect. */
  execute(act: string, key: string | undefined, body: string, reads: boolean): Execution {
    const kept = key === undefined ? undefined : this.#kept.get(key);
    if (kept !== undefined) {
      if (kept.body !== body) {
        this.mismatches += 1;
        return "mismatch";
      }
      return kept.answer === undefined ? "busy" : { answer: kept.answer, replayed: true };
    }
    const answer = this.#take(act, reads);
    if (key !== undefined) this.#kept.set(key, { body, answer });
    return { answer, replayed: false };
  }

  /** Executes it after `delay` milliseconds, whatever becomes of the client. Its key is busy until then. */
  executeLater(act: string, key: string | undefined, body: string, reads: boolean, delay: number): void {
    if (key !== undefined && this.#kept.has(key)) return;
    const kept: Kept = { body, answer: undefined };
    if (key !== undefined) this.#kept.set(key, kept);
    this.pending += 1;
    setTimeout(() => {
      this.pending -= 1;
      kept.answer = this.#take(act, reads);
    }, delay);
  }

  #take(act: string, reads: boolean): string {
    const record = this.#record(act);
    if (!reads) record.effects += 1;
    return JSON.stringify({ id: act, object: "act", effects: record.effects });
  }

  #record(act: string): ActRecord {
    let record = this.acts.get(act);
    if (record === undefined) {
      record = { arrivals: 0, effects: 0 };
      this.acts.set(act, record);
    }
    return record;
  }
}
