/** Reads a policy file: YAML with positions, the shape of the language, and literal secrets. Meaning is `plan`'s matter. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { type Diagnostic, InputError, type Location, locate } from "../errors.ts";
import {
  isPolicyMap,
  type PolicyMap,
  type PolicyPath,
  type PolicySource,
  type PolicySpot,
  type PolicyValue,
} from "../policy-model.ts";
import { blankShapes, findSecrets } from "../secret-shapes.ts";
import { withBases } from "./policy-bases.ts";
import { type Structural, toStructural, valueAt } from "./policy-issues.ts";
import { policySchema } from "./policy-schema.ts";
import { type PolicyYaml, readPolicyYaml, type Spot } from "./policy-yaml.ts";

const maxBytes = 1_048_576;

/**
 * Loads a policy and the files that it extends, which must lie in `cwd` (without it, in the policy's folder). Everything
 * wrong with their content is collected in `diagnostics`, and left out of `data`, so that one run finds it all.
 * @throws InputError when the file cannot be read.
 */
export async function loadPolicy(file: string, options: { readonly cwd?: string } = {}): Promise<PolicySource> {
  const read = (path: string): Promise<PolicySource> => readPolicyFile(path, options);
  const source = await read(file);
  return withBases(source, options.cwd ?? dirname(source.files[0]!), read);
}

async function readPolicyFile(file: string, options: { readonly cwd?: string }): Promise<PolicySource> {
  const absolute = resolve(options.cwd ?? "", file);
  const told = (options.cwd === undefined ? file : relative(options.cwd, absolute)).split(sep).join("/") || file;
  const whole = { file: told, line: 1, column: 1, severity: "error" as const, code: "P001" };
  let bytes: Buffer;
  try {
    bytes = await readFile(absolute);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "there is no such file"
        : String((error as NodeJS.ErrnoException).code ?? error);
    throw new InputError([
      {
        ...whole,
        message: `the policy cannot be read: ${reason}`,
        fix: "check the path and the permissions of the file",
      },
    ]);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length > maxBytes)
    return refused(told, absolute, sha256, {
      ...whole,
      message: "the policy is larger than 1 MiB",
      fix: "keep provider data out of the policy",
    });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused(told, absolute, sha256, {
      ...whole,
      message: "the policy is not UTF-8 text",
      fix: "save it as UTF-8",
    });
  }
  return readPolicy(told, absolute, text, sha256);
}

function refused(file: string, absolute: string, sha256: string, diagnostic: Diagnostic): PolicySource {
  const { file: _, ...place } = diagnostic;
  return {
    file,
    sha256,
    files: [absolute],
    bases: new Map(),
    data: Object.create(null) as PolicyMap,
    diagnostics: [diagnostic],
    has: () => false,
    locate: () => ({ file, line: place.line, column: place.column }),
    mask: (text) => text,
  };
}

function readPolicy(file: string, absolute: string, text: string, sha256: string): PolicySource {
  const yaml = readPolicyYaml(text);
  const { masked, secrets, leaks } = hideSecrets(text, yaml);
  const place = (start: number, end: number): Location => locate(file, masked, start, Math.max(1, end - start));
  const mask = (message: string): string =>
    blankShapes(secrets.reduce((told, secret) => told.replaceAll(secret, "***"), message));
  const diagnostics: Diagnostic[] = [];
  for (const { code, message, fix, start, end } of yaml.problems)
    diagnostics.push({ ...place(start, end), code, severity: "error", message: mask(message), fix: mask(fix) });

  const locatePath = (path: PolicyPath, spot: PolicySpot = {}): Location => place(...rangeOf(yaml.root, path, spot));
  const data = copy(yaml.data) as Record<string, PolicyValue>;
  const leaked = new Set(leaks.map((path) => JSON.stringify(path)));
  for (const path of leaks) {
    diagnostics.push({
      ...locatePath(path, { of: "value" }),
      code: "P601",
      severity: "error",
      message: `\`${path.filter((key) => typeof key === "string").join(".")}\` holds a literal secret`,
      fix: "declare it under `credentials` with `env: NAME`, refer to it as `{name}`, and revoke this one if it is real",
    });
  }
  const unread = yaml.problems.length > 0 && yaml.root.children === undefined;
  for (const finding of unread ? [] : prune(data, leaks)) {
    if (leaked.has(JSON.stringify(finding.path))) continue;
    const owner = finding.missing ? finding.path.slice(0, -1) : finding.path;
    diagnostics.push({
      ...locatePath(owner, { of: finding.missing ? "key" : finding.of }),
      code: finding.code,
      severity: "error",
      message: mask(finding.message),
      fix: mask(finding.fix),
    });
  }
  const provider = data["provider"];
  return {
    file,
    sha256,
    files: [absolute],
    bases: new Map(),
    ...(typeof provider === "string" ? { provider } : {}),
    data,
    diagnostics: diagnostics
      .filter(
        (one) => one.code !== "P003" || !diagnostics.some((other) => other.code === "P001" && samePlace(one, other)),
      )
      .sort((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1)),
    has: (path) => valueAt(yaml.data, path) !== undefined,
    locate: locatePath,
    mask,
  };
}

const samePlace = (a: Location, b: Location): boolean => a.line === b.line && a.column === b.column;

/** The text with every secret blanked out at its place, the secrets themselves, and the paths that hold them. */
function hideSecrets(text: string, yaml: PolicyYaml): { masked: string; secrets: string[]; leaks: PolicyPath[] } {
  const secrets: string[] = [];
  const leaks: PolicyPath[] = [];
  const characters: [number, number][] = [];
  for (const { text: value, path, spot } of yaml.scalars) {
    const found = findSecrets(value, path);
    if (found.length === 0) continue;
    leaks.push(path);
    for (const [start, end] of found) {
      secrets.push(value.slice(start, end));
      characters.push(spot.verbatim === undefined ? [...spot.value] : [spot.verbatim + start, spot.verbatim + end]);
    }
  }
  let masked = blankShapes(text);
  for (const [start, end] of characters)
    masked = masked.slice(0, start) + masked.slice(start, end).replace(/[^\r\n]/g, "*") + masked.slice(end);
  return { masked, secrets: secrets.filter((secret) => secret.length > 2), leaks };
}

function rangeOf(root: Spot, path: PolicyPath, { of, offset, length }: PolicySpot): [number, number] {
  let spot = root;
  let found = true;
  for (const key of path) {
    const child = spot.children?.get(key);
    found = child !== undefined;
    if (child === undefined) break;
    spot = child;
  }
  const part = found ? of : "key";
  const key = spot.key ?? (spot === root ? firstKey(root) : undefined);
  const keyed = spot.children !== undefined && [...spot.children.keys()].some((child) => typeof child === "string");
  if (key && (part === "key" || (part === undefined && keyed))) return [...key];
  if (offset !== undefined && spot.verbatim !== undefined)
    return [spot.verbatim + offset, spot.verbatim + offset + (length ?? 1)];
  return [...spot.value];
}

const firstKey = (root: Spot): readonly [number, number] | undefined => root.children?.values().next().value?.key;

/**
 * Takes every note and every part that the schema refuses out, until the rest is sound. Returns the findings of the first look: later
 * ones are consequences of what was taken out.
 */
function prune(data: Record<string, PolicyValue>, leaks: readonly PolicyPath[]): readonly Structural[] {
  let first: readonly Structural[] | undefined;
  for (let round = 0; round < 20; round++) {
    const parsed = policySchema.safeParse(data);
    const { findings, notes } = toStructural(parsed.success ? [] : parsed.error.issues, data);
    for (const path of notes) remove(data, path);
    if (round === 0) {
      first = findings;
      for (const path of leaks) remove(data, path);
    }
    if (findings.length === 0) {
      if (notes.length === 0) break;
      continue;
    }
    for (const { path, missing } of findings) remove(data, missing && path.length > 1 ? path.slice(0, -1) : path);
    if (findings.every(({ path, missing }) => missing && path.length === 1)) break;
  }
  return first ?? [];
}

function copy(value: PolicyValue): PolicyValue {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPolicyMap(value)) return value;
  const map: Record<string, PolicyValue> = Object.create(null);
  for (const [key, child] of Object.entries(value)) map[key] = copy(child);
  return map;
}

/** Maps lose the key. A list with a bad entry goes as a whole, so that the indexes of other paths stay true. */
function remove(data: Record<string, PolicyValue>, path: PolicyPath): void {
  const owner = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(owner)) {
    if (typeof key === "number") remove(data, path.slice(0, -1));
  } else if (isPolicyMap(owner) && key !== undefined) delete (owner as Record<string, PolicyValue>)[key as string];
}
