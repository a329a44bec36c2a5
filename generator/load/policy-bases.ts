/** The layers below a policy: the files that `extends` names, theirs before them, each file once. */
import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { isInBase, type PolicyMap, type PolicyPath, type PolicySource, type PolicySpot } from "../policy-model.ts";
import { type FileProblem, findProjectFile, isInside } from "./project-file.ts";

/** Reads one policy file; throws InputError when it cannot be read. */
export type ReadPolicyFile = (file: string) => Promise<PolicySource>;

/** A base says how to call; these keys say whom, and belong to the policy of a provider. */
const providersOwn: readonly string[] = [
  ...["provider", "versions", "operations", "servers", "serverVariables", "credentials", "auth", "names"],
  ...["coerce", "webhooks"],
];
const maxDepth = 8;
const maxFiles = 32;

/** What is known while the files below one policy are read. */
interface Descent {
  readonly read: ReadPolicyFile;
  /** Folder that no base may lie outside of, links followed. */
  readonly root: string;
  /** Real paths of all files so far, and of those that lead to the one at hand. */
  readonly seen: Set<string>;
  readonly chain: readonly string[];
}

/** Adds the bases of a policy. Mistakes in `extends` and in the bases become findings of the policy. */
export async function withBases(source: PolicySource, root: string, read: ReadPolicyFile): Promise<PolicySource> {
  if (!Array.isArray(source.data["extends"])) return source;
  const [file, folder] = await Promise.all([realpath(source.files[0]!), realpath(root)]);
  const inside = isInside(folder, file) ? folder : dirname(file);
  return descend(source, { read, root: inside, seen: new Set([file]), chain: [file] });
}

async function descend(source: PolicySource, descent: Descent): Promise<PolicySource> {
  const entries = source.data["extends"];
  const bases = new Map<number, PolicySource>();
  const findings: Diagnostic[] = [];
  const before = new Set(descent.seen);
  for (const [index, entry] of (Array.isArray(entries) ? (entries as readonly string[]) : []).entries()) {
    const found = await readBase(entry, descent, before);
    if (found === undefined) continue;
    if ("code" in found) findings.push({ ...source.locate(["extends", index]), severity: "error", ...found });
    else bases.set(index, found);
  }
  return bases.size === 0 && findings.length === 0 ? source : combine(source, bases, findings);
}

/** A base with its own bases; undefined where it is a layer already, through an earlier file. */
async function readBase(
  entry: string,
  descent: Descent,
  before: ReadonlySet<string>,
): Promise<PolicySource | FileProblem | undefined> {
  // From the real place of the naming file: what its folder is called through a link says nothing.
  const real = await findProjectFile(descent.root, dirname(descent.chain.at(-1)!), entry, "a base");
  if (typeof real !== "string") return real;
  if (descent.chain.includes(real))
    return {
      code: "P301",
      message: "this file is already on the way here: it would extend itself",
      fix: "take it out",
    };
  if (descent.seen.has(real))
    return before.has(real)
      ? undefined
      : { code: "P301", message: "an earlier entry of this list brings this file already", fix: "take it out" };
  if (descent.chain.length > maxDepth || descent.seen.size > maxFiles)
    return {
      code: "P003",
      message: `bases go ${maxDepth} files deep and are ${maxFiles} at most`,
      fix: "put what they say into fewer files",
    };
  descent.seen.add(real);
  try {
    const base = withoutProvider(await descent.read(real));
    return await descend(base, { ...descent, chain: [...descent.chain, real] });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { message, fix } = error.diagnostics[0]!;
    return { code: "P202", message, ...(fix === undefined ? {} : { fix }) };
  }
}

/** Takes out and reports what only the policy of a provider can say. */
function withoutProvider(base: PolicySource): PolicySource {
  const foreign = providersOwn.filter((key) => base.has([key]));
  if (foreign.length === 0) return base;
  const data = Object.create(null) as Record<string, PolicyMap[string]>;
  for (const [key, value] of Object.entries(base.data)) if (!foreign.includes(key)) data[key] = value;
  const findings = foreign.map(
    (key): Diagnostic => ({
      ...base.locate([key], { of: "key" }),
      code: "P002",
      severity: "error",
      message: `\`${key}\` has no place in a policy that others extend`,
      fix: "move it into the policies of the providers; a base says how to call, not whom",
    }),
  );
  return { ...base, data, diagnostics: [...base.diagnostics, ...findings] };
}

function combine(
  source: PolicySource,
  bases: ReadonlyMap<number, PolicySource>,
  findings: readonly Diagnostic[],
): PolicySource {
  const all = [...bases.values()];
  const baseOf = (path: PolicyPath): PolicySource | undefined =>
    isInBase(path) ? bases.get(path[1] as number) : undefined;
  const hashes = [source, ...all].map((one) => one.sha256);
  return {
    ...source,
    bases,
    files: [source, ...all].flatMap((one) => one.files),
    sha256: createHash("sha256").update(hashes.join("\n")).digest("hex"),
    diagnostics: [...source.diagnostics, ...findings, ...all.flatMap((one) => one.diagnostics)],
    has: (path) => baseOf(path)?.has(path.slice(2)) ?? (source.has(path) || all.some((base) => base.has(path))),
    locate: (path: PolicyPath, spot?: PolicySpot) =>
      baseOf(path)?.locate(path.slice(2), spot) ?? source.locate(path, spot),
    mask: (text) => all.reduce((told, base) => base.mask(told), source.mask(text)),
  };
}
