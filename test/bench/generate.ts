/**
 * `npm run bench:generate [-- <document> ...]`: wall time and peak memory of the whole process, cold and for an
 * unchanged rerun; medians of five, in turn. Without arguments: real documents beside the project where present, and one
 * written here with 1,200 operations.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rounds = 5;

interface Figures {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly report: { packages: { operations: number; files: number; bytes: number; unchanged: boolean }[] };
}

function run(document: string, out: string): Promise<Figures> {
  const start = performance.now();
  const args = [
    "--conditions=@couplet/source",
    "--import",
    join(root, "test/bench/peak-memory.ts"),
    "generator/bin.js",
  ];
  const child = spawn(process.execPath, [...args, "generate", "--spec", document, "--out", out, "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  let text = "";
  let memory = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stdio[3]?.on("data", (chunk) => {
    memory += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`generating ${document} ended with ${code}`));
      resolve({
        seconds: (performance.now() - start) / 1000,
        mebibytes: Number(memory) / 1024,
        report: JSON.parse(text),
      });
    });
  });
}

/** Five resources a hundred times over: list, create, read, update, delete, with nested objects and references. */
function writeLargeDocument(file: string): void {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  const json = (schema: object): object => ({ "application/json": { schema } });
  for (let n = 0; n < 240; n++) {
    const name = `Resource${n}`;
    const ref = { $ref: `#/components/schemas/${name}` };
    const next = { $ref: `#/components/schemas/Resource${(n * 7 + 1) % 240}` };
    const properties: Record<string, object> = {
      id: { type: "string" },
      next,
      status: { type: "string", enum: ["open", "closed", "void"] },
    };
    for (let p = 0; p < 30; p++)
      properties[`field_${p}`] = {
        type: ["string", "integer", "boolean"][p % 3],
        description: `Field ${p} of resource ${n}.`,
      };
    schemas[name] = { type: "object", required: ["id", "status"], properties };
    const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const limit = { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } };
    const operation = (verb: string, more: object): object => ({
      operationId: `${verb}${name}`,
      tags: [`Group${n % 40}`],
      responses: { "200": { description: "ok", content: json(ref) }, default: { description: "error" } },
      ...more,
    });
    const body = { requestBody: { required: true, content: json(ref) } };
    paths[`/resources${n}`] = { get: operation("list", { parameters: [limit] }), post: operation("create", body) };
    paths[`/resources${n}/{id}`] = {
      parameters: [id],
      get: operation("retrieve", {}),
      put: operation("update", body),
      delete: operation("delete", { responses: { "204": { description: "gone" } } }),
    };
  }
  const document = {
    openapi: "3.1.0",
    info: { title: "Large", version: "1.0.0" },
    servers: [{ url: "https://large.example" }],
    paths,
    components: { schemas },
  };
  writeFileSync(file, JSON.stringify(document));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

const folder = mkdtempSync(join(tmpdir(), "couplet-bench-"));
try {
  const large = join(folder, "large.json");
  writeLargeDocument(large);
  const real = ["stripe/2023-08-16/openapi.yaml", "github-ghes/3.6/openapi.json"].map((path) =>
    join(root, "../shared/real-specs", path),
  );
  const asked = process.argv.slice(2);
  const documents = asked.length > 0 ? asked : [...real.filter(existsSync), large];
  console.log(
    `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}; medians of ${rounds}, whole process\n`,
  );
  console.log(
    "| document | MB | operations | files | cold s | cold peak MiB | unchanged s | unchanged peak MiB |\n|---|---|---|---|---|---|---|---|",
  );
  for (const document of documents) {
    const cold: Figures[] = [];
    const again: Figures[] = [];
    for (let round = 0; round < rounds; round++) {
      const out = join(folder, `out-${round}`);
      cold.push(await run(document, out));
      again.push(await run(document, out));
      if (again.at(-1)!.report.packages[0]?.unchanged !== true)
        throw new Error("the rerun was not recognised as unchanged");
      rmSync(out, { recursive: true });
    }
    const { operations, files } = cold[0]!.report.packages[0]!;
    const figures = [cold, again].flatMap((runs) => [
      median(runs.map((one) => one.seconds)).toFixed(2),
      median(runs.map((one) => one.mebibytes)).toFixed(0),
    ]);
    const name = document.split("/").slice(-3).join("/");
    console.log(
      `| ${name} | ${(statSync(document).size / 1e6).toFixed(1)} | ${operations} | ${files} | ${figures.join(" | ")} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
