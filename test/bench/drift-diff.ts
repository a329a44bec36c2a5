import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDocuments } from "./documents.ts";
import { measure, median, printTable, type Run, root } from "./measure.ts";

const command = ["--conditions=@couplet/source", join(root, "generator/bin.js"), "diff", "--format", "json"];
interface Named {
  readonly properties?: Readonly<Record<string, { type?: unknown }>>;
}

/** The document with other types in the first property of 60 schemas. */
function edited(text: string): string {
  const document = JSON.parse(text) as { components: { schemas: Readonly<Record<string, Named>> } };
  const typed = Object.values(document.components.schemas).flatMap(
    ({ properties }) => Object.values(properties ?? {}).find(({ type }) => typeof type === "string") ?? [],
  );
  for (let n = 0; n < 60; n++) {
    const property = typed[Math.floor((n * typed.length) / 60)];
    if (property) property.type = property.type === "integer" ? "boolean" : "integer";
  }
  return JSON.stringify(document);
}

/** `couplet diff` on large documents: nothing changed but a space, and the type of one property in 60 named schemas changed. */
export async function benchDiff(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-diff-"));
  const rows: string[][] = [];
  for (const { name, file } of await findDocuments()) {
    if (!file.endsWith(".json")) continue;
    const text = readFileSync(file, "utf8");
    const [base, same, other] = ["base", "same", "other"].map((one) => join(folder, `${one}.json`)) as [
      string,
      string,
      string,
    ];
    writeFileSync(base, text);
    writeFileSync(same, `${text} `);
    writeFileSync(other, edited(text));
    for (const [what, revision] of [
      ["nothing changed", same],
      ["60 schemas changed", other],
    ] as const) {
      const runs: Run[] = [];
      for (let round = 0; round < rounds; round++)
        runs.push(await measure({ args: [...command, base, revision], cwd: folder }));
      const of = (key: "seconds" | "cpu" | "mebibytes"): number => median(runs.map((run) => run[key]));
      const found = (JSON.parse(runs[0]?.output ?? "{}") as { findings?: unknown[] }).findings?.length ?? 0;
      const size = `${(text.length / 1e6).toFixed(1)} MB`;
      rows.push([
        name,
        size,
        what,
        of("seconds").toFixed(2),
        of("cpu").toFixed(2),
        of("mebibytes").toFixed(0),
        String(found),
      ]);
    }
  }
  rmSync(folder, { recursive: true });
  printTable([["document", "size", "revision", "wall s", "CPU s", "peak MiB", "findings"], ...rows]);
}
