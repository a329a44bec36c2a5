/** YAML 1.2 core to plain data, strictly: one document, no merge keys, no tags, no word that YAML 1.1 reads as a boolean. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, Scalar } from "yaml";
import type { PolicyMap, PolicyPath, PolicyValue } from "../policy-model.ts";

/** Where an entry stands in the text. */
export interface Spot {
  readonly key?: readonly [start: number, end: number];
  readonly value: readonly [start: number, end: number];
  /** Offset at which the text of a scalar stands verbatim; absent where it is folded or has escapes. */
  readonly verbatim?: number;
  readonly children?: ReadonlyMap<string | number, Spot>;
}

export interface YamlProblem {
  readonly code: "P001" | "P003";
  readonly message: string;
  readonly fix: string;
  readonly start: number;
  readonly end: number;
}

export interface PolicyYaml {
  readonly data: PolicyMap;
  readonly root: Spot;
  readonly problems: readonly YamlProblem[];
  /** All scalars, for the search for secrets. */
  readonly scalars: readonly { readonly text: string; readonly path: PolicyPath; readonly spot: Spot }[];
}

const maxDepth = 64;
const maxNodes = 100_000;
const yaml11Words = /^(?:y|n|yes|no|on|off)$/i;

class Stop extends Error {}

class Reader {
  readonly problems: YamlProblem[] = [];
  readonly scalars: { text: string; path: PolicyPath; spot: Spot }[] = [];
  #nodes = 0;
  readonly #text: string;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  /** The outermost alias that is being read. */
  #within: [number, number] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  problem(code: YamlProblem["code"], message: string, fix: string, range: readonly [number, number]): void {
    this.problems.push({ code, message, fix, start: range[0], end: range[1] });
  }

  read(
    node: Node | null | undefined,
    at: number,
    path: PolicyPath,
    key?: Spot["key"],
  ): { value: PolicyValue; spot: Spot } {
    const range: [number, number] = node?.range ? [node.range[0], node.range[1]] : [at, at];
    const place = key === undefined ? {} : { key };
    if (++this.#nodes > maxNodes || path.length > maxDepth) {
      this.problem(
        "P001",
        "the file is nested too deeply, or its aliases make it too large",
        "write it plainly",
        this.#within ?? range,
      );
      throw new Stop();
    }
    if (node === null || node === undefined) return { value: null, spot: { ...place, value: range } };
    if (isAlias(node)) return this.#alias(node, range, path, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined) {
      const tagged: [number, number] = [Math.max(0, this.#text.lastIndexOf("!", range[0])), range[1]];
      while (this.#text[tagged[0] - 1] === "!") tagged[0]--;
      const fix = "remove the tag; write the value plainly";
      this.problem("P001", "tags are not part of the policy language", fix, tagged);
    }
    this.#open.add(node);
    const result = this.#content(node, range, path, place);
    this.#open.delete(node);
    return result;
  }

  #content(
    node: Node,
    range: readonly [number, number],
    path: PolicyPath,
    place: Pick<Spot, "key">,
  ): { value: PolicyValue; spot: Spot } {
    if (isMap(node)) {
      const children = new Map<string | number, Spot>();
      const value: Record<string, PolicyValue> = Object.create(null);
      for (const pair of node.items) this.#pair(pair as Pair<Node, Node | null>, path, value, children);
      return { value, spot: { ...place, value: range, children } };
    }
    if (isSeq(node)) {
      const children = new Map<string | number, Spot>();
      const value = node.items.map((item, index) => {
        const child = this.read(item as Node, range[0], [...path, index]);
        children.set(index, child.spot);
        return child.value;
      });
      return { value, spot: { ...place, value: range, children } };
    }
    const { value, spot } = this.#scalar(node as Scalar, range, place);
    if (typeof value === "string") this.scalars.push({ text: value, path, spot });
    return { value, spot };
  }

  #scalar(
    node: Scalar,
    range: readonly [number, number],
    place: Pick<Spot, "key">,
  ): { value: PolicyValue; spot: Spot } {
    const plain = node.type === Scalar.PLAIN;
    if (plain && typeof node.value === "string" && yaml11Words.test(node.value))
      this.problem(
        "P001",
        `older YAML readers take \`${node.value}\` for a boolean`,
        "write `none` to switch something off, or put the word in quotes if it is meant as text",
        range,
      );
    const { value } = node;
    if (typeof value !== "string") {
      const known =
        value === null || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
      if (!known)
        this.problem("P003", "this is not a value of the policy language", "write text or a finite number", range);
      return { value: known ? (value as PolicyValue) : null, spot: { ...place, value: range } };
    }
    const verbatim = [range[0], range[0] + 1].find((start) => this.#text.startsWith(value, start) && value.length > 0);
    return { value, spot: { ...place, value: range, ...(verbatim === undefined ? {} : { verbatim }) } };
  }

  #pair(
    pair: Pair<Node, Node | null>,
    path: PolicyPath,
    into: Record<string, PolicyValue>,
    children: Map<string | number, Spot>,
  ): void {
    const { key } = pair;
    if (!isScalar(key) || key.range === undefined || key.range === null) {
      const range = key?.range ?? [0, 1];
      this.problem("P001", "a key must be plain text", "write the key as a word", [range[0], range[1]]);
      return;
    }
    const range: [number, number] = [key.range[0], key.range[1]];
    const plain = key.type === Scalar.PLAIN;
    const name = plain ? (key.source ?? String(key.value)) : String(key.value);
    const child = this.read(pair.value, range[1], [...path, name], range);
    if (name === "<<" && plain) {
      const fix = "repeat the keys, or use `defaults` and `rules`";
      this.problem("P001", "merge keys are not part of the policy language", fix, range);
      return;
    }
    if (name === "__proto__") {
      this.problem("P001", "`__proto__` cannot be a key", "choose another name", range);
      return;
    }
    if (plain && yaml11Words.test(name) && !(name === "on" && path.at(-1) === "retry")) {
      const message = `older YAML readers take the key \`${name}\` for a boolean`;
      this.problem("P001", message, `write it in quotes: "${name}"`, range);
    }
    const earlier = children.get(name);
    if (earlier !== undefined) {
      const line = this.#text.slice(0, earlier.key?.[0] ?? 0).split("\n").length;
      const message = `\`${name}\` stands twice in the same map (first in line ${line})`;
      this.problem("P001", message, "keep one of them", range);
      return;
    }
    into[name] = child.value;
    children.set(name, child.spot);
  }

  #alias(
    node: Node & { source: string },
    range: [number, number],
    path: PolicyPath,
    place: Pick<Spot, "key">,
  ): { value: PolicyValue; spot: Spot } {
    const target = this.#anchors.get(node.source);
    if (target === undefined || this.#open.has(target)) {
      const message =
        target === undefined ? `there is no anchor \`&${node.source}\` before this` : "an alias inside its own anchor";
      this.problem("P001", message, "write the value itself", range);
      return { value: null, spot: { ...place, value: range } };
    }
    const outermost = this.#within === undefined;
    this.#within ??= range;
    const { value, spot } = this.#content(target, range, path, place);
    if (outermost) this.#within = undefined;
    return { value, spot: { ...spot, value: range } };
  }
}

function syntaxFix(code: string): string {
  if (code === "TAB_AS_INDENT") return "indent with spaces; YAML does not allow tabs there";
  if (code === "MULTIPLE_DOCS") return "keep one document in the file";
  if (code === "BAD_INDENT" || code === "BLOCK_AS_IMPLICIT_KEY" || code === "MISSING_CHAR")
    return "check the indentation of this line and the one above, and put text that contains `: ` or ` #` in quotes";
  return "correct the YAML syntax; text with special characters goes in quotes";
}

/** Syntax errors leave `data` empty, since nothing after them can be trusted. */
export function readPolicyYaml(text: string): PolicyYaml {
  const empty: PolicyMap = Object.create(null);
  const nothing = { data: empty, root: { value: [0, 0] as const }, scalars: [] };
  const reader = new Reader(text);
  try {
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "error",
      lineCounter: new LineCounter(),
    });
    // What follows the first syntax error is mostly its consequence.
    const broken = document.errors.slice(0, 1);
    for (const { code, message, pos } of broken.length > 0 ? broken : document.warnings) {
      const deep = message.includes("call stack");
      const told = deep ? "the file is nested too deeply" : `not valid YAML: ${message.split("\n")[0]}`;
      reader.problem("P001", told, deep ? "write it plainly" : syntaxFix(code), [pos[0], pos[1]]);
    }
    if (document.errors.length > 0) return { ...nothing, problems: reader.problems };
    const { value, spot } = reader.read(document.contents as Node | null, 0, []);
    if (isMap(document.contents))
      return { data: value as PolicyMap, root: spot, problems: reader.problems, scalars: reader.scalars };
    reader.problem("P003", "a policy is a map of keys", 'start with `policy: "1.0"` and `provider: <name>`', [0, 1]);
  } catch (error) {
    if (error instanceof RangeError)
      reader.problem("P001", "the file is nested too deeply", "write it plainly", [0, 1]);
    else if (!(error instanceof Stop)) throw error;
  }
  return { ...nothing, problems: reader.problems };
}
