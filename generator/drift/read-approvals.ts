/** `couplet.approvals.yaml`: findings that a person has accepted, each with its reason. */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { type Diagnostic, InputError, type Location, locate, printable } from "../errors.ts";
import type { Approval } from "./finding.ts";

export const approvalsName = "couplet.approvals.yaml";

/** An approval and where it stands. */
export interface WrittenApproval {
  readonly approval: Approval;
  readonly location: Location;
}

const required = ["fingerprint", "rule", "reason"] as const;
const known = [...required, "where", "by", "until"] as const;
const forms: Readonly<Partial<Record<string, { readonly test: (text: string) => boolean; readonly words: string }>>> = {
  fingerprint: { test: (text) => /^[0-9a-f]{16}$/.test(text), words: "16 hex digits, as reports print them" },
  rule: { test: (text) => /^[a-z][a-z0-9-]{0,99}$/.test(text), words: "the name of a rule: a-z, 0-9 and -" },
  until: { test: isDay, words: "a day such as 2027-01-31" },
};

/** A day of the calendar, `2027-01-31`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Scalars stay text as they are written: a fingerprint may look like a number. */
export function parseApprovals(text: string): Document.Parsed {
  return parseDocument(text, { schema: "failsafe", uniqueKeys: true, prettyErrors: false, logLevel: "error" });
}

/** @throws InputError with every mistake of the file. An empty file has no approvals. */
export function readApprovals(file: string, text: string): WrittenApproval[] {
  const findings: Diagnostic[] = [];
  const refuse = (range: readonly number[], message: string, fix: string): void => {
    const [start = 0, end = start + 1] = range;
    const place = locate(file, text, start, end - start);
    findings.push({ ...place, code: "A001", severity: "error", message: printable(message), fix });
  };
  const document = parseApprovals(text);
  const [broken] = document.errors;
  if (broken !== undefined) refuse(broken.pos, `not valid YAML: ${broken.message.split("\n")[0]}`, "correct the YAML");
  const approvals = broken === undefined ? listOf(document, refuse).flatMap((node) => entryOf(node)) : [];
  if (findings.length > 0) throw new InputError(findings);
  return approvals;

  function entryOf(node: Node): WrittenApproval[] {
    const range = node.range ?? [0, 1];
    const before = findings.length;
    if (!isMap(node)) {
      refuse(range, "an approval is a map of keys", "write fingerprint, rule and reason");
      return [];
    }
    const values = new Map<string, string>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const place = (key as Node).range ?? range;
      const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
      if (!(known as readonly string[]).includes(name))
        refuse(place, `an approval has no key \`${name}\``, `known keys: ${known.join(", ")}`);
      else if (!isScalar(value) || typeof value.value !== "string" || value.value.trim() === "")
        refuse((value as Node | null)?.range ?? place, `\`${name}\` is no text`, "write text");
      else if (form?.test(value.value) === false)
        refuse(value.range ?? place, `\`${name}\` is not ${form.words}`, `write ${form.words}`);
      else values.set(name, value.value);
    }
    for (const name of required)
      if (!node.has(name))
        refuse([range[0]], `the approval has no \`${name}\``, name === "reason" ? "say why it is accepted" : `add it`);
    if (findings.length > before) return [];
    return [{ approval: Object.fromEntries(values) as unknown as Approval, location: placeOf(node) }];
  }

  function placeOf(node: Node): Location {
    const [start = 0] = node.range ?? [];
    const end = text.indexOf("\n", start);
    return locate(file, text, start, (end === -1 ? text.length : end) - start);
  }
}

/** The nodes of `approvals`; anything else at the root is refused. */
function listOf(
  document: Document.Parsed,
  refuse: (range: readonly number[], message: string, fix: string) => void,
): readonly Node[] {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === "")) return [];
  if (!isMap(contents)) {
    refuse(contents.range, "this is no file of approvals", "start with `version: 1` and `approvals:`");
    return [];
  }
  for (const { key } of contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    if (name !== "version" && name !== "approvals")
      refuse(
        (key as Node).range ?? contents.range,
        `there is no key \`${name}\` here`,
        "known keys: version, approvals",
      );
  }
  const version = contents.get("version", true) as Node | undefined;
  if (!isScalar(version) || version.value !== "1")
    refuse(version?.range ?? contents.range, "the file is not of version 1", "write `version: 1`");
  const list = contents.get("approvals", true) as Node | undefined;
  if (list === undefined || (isScalar(list) && list.value === "")) return [];
  if (isSeq(list)) return list.items as Node[];
  refuse(list.range ?? contents.range, "`approvals` is no list", "write a list, one `- fingerprint: …` for each");
  return [];
}
