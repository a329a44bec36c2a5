/**
 * `npm run bench:lint [-- --rounds 5]`: `couplet policy lint` as a whole process, on 2,000 lines over 500 operations and
 * on policies that want it to run for ever. Medians over the rounds; fails when a hostile policy is not refused.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostilePolicies, largeDocument, largePolicy } from "./lint-inputs.ts";
import { machine, measure, median, option, printTable, type Run, root } from "./measure.ts";

const command = ["--conditions=@couplet/source", join(root, "generator/bin.js"), "policy", "lint", "--json"];
const document = largeDocument();

async function lint(policy: string): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-lint-"));
  mkdirSync(join(folder, "specs/large/1.0"), { recursive: true });
  writeFileSync(join(folder, "specs/large/1.0/openapi.json"), document);
  writeFileSync(join(folder, "specs/large/policy.yaml"), policy);
  const run = await measure({ args: command, cwd: folder });
  rmSync(folder, { recursive: true });
  return run;
}

const small = `policy: "1.0"\nprovider: large\n`;
const cases = [
  { what: "the document alone", text: small, code: undefined },
  { what: "2,000 lines", text: largePolicy(), code: undefined },
  ...hostilePolicies(),
];
const rounds = Number(option("rounds") ?? 5);
const runs = new Map<string, Run[]>(cases.map(({ what }) => [what, []]));
for (let round = 0; round < rounds; round++)
  for (const { what, text, code } of cases) {
    const run = await lint(text);
    const findings = JSON.parse(run.output) as { diagnostics: { code: string; severity: string }[] };
    const errors = findings.diagnostics.filter((one) => one.severity === "error").map((one) => one.code);
    if (code === undefined ? errors.length > 0 : !errors.includes(code))
      throw new Error(`${what}: ${errors.join(", ") || "no errors"}`);
    runs.get(what)!.push(run);
  }
console.log(`${machine()}, 500 operations, ${rounds} rounds\n`);
printTable([
  ["policy", "refused with", "wall", "CPU", "peak memory"],
  ...cases.map(({ what, code }) => {
    const of = runs.get(what)!;
    const figure = (key: "seconds" | "cpu" | "mebibytes"): number => median(of.map((run) => run[key]));
    return [
      what,
      code ?? "",
      `${figure("seconds").toFixed(2)} s`,
      `${figure("cpu").toFixed(2)} s`,
      `${figure("mebibytes").toFixed(0)} MiB`,
    ];
  }),
]);
