/**
 * `npm run bench:size [-- --files]`: what clients weigh in a bundle (esbuild, minified, gzip -9): the programs of the size
 * test, each feature's share, with `--files` each source's, and peers where `npm install --prefix test/bench` brought them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleSize } from "../runtime/bundle-size.ts";
import { everything, generated, smallest, withFeature } from "../runtime/size-programs.ts";
import { bench, printTable } from "./measure.ts";

/** Retries with backoff, a breaker and a time limit. */
const cockatiel = `import { circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll, retry, timeout, TimeoutStrategy, wrap } from "cockatiel";
globalThis.policy = wrap(
  retry(handleAll, { maxAttempts: 4, backoff: new ExponentialBackoff() }),
  circuitBreaker(handleAll, { halfOpenAfter: 2000, breaker: new ConsecutiveBreaker(20) }),
  timeout(30000, TimeoutStrategy.Aggressive),
);`;

/** What its users import to make one request, by the packages that it takes. */
const peers: Readonly<Record<string, string>> = {
  "openapi-fetch": `import createClient from "openapi-fetch"; createClient().GET("/");`,
  ky: `import ky from "ky"; ky.get("/");`,
  axios: `import axios from "axios"; axios.get("/");`,
  "axios with axios-retry": `import axios from "axios"; import retry from "axios-retry"; retry(axios); axios.get("/");`,
  "openapi-fetch with cockatiel, p-queue": `import createClient from "openapi-fetch"; createClient().GET("/"); ${cockatiel}
    import PQueue from "p-queue"; globalThis.queue = new PQueue({ concurrency: 10, interval: 1000, intervalCap: 100 });`,
  "openapi-fetch with cockatiel, bottleneck": `import createClient from "openapi-fetch"; createClient().GET("/"); ${cockatiel}
    import Bottleneck from "bottleneck/light.js"; globalThis.queue = new Bottleneck({ maxConcurrent: 10, reservoir: 100 });`,
  stripe: `import Stripe from "stripe"; new Stripe("").charges.retrieve("");`,
  openai: `import OpenAI from "openai"; new OpenAI().models.retrieve("");`,
};

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(2);

const base = await bundleSize(smallest);
const one = await bundleSize(generated);
const rows = [
  ["program", "min kB", "min+gzip kB"],
  ["GET with retries", kilobytes(base.minified), kilobytes(base.gzip)],
  ["a generated operation: limits, breaker, error rules too", kilobytes(one.minified), kilobytes(one.gzip)],
];
const all = await bundleSize(everything);
rows.push(["everything", kilobytes(all.minified), kilobytes(all.gzip)]);
for (const [name, { program, without }] of withFeature) {
  const [less, more] = [await bundleSize(without), await bundleSize(program)];
  rows.push([`+ ${name}`, kilobytes(more.minified - less.minified), kilobytes(more.gzip - less.gzip)]);
}
for (const [name, program] of Object.entries(peers)) {
  const packages = name.split(/ with |, /);
  if (!packages.every((one) => existsSync(join(bench, "node_modules", one)))) continue;
  const { minified, gzip } = await bundleSize(program, bench);
  rows.push([name, kilobytes(minified), kilobytes(gzip)]);
}
printTable(rows);
if (process.argv.includes("--files")) {
  console.log("\nminified bytes of the generated operation, by source");
  for (const [file, bytes] of one.files) console.log(`${String(bytes).padStart(7)}  ${file}`);
}
