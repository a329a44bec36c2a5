/**
 * `npm run bench:consumer [-- --rounds 3]`: what a program that calls one GitHub operation pays: the time that TypeScript
 * 5.9 and 7 take to check it, and the size of its bundle (esbuild, minified, gzip). Uses what `bench:generate` left.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { cache } from "./documents.ts";
import { bench, machine, measure, median, option, printTable, root } from "./measure.ts";
import { strict } from "./type-errors.ts";

interface Consumer {
  readonly name: string;
  readonly text: string;
  /** Our packages from their sources instead of the built files. */
  readonly sources?: true;
}

const outputs = join(cache, "out/github");
const project = join(cache, "consumer");
const connector = "@connectors/github";
const call = `.create({ owner: "o", repo: "r", body: { title: "t" } }).then((issue) => console.log(issue.number));\n`;
const token = `process.env["TOKEN"] ?? ""`;

const doors: readonly Consumer[] = [
  {
    name: "couplet, index",
    text: `import { createClient } from "${connector}/v";\ncreateClient().issues${call}`,
  },
  {
    name: "couplet, narrow entry",
    text: `import { createIssues } from "${connector}/v/issues";\ncreateIssues()${call}`,
  },
  {
    name: "couplet, connect",
    text: `import { connect } from "@couplet/runtime";\nimport { issuesCreate } from "${connector}/v/issues";\nconnect({}, { issues: { create: issuesCreate } }).issues${call}`,
  },
];

const consumers: readonly Consumer[] = [
  { name: "empty file", text: "export {};\n" },
  ...doors,
  ...doors.map((door): Consumer => ({ ...door, name: `${door.name} (sources)`, sources: true })),
  {
    name: "openapi-fetch",
    text: `import createClient from "openapi-fetch";
import type { paths } from "${outputs}/openapi-typescript/schema.ts";
const client = createClient<paths>({ baseUrl: "https://api.github.com", headers: { authorization: ${token} } });
client.POST("/repos/{owner}/{repo}/issues", { params: { path: { owner: "o", repo: "r" } }, body: { title: "t" } })
  .then(({ data }) => console.log(data?.number));\n`,
  },
  ...["hey-api", "hey-api-zod"].map((name) => ({
    name: name.replace("api-z", "api + z"),
    text: `import { issuesCreate } from "${outputs}/${name}/sdk.gen";
issuesCreate({ path: { owner: "o", repo: "r" }, body: { title: "t" }, headers: { authorization: ${token} } as never })
  .then(({ data }) => console.log(data?.number));\n`,
  })),
  {
    name: "orval",
    text: `import { issuesCreate } from "${outputs}/orval/client.ts";
issuesCreate("o", "r", { title: "t" }, { headers: { authorization: ${token} } }).then((answer) => {
  if (answer.status === 201) console.log(answer.data.number);
});\n`,
  },
];

/** Our two packages as npm would install them: sources, and built files beside them. */
async function install(): Promise<void> {
  rmSync(project, { recursive: true, force: true });
  const modules = join(project, "node_modules");
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const version = Object.keys(lockOf().providers).flatMap((name) =>
    Object.keys(lockOf().providers[name]!.versions),
  )[0]!;
  const packages = [
    { from: join(root, "runtime"), to: join(modules, "@couplet/runtime"), include: ["**/*.ts"] },
    { from: join(outputs, "couplet"), to: join(modules, connector), include: ["v/**/*.ts"] },
  ];
  for (const { from, to, include } of packages) {
    cpSync(from, to, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
    if (existsSync(join(to, version))) {
      symlinkSync(version, join(to, "v"));
      const manifest = join(to, "package.json");
      writeFileSync(
        manifest,
        readFileSync(manifest, "utf8").replaceAll(`./${version}`, "./v").replaceAll(`dist/${version}`, "dist/v"),
      );
      rmSync(join(to, "v"));
      cpSync(join(to, version), join(to, "v"), { recursive: true });
    }
    const options = {
      ...strict,
      ...{
        allowImportingTsExtensions: undefined,
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
      },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, rootDir: ".", outDir: "dist" },
    };
    const config = join(to, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions: options, include, exclude: ["**/*.test.ts"] }));
    const { output, code } = await measure({ args: [compiler, "-p", config], cwd: to });
    if (code !== 0) console.log(`building ${to} gave errors:\n${output.slice(0, 600)}`);
  }
}

function lockOf(): { providers: Record<string, { versions: Record<string, unknown> }> } {
  return JSON.parse(readFileSync(join(outputs, "couplet/couplet.lock.json"), "utf8"));
}

interface Esbuild {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
}

/** Minified and gzipped bytes of a consumer's bundle. */
async function bundle(file: string, sources: boolean): Promise<{ minified: number; gzip: number }> {
  const esbuild = createRequire(join(bench, "package.json"))("esbuild") as Esbuild;
  const { outputFiles } = await esbuild.build({
    ...{ entryPoints: [file], bundle: true, minify: true, write: false, format: "esm", platform: "browser" },
    ...{ target: "es2022", logLevel: "error", conditions: sources ? ["@couplet/source"] : [] },
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

const compilers = [
  ["5.9", join(bench, "node_modules/typescript/bin/tsc")],
  ["7", join(root, "node_modules/typescript/bin/tsc")],
] as const;

if (!existsSync(join(outputs, "couplet")) || !existsSync(join(bench, "node_modules/esbuild"))) {
  console.log("needs `npm install --prefix test/bench` and a run of `npm run bench:generate -- --only github`");
  process.exit(1);
}
await install();
const rounds = Number(option("rounds") ?? 3);
const rows = consumers.map((consumer, index) => {
  const folder = join(project, String(index));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "main.ts"), consumer.text);
  const options = { ...strict, customConditions: consumer.sources ? ["@couplet/source"] : [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["main.ts"] }));
  return { consumer, folder, times: compilers.map(() => [] as { seconds: number; cpu: number }[]), errors: 0 };
});
for (let round = 0; round < rounds; round++) {
  for (const row of rows) {
    for (const [index, [, compiler]] of compilers.entries()) {
      const run = await measure({ args: [compiler, "-p", row.folder, "--pretty", "false"], cwd: row.folder });
      row.times[index]!.push(run);
      row.errors = run.output.match(/error TS/g)?.length ?? 0;
    }
  }
}
console.log(`${machine()}; type-check: medians of ${rounds} rounds, in turn; bundle: esbuild, minified\n`);
const table = [["consumer", "TS 5.9 wall s", "TS 5.9 CPU s", "TS 7 wall s", "type errors", "min kB", "min+gzip kB"]];
for (const { consumer, folder, times, errors } of rows) {
  const { minified, gzip } = await bundle(join(folder, "main.ts"), consumer.sources ?? false);
  const [five, seven] = times;
  table.push([
    ...[
      consumer.name,
      median(five!.map((run) => run.seconds)).toFixed(2),
      median(five!.map((run) => run.cpu)).toFixed(2),
    ],
    ...[median(seven!.map((run) => run.seconds)).toFixed(2), String(errors)],
    ...[(minified / 1000).toFixed(1), (gzip / 1000).toFixed(1)],
  ]);
}
printTable(table);
