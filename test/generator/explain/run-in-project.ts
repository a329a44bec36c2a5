/** The command line in a folder, with what it prints. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { main } from "../../../generator/cli.ts";

/** The project itself: `specs/` with its five providers. */
export const projectRoot: string = fileURLToPath(new URL("../../..", import.meta.url));

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runIn(cwd: string, ...args: readonly string[]): Promise<Printed> {
  let [out, err] = ["", ""];
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
  return { code, out, err };
}

/** A folder with these files, removed when the tests of the file are done. */
export function projectOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "couplet-explain-"));
  afterAll(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
