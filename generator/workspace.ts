/** The project on disk: its configuration, its providers, and the one place that writes. */
import { randomBytes } from "node:crypto";
import type { Dirent } from "node:fs";
import { appendFile, constants, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Diagnostic, InputError, locate } from "./errors.ts";
import { assertPlaces, standing } from "./output-places.ts";

export interface Config {
  /** Folder of the providers' documents and policies. */
  readonly specs: string;
  /** Folder of the generated packages. */
  readonly out: string;
  /** npm scope of the generated packages. */
  readonly scope: string;
  /** Warnings are errors. */
  readonly strict: boolean;
}

const configSchema: z.ZodType<Config> = z.strictObject({
  specs: z.string().default("specs"),
  out: z.string().default("generated"),
  scope: z
    .string()
    .regex(/^@[a-z0-9][a-z0-9._-]*$/, "an npm scope such as @connectors")
    .default("@connectors"),
  strict: z.boolean().default(false),
});

/** A provider under `specs/`: its policy and the documents of its versions, as paths relative to the project. */
export interface ProviderSources {
  readonly provider: string;
  readonly policy?: string;
  /** `CHANGELOG.md` beside the policy. */
  readonly changelog?: string;
  readonly versions: readonly {
    readonly version: string;
    readonly document: string;
    /** In the order in which they are applied. */
    readonly overlays: readonly string[];
  }[];
  /** What is wrong with the files of the versions. */
  readonly findings: readonly Diagnostic[];
}

export interface Workspace {
  readonly root: string;
  readonly config: Config;
  readonly providers: readonly ProviderSources[];
}

export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function listIfPresent(folder: string): Promise<Dirent[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function parseConfig(file: string, text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const syntax = document.errors[0];
  const refuse = (message: string, offset: number, fix: string): never => {
    throw new InputError([{ ...locate(file, text, offset), code: "C001", severity: "error", message, fix }]);
  };
  if (syntax) return refuse(syntax.message.split("\n")[0]!, syntax.pos[0], "mend the YAML");
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const offset = Math.max(0, text.search(new RegExp(`^["']?${String(path[0] ?? "").replace(/\W/g, "\\$&")}\\b`, "m")));
  return refuse(`${path.join(".")}: ${issue.message}`, offset, "known keys: specs, out, scope, strict");
}

const documentNames = ["openapi.yaml", "openapi.yml", "openapi.json"];

/** The overlays in the folder of a version: one, or the person is told. */
export async function findOverlays(root: string, folder: string): Promise<string[]> {
  const names = (await listIfPresent(join(root, folder))).map((file) => file.name);
  return names.filter((name) => /^overlay\.(ya?ml|json)$/.test(name)).map((name) => join(folder, name));
}

async function findProvider(root: string, specs: string, provider: string): Promise<ProviderSources> {
  const folder = join(specs, provider);
  const entries = await listIfPresent(join(root, folder));
  const findings: Diagnostic[] = [];
  const versions = [];
  for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
    const names = (await listIfPresent(join(root, folder, entry.name))).map((file) => file.name);
    const document = documentNames.find((name) => names.includes(name));
    if (document === undefined) continue;
    const overlays = await findOverlays(root, join(folder, entry.name));
    const [first, second] = overlays;
    if (first !== undefined && second !== undefined)
      findings.push({
        ...{ file: second, line: 1, column: 1, code: "C002", severity: "error" },
        ...{ message: `there is also ${first}`, fix: "keep one overlay file" },
      });
    versions.push({ version: entry.name, document: join(folder, entry.name, document), overlays });
  }
  const policy = entries.find((entry) => /^policy\.ya?ml$/.test(entry.name));
  // A policy that nobody reads would leave a provider to the defaults without a word.
  for (const { name } of entries.filter(
    (entry) => entry !== policy && /^polic(?:y|ies)\.(?:ya?ml|json)$/i.test(entry.name),
  ))
    findings.push({
      ...{ file: join(folder, name), line: 1, column: 1, code: "C002", severity: "error" },
      ...(policy === undefined
        ? { message: "this file is not read: a policy is called policy.yaml", fix: "rename it; JSON is YAML, too" }
        : { message: `this file is not read, for there is also ${policy.name}`, fix: "keep one policy" }),
    });
  const changelog = entries.find((entry) => entry.name === "CHANGELOG.md" && entry.isFile());
  return {
    provider,
    versions,
    findings,
    ...(policy === undefined ? {} : { policy: join(folder, policy.name) }),
    ...(changelog === undefined ? {} : { changelog: join(folder, changelog.name) }),
  };
}

/** Reads the project in a folder; every default of the configuration is resolved here. */
export async function loadWorkspace(root: string): Promise<Workspace> {
  const text = await readIfPresent(join(root, "couplet.yaml"));
  const config = text === undefined ? configSchema.parse({}) : parseConfig("couplet.yaml", text);
  const folders = (await listIfPresent(join(root, config.specs))).filter((entry) => entry.isDirectory());
  const providers = await Promise.all(folders.map((folder) => findProvider(root, config.specs, folder.name)));
  return { root, config, providers: providers.filter((p) => p.versions.length > 0 || p.policy !== undefined) };
}

// ---------------------------------------------------------------- output

export interface Difference {
  readonly path: string;
  readonly kind: "changed" | "missing" | "extra";
}

async function replaceFile(target: string, text: string): Promise<void> {
  const temporary = join(dirname(target), `.couplet-${randomBytes(6).toString("hex")}`);
  const handle = await open(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
  );
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  await rename(temporary, target);
}

/**
 * Writes files below `root`: only those whose content differs, each through a new file and a rename, and removes
 * those of `owned` that are no longer among them. Nothing is changed when any of them stands in a wrong place
 * (assertPlaces). Returns how many files were written and removed.
 */
export async function writeOut(
  root: string,
  files: ReadonlyMap<string, string>,
  owned: Iterable<string>,
): Promise<{ written: number; removed: number }> {
  const gone = [...owned].filter((path) => !files.has(path));
  await assertPlaces(root, files.keys(), gone);
  let written = 0;
  let removed = 0;
  for (const [path, text] of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if ((await readIfPresent(target)) === text) continue;
    await replaceFile(target, text);
    written++;
  }
  for (const path of gone) {
    const target = join(root, path);
    if (!(await standing(target))?.isFile()) continue;
    await rm(target);
    removed++;
  }
  return { written, removed };
}

function refuseNamed(file: string, message: string): InputError {
  const fix = "name another file";
  return new InputError([{ file, line: 1, column: 1, code: "C003", severity: "error", message, fix }]);
}

/** Writes whole texts to the paths that a person named, each through a new file and a rename; none where something else stands at one. */
export async function writeNamed(files: ReadonlyMap<string, string>): Promise<void> {
  for (const path of files.keys()) {
    const found = await standing(path);
    if (found === undefined || found.isFile()) continue;
    throw refuseNamed(path, "there is a folder, a link or a device where a file is to be written");
  }
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true }).catch(() => {});
    await replaceFile(path, text).catch((error: NodeJS.ErrnoException) => {
      throw refuseNamed(path, `the file cannot be written: ${error.code ?? "unknown"}`);
    });
  }
}

/** Adds text at the end of a file that another program handed over. */
export async function appendNamed(path: string, text: string): Promise<void> {
  await appendFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw refuseNamed(path, `the file cannot be written: ${error.code ?? "unknown"}`);
  });
}

const ignoredFolders = new Set(["node_modules", "dist"]);

/** All files below a folder, as `/`-joined relative paths; node_modules, dist and build records are not output. */
async function listFiles(root: string, folder = root): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await listIfPresent(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!ignoredFolders.has(entry.name)) found.push(...(await listFiles(root, path)));
    } else if (!entry.name.endsWith(".tsbuildinfo")) {
      found.push(relative(root, path).split(sep).join("/"));
    }
  }
  return found;
}

/** Files in one of `folders` below `root` that are no output. */
export async function findExtra(
  root: string,
  isOutput: (path: string) => boolean,
  folders: Iterable<string>,
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders)
    for (const path of await listFiles(resolve(root, folder))) {
      const full = folder === "" || folder === "." ? path : `${folder}/${path}`;
      if (!isOutput(full)) found.push(full);
    }
  return found;
}

/** What a run would change below `root`: files that differ, are missing, or stand in one of `folders` without being output. */
export async function compareOut(
  root: string,
  files: ReadonlyMap<string, string>,
  folders: Iterable<string>,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [path, text] of files) {
    const found = await standing(join(root, path));
    if (found === undefined) differences.push({ path, kind: "missing" });
    else if (!found.isFile() || (await readFile(join(root, path), "utf8")) !== text)
      differences.push({ path, kind: "changed" });
  }
  for (const path of await findExtra(root, (file) => files.has(file), folders))
    differences.push({ path, kind: "extra" });
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1));
}
