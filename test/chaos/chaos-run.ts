import { judge, type Verdict } from "./judge.ts";
import { type ChaosServer, type LedgerReport, startServer } from "./start-server.ts";
import { perform, type Subject } from "./subject.ts";

export interface ChaosSettings {
  readonly acts: number;
  readonly seed: number;
  readonly speed: number;
  readonly concurrency: number;
}

export interface ChaosResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** By guard, where a client has several kinds of calls. */
  readonly shareOf: Readonly<Record<"keyed" | "unsafe" | "free", number | undefined>>;
  readonly ledger: LedgerReport;
  readonly seconds: number;
}

/** One client against a fresh provider in a process of its own. */
export async function runChaos(
  make: (server: ChaosServer) => Subject,
  { acts, seed, speed, concurrency }: ChaosSettings,
): Promise<ChaosResult> {
  const server = await startServer({ seed, speed });
  try {
    const start = performance.now();
    const subject = make(server);
    const calls = await perform(subject, acts, concurrency);
    const seconds = (performance.now() - start) / 1_000;
    const ledger = await server.ledger();
    const share = (guard: "keyed" | "unsafe" | "free") => {
      const own = calls.filter((call) => call.guard === guard);
      return own.length === 0 ? undefined : own.filter(({ ending }) => ending.ok).length / own.length;
    };
    const shareOf = { keyed: share("keyed"), unsafe: share("unsafe"), free: share("free") };
    return { name: subject.name, verdict: judge(calls, ledger), shareOf, ledger, seconds };
  } finally {
    await server.stop();
  }
}
