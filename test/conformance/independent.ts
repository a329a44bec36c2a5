/**
 * Requests of generated clients, judged by validators that others wrote:
 * `node --conditions=@couplet/source test/conformance/independent.ts [--with=prism] [document...]`
 *
 * Generates a client from each provider's own document, sends the sample call of every operation over loopback to a
 * validator that reads that document itself, and fails on every rejection that `independent-known.ts` does not explain,
 * and on every explained one that no longer happens.
 */
import { rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createPackageFolder, findRealSpec, generatePackage } from "./generate-package.ts";
import { judgeOperations } from "./independent-calls.ts";
import { compareWithKnown, type Judged } from "./independent-known.ts";
import { install, startValidator, type ValidatorName } from "./independent-validator.ts";

/** Of each provider one version; the documents are read as they were published. */
const all: readonly string[] = [
  "adyen-checkout/v72/openapi.json",
  "box/2024.0/openapi.json",
  "box/2025.0/openapi.json",
  "commercetools-import/2026-08-20/openapi.yaml",
  "github-ghes/3.5/openapi.json",
  "klaviyo/2026-04-15/openapi.json",
  "openai/2026-08-21/openapi.yaml",
  "paypal-orders/2024-02-03/openapi.json",
  "shipengine/1.21.11/openapi.yaml",
  "shippo/2018-02-08/openapi.yaml",
  "square/2025-01-23/openapi.json",
  "stripe/2023-08-16/openapi.yaml",
  "twilio-messaging/2.6.5/openapi.json",
];

const args = process.argv.slice(2);
const name = (args.find((arg) => arg.startsWith("--with="))?.slice("--with=".length) ?? "steady") as ValidatorName;
const asked = args.filter((arg) => !arg.startsWith("--"));
const documents = asked.length > 0 ? asked : all;

// So that a stopped run takes its validator with it.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
await install(name);
let failed = 0;
for (const document of documents) {
  const spec = findRealSpec(document);
  if (spec === undefined) {
    console.log(`skipped ${document}: not in ../shared/real-specs`);
    continue;
  }
  const out = await createPackageFolder();
  try {
    const generated = await generatePackage(spec, out);
    const began = performance.now();
    const validator = await startValidator(name, resolve(spec), { nestedForms: document.startsWith("stripe/") });
    const verdicts = await judgeOperations(generated.entry, validator).finally(validator.stop);
    const judged: Judged = { document, validator: name, verdicts };
    const { accepted, explained, unexplained, stale } = compareWithKnown(judged);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${document}: ${judged.verdicts.length} operations, ${accepted} accepted, ${explained.length} explained, ` +
        `${unexplained.length} rejected, ${stale.length} stale, ${seconds} s`,
    );
    for (const { verdict, because } of explained) console.log(`  explained ${verdict.operation}: ${because}`);
    for (const { operation, sent, problems } of unexplained) {
      console.log(`  REJECTED ${operation}: ${sent.slice(0, 300)}`);
      for (const problem of problems.slice(0, 5)) console.log(`    ${problem.slice(0, 300)}`);
    }
    for (const line of stale) console.log(`  STALE ${line}: take it out of independent-known.ts`);
    failed += unexplained.length + stale.length;
  } catch (error) {
    failed += 1;
    console.log(`${document}: FAILED ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await rm(dirname(out), { recursive: true, force: true });
  }
}
console.log(failed === 0 ? `every request is accepted or explained (${name})` : `${failed} failures (${name})`);
// The clients keep sockets to validators that are gone.
process.exit(failed === 0 ? 0 : 1);
