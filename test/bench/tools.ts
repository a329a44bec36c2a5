/** The generators that are measured, each as its users start it: one process, from document to files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bench, type Command, root } from "./measure.ts";

export interface Tool {
  readonly name: string;
  /** What it writes. */
  readonly gives: string;
  command(document: string, out: string): Command;
}

/** Script of a package's command. */
function bin(name: string, command: string): string {
  const folder = join(bench, "node_modules", name);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  return join(folder, typeof bins === "string" ? bins : (bins[command] ?? ""));
}

function couplet(document: string, out: string): Command {
  const args = ["--conditions=@couplet/source", join(root, "generator/bin.js"), "generate", "--json"];
  return { args: [...args, "--spec", document, "--out", out], cwd: root };
}

export const ours: Tool = {
  name: "couplet",
  gives: "types, operations, validators, mocks, contract tests, docs",
  command: couplet,
};

const peers: readonly (Tool & { readonly package: string })[] = [
  {
    name: "openapi-typescript",
    package: "openapi-typescript",
    gives: "types",
    command: (document, out) => ({
      args: [bin("openapi-typescript", "openapi-typescript"), document, "-o", join(out, "schema.ts")],
    }),
  },
  {
    name: "hey-api",
    package: "@hey-api/openapi-ts",
    gives: "types, sdk",
    command: (document, out) => ({ args: [bin("@hey-api/openapi-ts", "openapi-ts"), "-i", document, "-o", out] }),
  },
  {
    name: "hey-api + zod",
    package: "@hey-api/openapi-ts",
    gives: "types, sdk, validators",
    command: (document, out) => ({
      args: [
        ...[bin("@hey-api/openapi-ts", "openapi-ts"), "-i", document, "-o", out],
        ...["-p", "@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch", "zod"],
      ],
    }),
  },
  {
    name: "orval",
    package: "orval",
    gives: "types, fetch functions",
    command: (document, out) => ({
      args: [bin("orval", "orval"), "--input", document, "--output", join(out, "client.ts"), "--client", "fetch"],
    }),
  },
];

/** The installed ones; empty, with a line that says how to get them, when none is. */
export function findPeers(): Tool[] {
  const found = peers.filter((peer) => existsSync(join(bench, "node_modules", peer.package)));
  if (found.length < peers.length) console.log("peers are left out: npm install --prefix test/bench brings them");
  return found;
}

/** Files and bytes below a folder. */
export function sizeOf(folder: string): { files: number; bytes: number } {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const texts = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return { files: texts.length, bytes: texts.reduce((sum, file) => sum + readFileSync(file).length, 0) };
}
