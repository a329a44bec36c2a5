/** Run as a child process: generates each case as the command line does, and notes what it said, a line of JSON each. */
import { appendFileSync, readFileSync } from "node:fs";
import { main } from "../../generator/cli.ts";

export interface Generated {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Processor time in milliseconds. */
  readonly ms: number;
}

const [list = "", results = "", from = "0"] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(list, "utf8")) as { cwd: string; args: string[] }[];
for (const { cwd, args } of cases.slice(Number(from))) {
  let [out, err] = ["", ""];
  const before = process.cpuUsage();
  const code = await main(args, {
    cwd,
    colour: false,
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    progress: () => {},
  });
  const used = process.cpuUsage(before);
  const generated: Generated = { code, out, err, ms: (used.user + used.system) / 1000 };
  appendFileSync(results, `${JSON.stringify(generated)}\n`);
}
