/** Validators of requests that others wrote, installed on demand: they know the provider's document, and nothing of ours. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Below node_modules: ignored by git, by the compiler and by the formatter, and gone after the next `npm ci`. */
const cache: string = fileURLToPath(new URL("../../node_modules/.cache/couplet-conformance/", import.meta.url));

/** Pinned, so that the known failures stay those of one version. */
const tools = {
  steady: { package: "@stdy/cli", version: "0.22.2", bin: "steady" },
  prism: { package: "@stoplight/prism-cli", version: "5.14.2", bin: "prism" },
} as const;

export type ValidatorName = keyof typeof tools;

export interface Validator {
  readonly url: string;
  /** What it has against the request that it answered; empty when it accepts the request. */
  readVerdict(response: Response): Promise<string[]>;
  stop(): Promise<void>;
}

export function isInstalled(name: ValidatorName): boolean {
  return existsSync(join(cache, "node_modules", tools[name].package, "package.json"));
}

/** Installs a validator into the cache folder; nothing happens when it is there. */
export async function install(name: ValidatorName): Promise<void> {
  if (isInstalled(name)) return;
  await mkdir(cache, { recursive: true });
  if (!existsSync(join(cache, "package.json"))) await writeFile(join(cache, "package.json"), '{ "private": true }\n');
  const { package: wanted, version } = tools[name];
  const flags = ["--prefix", cache, "--no-audit", "--no-fund", "--save-exact"];
  await promisify(execFile)("npm", ["install", ...flags, `${wanted}@${version}`], { cwd: cache });
}

/**
 * Starts a validator for one document on a free loopback port, and waits until it answers. `nestedForms`: the forms of
 * the document name nested values by brackets, which steady does not take from the Encoding Object but must be told.
 */
export async function startValidator(
  name: ValidatorName,
  document: string,
  options: { readonly nestedForms: boolean },
): Promise<Validator> {
  const port = String(await freePort());
  const bin = join(cache, "node_modules", ".bin", tools[name].bin);
  const flags = options.nestedForms ? ["--validator-form-object-format=brackets"] : [];
  const args =
    name === "steady"
      ? ["--host", "127.0.0.1", "-p", port, "--quiet", "--no-color", ...flags, document]
      : ["mock", "--errors", "-h", "127.0.0.1", "-p", port, "-v", "error", document];
  // A group of its own: both commands start a further process, which must end with them.
  const env = { ...process.env, NO_COLOR: "1" };
  const child = spawn(bin, args, { stdio: ["ignore", "pipe", "pipe"], env, detached: true });
  const kill = (): void => killGroup(child);
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await untilListening(child, url, said);
  return {
    url,
    readVerdict: name === "steady" ? readSteady : readPrism,
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  killGroup(child);
  await ended;
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilListening(child: ChildProcess, url: string, said: readonly string[]): Promise<void> {
  const latest = performance.now() + 120_000;
  while (performance.now() < latest && child.exitCode === null) {
    try {
      await fetch(`${url}/_x-steady/health`, { signal: AbortSignal.timeout(5_000) });
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  await end(child);
  throw new Error(`the validator does not start:\n${said.join("").slice(-2_000)}`);
}

/** Its answer says in headers whether the request was valid, and which codes were raised. */
async function readSteady(response: Response): Promise<string[]> {
  await response.body?.cancel();
  const { headers } = response;
  const matched = headers.get("x-steady-matched-path");
  if (headers.get("x-steady-request-valid") === "true") return [];
  const count = Number(headers.get("x-steady-error-count") ?? 0);
  const problems = Array.from({ length: count }, (_, index) => {
    const at = (part: string) => headers.get(`x-steady-error-${index + 1}-${part}`) ?? "";
    return `${at("code")} ${at("path")}: ${at("message")}`;
  });
  return problems.length > 0 ? problems : [`status ${response.status}, matched path ${matched ?? "none"}`];
}

const requestProblems =
  /#(?:UNPROCESSABLE_ENTITY|INVALID_CONTENT_TYPE|UNAUTHORIZED|NO_PATH_MATCHED_ERROR|NO_METHOD_MATCHED_ERROR|NO_SERVER\w*)/;

/** Its problem document names the kind; kinds about the answer that it would have to make up say nothing about us. */
async function readPrism(response: Response): Promise<string[]> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return [];
  const problem = JSON.parse(text) as {
    type?: string;
    title?: string;
    detail?: string;
    validation?: { location: string[]; code: string; message: string }[];
  };
  if (!requestProblems.test(problem.type ?? "")) return [];
  const found = (problem.validation ?? []).map((one) => `${one.code} ${one.location.join(".")}: ${one.message}`);
  return found.length > 0 ? found : [`${problem.title}: ${problem.detail}`];
}
