/** `npm run bench:drift [-- --only check|diff|impact] [--rounds 3]`: the drift commands as whole processes. Medians over the rounds. */
import { benchCheck } from "./drift-check.ts";
import { benchDiff } from "./drift-diff.ts";
import { benchImpact } from "./drift-impact.ts";
import { machine, option } from "./measure.ts";

const parts: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  check: benchCheck,
  diff: benchDiff,
  impact: benchImpact,
};
const rounds = Number(option("rounds") ?? 3);
const only = option("only");
console.log(`${machine()}, ${rounds} rounds\n`);
for (const [name, run] of Object.entries(parts)) if (only === undefined || only === name) await run(rounds);
