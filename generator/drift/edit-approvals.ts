/** Changes of a file of approvals that leave what a person wrote there: order and comments. Texts in, texts out. */
import { isMap, isSeq, type Node, Scalar, stringify, type YAMLMap, type YAMLSeq } from "yaml";
import type { Approval } from "./finding.ts";
import { approvalsName, parseApprovals, readApprovals } from "./read-approvals.ts";

const head =
  "# Accepted drift: each entry is one finding of a report, and why it is accepted.\nversion: 1\napprovals:\n";
const layout = { lineWidth: 0 } as const;

/** Characters that nobody sees are escapes; as they are, YAML does not keep them. */
function scalarOf(text: string): Scalar {
  const scalar = new Scalar(text);
  if (/[^\n\P{C}]/u.test(text)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

const entryOf = (approval: Approval): Record<string, Scalar> =>
  Object.fromEntries(Object.entries(approval).map(([key, text]) => [key, scalarOf(text as string)]));

// Lines are YAML's: to a regular expression U+2028 ends one too.
const entryText = (approvals: readonly Approval[], dash: string): string =>
  stringify(approvals.map(entryOf), layout).replace(/(?<![^\n])(?=[^\n])/g, dash);

const isSame = (a: Approval, b: Approval): boolean => a.fingerprint === b.fingerprint && a.where === b.where;

/** Adds approvals at the end; one that is there for the same finding is renewed in its place. `text` is valid, or absent. */
export function addApprovals(text: string | undefined, approvals: readonly Approval[]): string {
  const there = text === undefined ? [] : readApprovals(approvalsName, text).map(({ approval }) => approval);
  const added = approvals.filter((one) => !there.some((other) => isSame(one, other)));
  const renewed = approvals.filter((one) => there.some((other) => isSame(one, other)));
  const kept = renewed.length === 0 ? text : renew(text!, there, renewed);
  if (added.length === 0) return kept!;
  if (kept === undefined || readApprovals(approvalsName, kept).length === 0) return startWith(kept, added);
  return insert(kept, added);
}

function renew(text: string, there: readonly Approval[], renewed: readonly Approval[]): string {
  const document = parseApprovals(text);
  const list = document.get("approvals", true) as YAMLSeq;
  for (const approval of renewed) {
    const entry = list.items[there.findIndex((other) => isSame(approval, other))] as YAMLMap;
    for (const key of ["rule", "where", "reason", "by", "until"] as const) {
      if (approval[key] === undefined) entry.delete(key);
      else entry.set(key, scalarOf(approval[key]));
    }
  }
  return document.toString(layout);
}

/** The first entries of a file that has none. */
function startWith(text: string | undefined, approvals: readonly Approval[]): string {
  const document = parseApprovals(text ?? "");
  if (!isMap(document.contents)) return `${text ?? ""}${head}${entryText(approvals, "  ")}`;
  document.set("approvals", document.createNode(approvals.map(entryOf)));
  return document.toString(layout);
}

/** The lines of an entry of a block list, with the comment right above it; undefined where entries share lines. */
function linesOf(text: string, list: YAMLSeq, index: number): { start: number; dash: string; end: number } | undefined {
  const [from, to] = (list.items[index] as Node).range!;
  const line = text.lastIndexOf("\n", from - 1) + 1;
  const dash = /^[ ]*(?=-)/.exec(text.slice(line, from))?.[0];
  if (list.flow || dash === undefined) return undefined;
  let start = line;
  for (let above = start; above > 0; start = above) {
    above = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ ]*#/.test(text.slice(above, start))) break;
  }
  const end = text[to - 1] === "\n" ? to : text.indexOf("\n", to) + 1 || text.length;
  return { start, dash, end };
}

/** By text, so that no line of a person's file changes; a list that is written on one line has to be written anew. */
function insert(text: string, approvals: readonly Approval[]): string {
  const document = parseApprovals(text);
  const list = document.get("approvals", true) as YAMLSeq;
  const last = linesOf(text, list, list.items.length - 1);
  if (last === undefined) {
    for (const approval of approvals) list.add(document.createNode(entryOf(approval)));
    return document.toString(layout);
  }
  const before = text.slice(0, last.end);
  const lines = entryText(approvals, last.dash);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${lines}${text.slice(last.end)}`;
}

/** Takes out the entries at these indexes, each with the comment right above it. */
export function removeApprovals(text: string, indexes: ReadonlySet<number>): string {
  const document = parseApprovals(text);
  const list = document.get("approvals", true);
  if (!isSeq(list) || indexes.size === 0) return text;
  const removed = [...indexes].sort((a, b) => b - a).map((index) => linesOf(text, list, index));
  if (removed.every((lines) => lines !== undefined))
    return removed.reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  list.items = list.items.filter((_, index) => !indexes.has(index));
  return document.toString(layout);
}
