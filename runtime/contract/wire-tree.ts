/** A value as the wire tells it: text, or a structure of texts; `Parsed` was JSON inside of something else. */
export type WireValue = string | Parsed | readonly WireValue[] | ReadonlyMap<string, WireValue>;

/** A JSON value found in a part or a content-typed parameter; it needs no reading by type. */
export class Parsed {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

type Branch = Map<string, WireValue>;

/**
 * Builds the structure that bracketed names spell: `a[b][0]=x` is `{ a: { b: { 0: x } } }`; `[]` and a name that
 * comes again append. Lists stay maps of indices here: only the schema tells a list from an object.
 */
export function buildTree(pairs: readonly { readonly name: string; readonly value: WireValue }[]): Branch {
  const root: Branch = new Map();
  for (const { name, value } of pairs) insert(root, splitName(name), value);
  return root;
}

/** The steps of a bracketed name: `a[b][]` gives `a`, `b` and an empty step. */
export function splitName(name: string): string[] {
  const at = name.indexOf("[");
  const rest = at < 1 ? "" : name.slice(at);
  if (!/^(\[[^[\]]*\])+$/.test(rest)) return [name];
  return [name.slice(0, at), ...rest.slice(1, -1).split("][")];
}

function insert(root: Branch, steps: readonly string[], value: WireValue): void {
  let branch = root;
  for (const step of steps.slice(0, -1)) {
    const key = step === "" ? String(branch.size) : step;
    const next = branch.get(key);
    if (next instanceof Map) {
      branch = next;
      continue;
    }
    const created: Branch = new Map(next === undefined ? [] : [["", next]]);
    branch.set(key, created);
    branch = created;
  }
  const last = steps.at(-1) ?? "";
  const key = last === "" ? String(branch.size) : last;
  const present = branch.get(key);
  if (present === undefined) branch.set(key, value);
  else branch.set(key, Array.isArray(present) ? [...present, value] : [present, value]);
}
