/** The platforms that are on this machine, and how the cases are run on each. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startPlatformServer } from "./platform-server.ts";

export interface PlatformResult {
  readonly passed: number;
  readonly failed: string[];
}

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const entries: Readonly<Record<string, string>> = {
  "@couplet/runtime": "runtime/index.js",
  "@couplet/runtime/codegen/v1": "runtime/codegen.js",
};

/** Writes the runtime and the cases as plain modules, which old Nodes and browsers load: the caller removes the folder. */
export async function writeModules(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "couplet-platform-"));
  const runtime = await readdir(join(root, "runtime"), { recursive: true });
  const isCore = (file: string) =>
    file.endsWith(".ts") && !/^(?:contract|dist|node_modules)\//.test(file) && file !== "testing.ts";
  const files = [...runtime.filter(isCore).map((file) => join("runtime", file)), "test/conformance/platform-cases.ts"];
  for (const file of files) {
    const up = relative(dirname(file), ".");
    const text = stripTypeScriptTypes(await readFile(join(root, file), "utf8")).replace(
      /(\bfrom\s*")([^"]+)(")/g,
      (_, start: string, name: string, end: string) => {
        const entry = Object.hasOwn(entries, name) ? join(up, entries[name]!) : name.replace(/\.ts$/, ".js");
        return `${start}${entry.startsWith(".") ? entry : `./${entry}`}${end}`;
      },
    );
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const runner =
    'import { runPlatformCases } from "./test/conformance/platform-cases.js";\n' +
    "console.log(JSON.stringify(await runPlatformCases(process.argv[2], false)));\n";
  await writeFile(join(folder, "run.js"), runner);
  return folder;
}

/** Nodes on this machine, by major version: the one that runs this, and those on the PATH. */
export async function findNodes(): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  const places = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node"));
  for (const file of [process.execPath, ...places].filter((place) => existsSync(place))) {
    const version = await promisify(execFile)(file, ["--version"]).catch(() => undefined);
    const major = Number(/^v([0-9]+)/.exec(version?.stdout ?? "")?.[1]);
    if (!Number.isNaN(major) && !found.has(major)) found.set(major, file);
  }
  return found;
}

/** A program of one of these names on the PATH, or of `npm install --prefix test/conformance`. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(here, "node_modules", ".bin")];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** A browser of the Chromium family; `CHROMIUM` names one that is not on the PATH. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  return named !== undefined && existsSync(named)
    ? named
    : findProgram("chromium", "chromium-browser", "google-chrome");
}

/** Runs the cases as a script; `command` is what runs one, with its flags. */
export async function runAsScript(folder: string, command: readonly string[]): Promise<PlatformResult> {
  const [file = "", ...flags] = command;
  const server = await startPlatformServer(folder);
  try {
    const { stdout } = await promisify(execFile)(file, [...flags, join(folder, "run.js"), server.base]);
    return JSON.parse(stdout) as PlatformResult;
  } finally {
    await server.close();
  }
}

/** Opens the page in a browser without a window and waits for what it reports. */
export async function runInChromium(folder: string, browser: string): Promise<PlatformResult> {
  const server = await startPlatformServer(folder);
  const profile = await mkdtemp(join(tmpdir(), "couplet-browser-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`];
  const child = spawn(browser, [...flags, server.base], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const gone = new Promise<never>((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${browser} ended with ${code} and reported nothing:\n${output}`)));
  });
  gone.catch(() => {});
  try {
    return await Promise.race([server.report, gone]);
  } finally {
    const ended = new Promise((resolve) => child.once("close", resolve));
    if (child.exitCode === null && child.kill("SIGKILL")) await ended;
    await server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
