/**
 * `npm run chaos -- [--acts 10000] [--seed 1] [--speed 1] [--attempts 6] [--transport undici] [--peers]`: clients
 * against a provider that fails. Peers are those of test/bench, when they are installed. Ends with 1 when one of our bars is missed.
 */
import { undiciFetch } from "@couplet/runtime/undici";
import { option, printTable } from "../bench/measure.ts";
import { type ChaosResult, runChaos } from "./chaos-run.ts";
import { withOrdersClient } from "./orders-client.ts";
import { ordersSubject, stripeSubject } from "./our-clients.ts";
import { findPeers } from "./peer-clients.ts";

const number = (name: string, usual: number): number => Number(option(name) ?? usual);
const settings = {
  acts: number("acts", 10_000),
  seed: number("seed", 1),
  speed: number("speed", 1),
  concurrency: number("concurrency", 50),
};
const timeout = number("timeout", 3_000);
const attempts = number("attempts", 6);
const transport = option("transport");
if (transport !== undefined && transport !== "undici")
  throw new Error(`there is no transport ${transport}; there is undici`);
const fetch = transport === undefined ? undefined : undiciFetch(await import("undici"));

const results: ChaosResult[] = [];
const add = async (work: Promise<ChaosResult>): Promise<ChaosResult> => {
  const result = await work;
  results.push(result);
  console.log(
    `${result.name}: ${result.verdict.succeeded} of ${result.verdict.calls} in ${result.seconds.toFixed(1)} s`,
  );
  return result;
};

const ours: ChaosResult[] = [];
for (const maxAttempts of new Set([attempts, 4])) {
  const make = ({ url }: { url: string }) => ({ url, speed: settings.speed, maxAttempts, timeout, fetch });
  const stripe = await add(runChaos((server) => stripeSubject(make(server)), settings));
  if (maxAttempts === attempts) ours.push(stripe);
}
await withOrdersClient(async (create) => {
  const make = ({ url }: { url: string }) => ({ url, speed: settings.speed, maxAttempts: attempts, timeout, fetch });
  ours.push(await add(runChaos((server) => ordersSubject(create, make(server)), settings)));
});
if (process.argv.includes("--peers")) {
  for (const peer of await findPeers()) {
    await add(runChaos(({ url }) => peer({ url, attempts, timeout }), settings));
  }
}

const percent = (share: number | undefined) => (share === undefined ? "" : `${(share * 100).toFixed(2)} %`);
printTable([
  [
    "client",
    "success",
    "repeatable",
    "unsafe",
    "twice",
    "lost",
    "crossed",
    "labels wrong / none",
    "requests a success",
    "left",
  ],
  ...results.map(({ name, verdict, shareOf }) => [
    name,
    percent(verdict.succeeded / verdict.calls),
    percent(shareOf.keyed ?? shareOf.free),
    percent(shareOf.unsafe),
    ...[verdict.duplicates, verdict.lost, verdict.crossed].map(String),
    `${verdict.mislabelled} / ${verdict.unlabelled}`,
    verdict.attemptsPerSuccess.toFixed(3),
    verdict.failures
      .slice(0, 4)
      .map(([label, count]) => `${count} x ${label}`)
      .join(", "),
  ]),
]);

const missed = ours.flatMap(({ name, verdict, shareOf, ledger }) => {
  const { duplicates, lost, crossed, mislabelled, unlabelled, attemptsPerSuccess } = verdict;
  const problems: [wrong: boolean, text: string][] = [
    [(shareOf.keyed ?? shareOf.free ?? 0) < 0.9995, "success below 99.95 %"],
    [duplicates > 0, `${duplicates} acts took effect twice`],
    [lost + crossed > 0, `${lost} lost, ${crossed} crossed`],
    [mislabelled + unlabelled > 0, `${mislabelled + unlabelled} effects told wrong or not at all`],
    [ledger.mismatches > 0, `${ledger.mismatches} keys reused with another body`],
    // An unsafe call that is not repeated has fewer successes to share its requests.
    [shareOf.unsafe === undefined && attemptsPerSuccess > 1.35, `${attemptsPerSuccess.toFixed(3)} requests a success`],
  ];
  return problems.filter(([wrong]) => wrong).map(([, text]) => `${name}: ${text}`);
});
for (const line of missed) console.log(`missed: ${line}`);
process.exitCode = missed.length === 0 ? 0 : 1;
// Waits of peers whose calls never settled would hold the process for minutes.
if (process.argv.includes("--peers")) process.exit();
