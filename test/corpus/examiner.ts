import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./cache.ts";
import type { Findings, Order } from "./examine.ts";

/** Has documents examined in a process of its own, which is replaced when it hangs, dies, or has become large. */
export class Examiner {
  readonly #timeout: number;
  #child: ChildProcess | undefined;
  #stderr = "";

  /** Milliseconds after which a document counts as hanging. */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** `alone`: in a process that has examined nothing else, so that its memory is this document's. */
  async examine(order: Order, alone: boolean): Promise<Findings> {
    if (alone) this.close();
    const child = this.#child ?? this.#start();
    this.#child = child;
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), this.#timeout);
    const options = { signal: over.signal };
    const answer = once(child, "message", options).then(([findings]) => findings as Findings);
    const end = once(child, "close", options).then(() => undefined);
    child.send(order);
    try {
      const findings = await Promise.race([answer, end]);
      if (findings !== undefined) return findings;
      this.#child = undefined;
      throw new Error(`the process died: ${this.#stderr.slice(-300)}`);
    } catch (error) {
      const late = over.signal.aborted;
      this.close();
      throw late ? new Error(`no answer within ${this.#timeout / 1000} s`) : error;
    } finally {
      clearTimeout(timer);
      // The listener that lost the race.
      for (const waiting of [answer, end]) waiting.catch(() => {});
      over.abort();
      if (alone) this.close();
    }
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = fork(join(root, "test/corpus/examine.ts"), [], {
      cwd: root,
      execArgv: ["--conditions=@couplet/source", "--disable-warning=ExperimentalWarning", "--max-old-space-size=8192"],
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    this.#stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-2000);
    });
    return child;
  }
}
