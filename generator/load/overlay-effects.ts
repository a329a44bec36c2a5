/** What each action of an overlay finds in a document, and whether it changes anything there. */
import type { Location } from "../errors.ts";
import { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, toPointer } from "./json-tree.ts";
import { createSourceSet } from "./source-set.ts";

/** A plain value or list that an action writes. */
export interface OverlaidLeaf {
  readonly pointer: string;
  /** What the document itself says there; absent where it says nothing. */
  readonly before?: JsonValue;
  readonly wanted: JsonValue;
}

export interface OverlayEffect {
  /** Of the overlay, and the index of the action in it. */
  readonly file: string;
  readonly index: string;
  readonly target: string;
  readonly location: Location;
  readonly kind: "remove" | "update" | "copy";
  readonly matched: number;
  /** Of an update; the first thousand. */
  readonly leaves: readonly OverlaidLeaf[];
  /** After it the document says what it said before. */
  readonly isIdle: boolean;
}

const mostLeaves = 1_000;

/** Actions that do not fit are told as they are found; that they are mistakes is for `loadDocument` to say. */
export function overlayEffects(
  file: string,
  { cwd, overlays }: { readonly cwd: string; readonly overlays: readonly string[] },
): OverlayEffect[] {
  const effects: OverlayEffect[] = [];
  createSourceSet(file, cwd, overlays, new Findings(), (source, { change, target, tokens }, nodes) => {
    const leaves: OverlaidLeaf[] = [];
    const isIdle =
      change.kind === "update"
        ? nodes.length > 0 && nodes.map((node) => visit(node.tokens, node.value, change.value, leaves)).every(Boolean)
        : change.kind === "remove" && nodes.length === 0;
    const location = source.place([...tokens, "target"]);
    const index = tokens.at(-1) ?? "";
    effects.push({
      file: source.file,
      index,
      target,
      location,
      kind: change.kind,
      matched: nodes.length,
      leaves,
      isIdle,
    });
  });
  return effects;
}

/** Notes what is written where; returns whether it stands there already. */
function visit(
  tokens: readonly string[],
  held: JsonValue | undefined,
  wanted: JsonValue,
  leaves: OverlaidLeaf[],
): boolean {
  if (isMap(wanted) && (held === undefined || isMap(held))) {
    const inner = Object.keys(wanted).map((key) => {
      const before = held === undefined ? undefined : own(held as JsonMap, key);
      return visit([...tokens, key], before, wanted[key] as JsonValue, leaves);
    });
    return held !== undefined && inner.every(Boolean);
  }
  if (leaves.length < mostLeaves)
    leaves.push({ pointer: toPointer(tokens), ...(held === undefined ? {} : { before: held }), wanted });
  if (!Array.isArray(held)) return held !== undefined && textOf(held) === textOf(wanted);
  // Items are added at the end: those that are there already would stand there twice.
  const there = new Set(held.map(textOf));
  return (Array.isArray(wanted) ? wanted : [wanted]).every((item) => there.has(textOf(item)));
}

/** Equal for equal values, whatever the order of their keys. */
function textOf(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(value[key] as JsonValue)}`).join()}}`;
}
