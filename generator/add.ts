/** A provider's document becomes part of the project: what is vendored, where it came from, and a first policy. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { InputError } from "./errors.ts";
import { policyText } from "./infer/policy-text.ts";
import { inferPolicy, type StarterPolicy } from "./infer/starter-policy.ts";
import { block, type Entry, leaf, settle } from "./infer/suggestion.ts";
import { inferPin } from "./infer/version-pin.ts";
import { loadDocument } from "./load/document.ts";
import type { ApiDocument } from "./model.ts";

export interface AddRequest {
  readonly provider: string;
  readonly version: string;
  /** Where the document is read. */
  readonly file: string;
  readonly overlay?: string;
  /** Folder that paths are given and told relative to. */
  readonly cwd: string;
  /** As it is written down. */
  readonly from: { readonly file: string } | { readonly url: string };
  /** `YYYY-MM-DD` */
  readonly today: string;
}

export interface Addition {
  readonly document: ApiDocument;
  /** Below the provider's folder, without the policy. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  readonly policy: StarterPolicy;
  /** What a policy that is there already lacks: lines for its `versions`, or nothing when no parameter tells the version. */
  readonly versionLines?: string;
}

function refuse(file: string, message: string, fix: string): InputError {
  return new InputError([{ file, line: 1, column: 1, code: "C005", severity: "error", message, fix }]);
}

/** @throws InputError when the document or its overlay is refused, or its files cannot be taken over as they are. */
export async function prepareAddition(request: AddRequest): Promise<Addition> {
  const { file, overlay, cwd, provider, version } = request;
  const overlays = overlay === undefined ? [] : [overlay];
  const document = await loadDocument(file, { cwd, overlays });
  const vendored = await vendoredFiles(document, request);
  const root = vendored.values().next().value!;
  const paths = new Map<string, Uint8Array | string>(
    [...vendored].map(([path, bytes]) => [`${version}/${path}`, bytes]),
  );
  paths.set(`${version}/source.yaml`, sourceText(document, root, vendored.size, request));
  if (overlay !== undefined)
    paths.set(`${version}/overlay${yamlOrJson(overlay)}`, await readFile(resolve(cwd, overlay)));
  const pin = inferPin(document, version);
  const lines = pin && policyText([], settle([block("versions", [block(version, [pin])])])).trim();
  return {
    document,
    files: paths,
    policy: inferPolicy(document, provider, version),
    ...(lines === undefined ? {} : { versionLines: lines }),
  };
}

const yamlOrJson = (file: string): string => (extname(file).toLowerCase() === ".json" ? ".json" : ".yaml");

/** Names in a version's folder that mean something of their own. */
const reserved = /^(?:openapi|overlay)\.(?:ya?ml|json)$|^source\.yaml$/;

/** The document and the files that it refers to, byte for byte, the document first; by path below the version's folder. */
export async function vendoredFiles(
  document: ApiDocument,
  request: Pick<AddRequest, "overlay">,
): Promise<Map<string, Uint8Array>> {
  const [root, ...others] = document.files as readonly [string, ...string[]];
  const overlaid = request.overlay === undefined ? others : others.slice(0, -1);
  const bytes = await readFile(root);
  const known = /^\.(?:ya?ml|json)$/i.test(extname(root));
  const json = known ? yamlOrJson(root) === ".json" : bytes.toString("latin1", 0, 1024).trimStart().startsWith("{");
  const name = `openapi${json ? ".json" : ".yaml"}`;
  const files = new Map<string, Uint8Array>([[name, bytes]]);
  for (const file of overlaid) {
    const path = relative(dirname(root), file).split(sep).join("/");
    if (reserved.test(path))
      throw refuse(
        path,
        `the document refers to a file called ${path}, a name that has its own meaning beside the document`,
        "rename that file, and the references to it",
      );
    files.set(path, await readFile(file));
  }
  if (overlaid.length > 0 && basename(root) !== name) assertNotNamed(basename(root), name, files);
  return files;
}

/** The document gets another name; files that refer to it by the old one would lose it. */
function assertNotNamed(old: string, name: string, files: ReadonlyMap<string, Uint8Array>): void {
  const mention = new RegExp(`(?<=["'\\s/:])${old.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?=[#"'\\s]|$)`);
  for (const [path, bytes] of files) {
    const text = Buffer.from(bytes).toString("utf8");
    const found = mention.exec(text);
    if (found === null) continue;
    const line = text.slice(0, found.index).split("\n").length;
    const column = found.index - text.lastIndexOf("\n", found.index);
    throw new InputError([
      {
        file: path === name ? old : path,
        line,
        column,
        code: "C005",
        severity: "error",
        message: `this refers to the document by its name ${old}, which becomes ${name} here`,
        fix: `rename the document to ${name} in its own folder, and the references to it, and add it again`,
      },
    ]);
  }
}

/** Where the document came from. */
export function sourceText(
  document: ApiDocument,
  root: Uint8Array,
  count: number,
  { from, today }: Pick<AddRequest, "from" | "today">,
): string {
  const info = document.bundled["info"];
  const license = typeof info === "object" && info !== null && "license" in info ? info.license : undefined;
  const named = (key: string): string | undefined => {
    const value =
      typeof license === "object" && license !== null ? (license as Record<string, unknown>)[key] : undefined;
    return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 200) : undefined;
  };
  const licence = named("identifier") ?? named("name") ?? named("url");
  const entries: Entry[] = [
    "url" in from ? leaf("url", from.url) : leaf("file", from.file),
    leaf("fetched", today),
    leaf("sha256", createHash("sha256").update(root).digest("hex")),
    ...(count > 1 ? [leaf("files", count)] : []),
    ...(licence === undefined ? [] : [leaf("licence", licence, "as the document says")]),
  ];
  return policyText(["Where this document comes from; sha256 is of the document itself."], entries);
}
