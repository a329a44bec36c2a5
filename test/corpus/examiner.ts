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
    const signal = AbortSignal.timeout(this.#timeout);
    const ended = once(child, "close", { signal });
    ended.catch(() => {});
    child.send(order);
    try {
      const [answer] = await Promise.race([once(child, "message", { signal }), ended.then(() => [undefined])]);
      if (answer === undefined || typeof answer !== "object") {
        this.#child = undefined;
        throw new Error(`the process died: ${this.#stderr.slice(-300)}`);
      }
      if (alone) this.close();
      return answer as Findings;
    } catch (error) {
      this.close();
      if (signal.aborted) throw new Error(`no answer within ${this.#timeout / 1000} s`);
      throw error;
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
