/** A settled tree of inferences as YAML. Foreign text is only ever a scalar or a comment of the `yaml` package. */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { isPolicyMap, type PolicyValue } from "../policy-model.ts";
import { commentLine, escapeHidden, hidden } from "./foreign-text.ts";
import type { Entry } from "./suggestion.ts";

type YamlNode = Scalar | YAMLMap | YAMLSeq;

// YAML 1.1 reads these as booleans and dates; the policy language refuses the words without quotes.
const olderTypes = /^(?:y|n|yes|no|on|off|\d{4}-\d{2}(?:-\d{2})?)$/i;

function scalar(value: null | boolean | number | string): Scalar {
  const node = new Scalar(value);
  if (typeof value === "string" && (hidden.test(value) || olderTypes.test(value))) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

/** On one line. */
function flow(value: PolicyValue): YamlNode {
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.flow = true;
    list.items = value.map(flow);
    return list;
  }
  if (!isPolicyMap(value)) return scalar(value as null | boolean | number | string);
  const map = new YAMLMap();
  map.flow = true;
  for (const [key, child] of Object.entries(value)) map.items.push(new Pair(scalar(key), flow(child)));
  return map;
}

function print(content: YamlNode, heading?: string): string {
  const document = new Document();
  document.contents = content as typeof document.contents;
  if (heading !== undefined) document.commentBefore = heading;
  // Whatever is hidden stands in a double-quoted scalar, where this escape means the same character.
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
  return text.replace(new RegExp(hidden, "gu"), (found) => (found === "\n" ? found : escapeHidden(found)));
}

/** An entry as the text of a comment: taking `# ` away makes it active at its place. */
function commentedOut(entry: Entry, list: boolean): string {
  const lines = print(collection([entry], list, true)).trimEnd();
  return lines.replace(/^(?=.)/gm, " ");
}

const isInline = ({ why = "", data, entries }: Entry): boolean =>
  entries === undefined && !isPolicyMap(data ?? null) && !Array.isArray(data) && why.length <= 70;

function collection(entries: readonly Entry[], list: boolean, all: boolean, top = false): YAMLMap | YAMLSeq {
  const node = list ? new YAMLSeq() : new YAMLMap();
  let before: string[] = [];
  let open = false;
  for (const entry of entries) {
    if (entry.suggested && !all) {
      before.push(top && before.length > 0 ? `\n${commentedOut(entry, list)}` : commentedOut(entry, list));
      open = true;
      continue;
    }
    const value = entry.entries ? collection(entry.entries, entry.list === true, all) : flow(entry.data ?? null);
    const why = entry.why === undefined ? undefined : ` ${commentLine(entry.why)}`;
    if (why !== undefined && isInline(entry)) value.comment = why;
    else if (why !== undefined) before.push(why);
    const first = list ? value : scalar(entry.key ?? "");
    // A suggestion stands apart from the section below it.
    if (open && top && why !== undefined && before.length > 1) before.splice(-1, 1, `\n${before.at(-1)}`);
    if (before.length > 0) first.commentBefore = before.join("\n") + (open && top && why === undefined ? "\n" : "");
    if (top && node.items.length > 0 && entry.entries) first.spaceBefore = true;
    before = [];
    open = false;
    if (list) (node as YAMLSeq).items.push(value);
    else (node as YAMLMap).items.push(new Pair(first, value));
  }
  if (before.length > 0) node.comment = (top ? "\n" : "") + before.join("\n");
  return node;
}

/** The file: a heading of the generator's own, the active entries, and the suggestions as comments at their places. */
export function policyText(heading: readonly string[], settled: readonly Entry[]): string {
  return print(collection(settled, false, false, true), heading.map((line) => ` ${line}`).join("\n"));
}
