import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDocuments } from "./documents.ts";
import { measure, median, printTable, type Run, root } from "./measure.ts";
import { repeatDocument } from "./repeat-document.ts";

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

interface Input {
  readonly name: string;
  readonly text: string;
}

const most = 13_000_000;

/** One of 13 MB is always there: a real one where it lies beside the project, else our own, its paths repeated. */
async function inputs(): Promise<Input[]> {
  const json = (await findDocuments()).filter(({ file }) => file.endsWith(".json"));
  const found = json.map(({ name, file }) => ({ name, text: readFileSync(file, "utf8") }));
  if (found.some(({ text }) => text.length >= 0.9 * most)) return found;
  const real = join(root, "../shared/real-specs/github-ghes/3.6/openapi.json");
  const [name, text] = existsSync(real)
    ? ["GitHub Enterprise 3.6", readFileSync(real, "utf8")]
    : ["own", found.at(-1)!.text];
  return [...found, { name: `${name}, repeated`, text: repeatDocument(text, most) }];
}

/**
 * `couplet diff` on large documents: nothing changed, nothing but a space, and the type of one property in 60 named schemas.
 * Fails when the first two are told, or the last is not.
 */
export async function benchDiff(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-diff-"));
  const rows: string[][] = [];
  for (const { name, text } of await inputs()) {
    const base = join(folder, "base.json");
    const revision = join(folder, "revision.json");
    writeFileSync(base, text);
    for (const [what, other] of [
      ["the same bytes", text],
      ["one space more", `${text} `],
      ["60 schemas changed", edited(text)],
    ] as const) {
      writeFileSync(revision, other);
      const runs: Run[] = [];
      for (let round = 0; round < rounds; round++)
        runs.push(await measure({ args: [...command, base, revision], cwd: folder }));
      const of = (key: "seconds" | "cpu" | "mebibytes"): number => median(runs.map((run) => run[key]));
      const found = (JSON.parse(runs[0]!.output) as { findings: unknown[] }).findings.length;
      if (found > 0 !== (what === "60 schemas changed")) throw new Error(`${name}, ${what}: ${found} findings`);
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
