/** `source.yaml`: where a version's document came from. */
import { isMap, isScalar, parseDocument } from "yaml";
import { type Diagnostic, InputError, type Location, locate, printable } from "../errors.ts";

export const sourceFileName = "source.yaml";

export interface SourceFile {
  /** As people are told it. */
  readonly file: string;
  readonly text: string;
  /** The document itself, to be fetched again. */
  readonly url?: string;
  /** Of the document's bytes when it was taken over. */
  readonly sha256?: string;
  locate(key: string): Location;
}

/** `reference`: pages that a document was written from by hand; nothing is fetched from there. */
const known = ["url", "file", "reference", "fetched", "sha256", "files", "licence", "note"];

/** @throws InputError with every mistake of the file. */
export function readSourceFile(file: string, text: string): SourceFile {
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: true, logLevel: "error" });
  const findings: Diagnostic[] = [];
  const refuse = (offset: number, length: number, message: string, fix: string): void => {
    const place = locate(file, text, offset, length);
    findings.push({ ...place, code: "C008", severity: "error", message: printable(message), fix });
  };
  const values = new Map<string, string>();
  const places = new Map<string, Location>();
  const [broken] = document.errors;
  if (broken !== undefined)
    refuse(broken.pos[0], 1, `not valid YAML: ${broken.message.split("\n")[0]}`, "mend the YAML");
  else if (!isMap(document.contents) && text.trim() !== "" && document.contents !== null)
    refuse(0, 1, "this is no map of keys", `write lines such as \`url: https://…\``);
  for (const { key, value } of isMap(document.contents) ? document.contents.items : []) {
    const name = isScalar(key) ? String(key.value) : "";
    const [start = 0, end = start + 1] = (isScalar(key) ? key.range : undefined) ?? [];
    places.set(name, locate(file, text, start, end - start));
    if (!known.includes(name))
      refuse(start, end - start, `source.yaml has no key \`${name}\``, `known keys: ${known.join(", ")}`);
    else if (name !== "reference" && (!isScalar(value) || typeof value.value !== "string"))
      refuse(start, end - start, `\`${name}\` is no text`, "write text");
    else if (isScalar(value)) values.set(name, String(value.value));
  }
  const sha256 = values.get("sha256");
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    findings.push({
      ...places.get("sha256")!,
      ...{
        code: "C008",
        severity: "error",
        message: "`sha256` is not 64 hex digits",
        fix: "take it out, or correct it",
      },
    });
  if (findings.length > 0) throw new InputError(findings);
  const url = values.get("url");
  return {
    file,
    text,
    ...(url === undefined ? {} : { url }),
    ...(sha256 === undefined ? {} : { sha256 }),
    locate: (key) => places.get(key) ?? { file, line: 1, column: 1 },
  };
}

export interface SourceFacts {
  readonly from: { readonly file: string } | { readonly url: string };
  /** `YYYY-MM-DD` */
  readonly fetched: string;
  readonly sha256: string;
  /** Files that the document consists of. */
  readonly files: number;
}

/** The text with what is true of a new document; what else a person wrote there stays, and so does the address to ask again. */
export function renewSourceFile(text: string, { from, fetched, sha256, files }: SourceFacts): string {
  const document = parseDocument(text, { schema: "failsafe" });
  if ("url" in from) {
    document.set("url", from.url);
    document.delete("file");
  } else if (!document.has("url")) document.set("file", from.file);
  document.set("fetched", fetched);
  document.set("sha256", sha256);
  if (files > 1) document.set("files", String(files));
  else document.delete("files");
  return document.toString({ lineWidth: 0 });
}
