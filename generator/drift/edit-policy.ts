/** Changes of a policy that leave every other character of it as a person wrote it. Text in, text out. */
import { isCollection, isMap, isScalar, parseDocument, Scalar, stringify } from "yaml";
import type { Rename } from "./compare-selectors.ts";

export interface EditedPolicy {
  readonly text: string;
  readonly done: readonly Rename[];
  /** Where the value stands in no place that can be written: behind an alias, or in a file that is extended. */
  readonly left: readonly Rename[];
}

/** Writes each new name in the place of the old one. */
export function renameInPolicy(text: string, renames: readonly Rename[]): EditedPolicy {
  const document = parseDocument(text, { keepSourceTokens: true });
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const done: Rename[] = [];
  for (const rename of renames) {
    const node = scalarAt(document, rename);
    if (node?.range == null || String(node.value) !== rename.from) continue;
    const [start, end] = node.range;
    if (!edits.some((edit) => edit.start === start)) edits.push({ start, end, text: scalarText(rename.to, node) });
    done.push(rename);
  }
  const edited = edits
    .sort((a, b) => b.start - a.start)
    .reduce((left, edit) => left.slice(0, edit.start) + edit.text + left.slice(edit.end), text);
  return { text: edited, done, left: renames.filter((rename) => !done.includes(rename)) };
}

function scalarAt(document: ReturnType<typeof parseDocument>, { path, isKey }: Rename): Scalar | undefined {
  const owner = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isKey) {
    const pair = isMap(owner) ? owner.items.find(({ key }) => isScalar(key) && String(key.value) === last) : undefined;
    return isScalar(pair?.key) ? pair.key : undefined;
  }
  const node = isCollection(owner) ? owner.get(last, true) : undefined;
  return isScalar(node) ? node : undefined;
}

/** Plain where that is safe anywhere, else in the quotes that were there. */
function scalarText(value: string, { type }: Scalar): string {
  if (type === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  if (type === Scalar.QUOTE_DOUBLE || !/^[A-Za-z/][\w./*-]*$/.test(value)) return JSON.stringify(value);
  // A word such as `yes` or `null` that stands for something else.
  return stringify(value).trim() === value && !/^(?:y|n|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}
