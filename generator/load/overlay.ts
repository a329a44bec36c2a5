import { dirname, resolve } from "node:path";
import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, toPointer } from "./json-tree.ts";
import { measure } from "./limits.ts";
import { type Overlay, type OverlayAction, readOverlay } from "./overlay-document.ts";
import { type Clash, type MergeContext, mergeAt, mergeObjects, shapeOf, TooLarge } from "./overlay-merge.ts";
import { type Origin, OverlayOrigins } from "./overlay-origins.ts";
import { createSelector, type Selected } from "./overlay-selector.ts";
import { rootMap, type SourceDocument } from "./source-document.ts";

const CODE = "P701";
/** Values that one overlay may add. */
const MAX_ADDED = 500_000;

/** Told of each action with the nodes that it selects, before it changes them. */
export type ObserveAction = (overlay: SourceDocument, action: OverlayAction, nodes: readonly Selected[]) => void;

/**
 * Applies an overlay to a document, which is changed in place. Strictly: a target that selects nothing is an error
 * unless the action says `x-allow-no-match: true`, and so are values that cannot be merged. The result knows for each of
 * its values in which of the two files it is written.
 */
export function applyOverlay(
  document: SourceDocument,
  source: SourceDocument,
  findings: Findings,
  observe?: ObserveAction,
): SourceDocument {
  const root = rootMap(document);
  const overlay = readOverlay(source, findings);
  if (!overlay) return document;
  checkExtends(document, source, findings);
  const origins = new OverlayOrigins(document);
  const run = createRun(root, overlay, { origins, budget: { nodes: MAX_ADDED } }, observe);
  const fail: Fail = (tokens, message, fix) => findings.error(CODE, () => source.place(tokens), message, fix);
  for (const action of overlay.actions) {
    try {
      run(action, fail);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      fail(action.tokens, `the overlay adds more than ${MAX_ADDED} values`, "narrow its targets");
      break;
    }
  }
  const { nodes, fault } = measure(root);
  if (fault) fail([], `${fault.message}, once the overlay is applied`, fault.fix);
  return overlaid(document, nodes, origins);
}

function overlaid(document: SourceDocument, nodes: number, origins: OverlayOrigins): SourceDocument {
  return {
    ...document,
    nodes,
    place(tokens) {
      const found = origins.find(tokens);
      return found.source.place(found.tokens);
    },
    written(tokens) {
      const found = origins.find(tokens);
      return found.source.written(found.tokens);
    },
    isOverlaid(tokens) {
      const { source, tokens: before } = origins.find(tokens);
      return origins.isChanged(tokens) || (source === document && document.isOverlaid?.(before) === true);
    },
  };
}

/** An overlay that was written for another file of this machine. */
function checkExtends(document: SourceDocument, source: SourceDocument, findings: Findings): void {
  const extended = isMap(source.root) ? own(source.root, "extends") : undefined;
  if (typeof extended !== "string" || /^[a-z][a-z0-9+.-]*:/i.test(extended) || extended.startsWith("//")) return;
  if (resolve(dirname(source.path), extended) === document.path) return;
  const message = `this overlay extends ${JSON.stringify(extended)}, which is not ${document.file}`;
  findings.error(CODE, () => source.place(["extends"]), message, "correct extends, or leave it out");
}

type Fail = (tokens: readonly string[], message: string, fix: string) => void;

function createRun(
  root: JsonMap,
  overlay: Overlay,
  context: MergeContext,
  observe?: ObserveAction,
): (action: OverlayAction, fail: Fail) => void {
  const select = createSelector();

  function find(
    action: OverlayAction,
    key: "target" | "copy",
    text: string,
    fail: Fail,
  ): readonly Selected[] | undefined {
    const selection = select(text, root);
    if ("nodes" in selection) return selection.nodes;
    const { offset, message, fix } = selection.problem;
    const where = offset > 0 ? ` (character ${offset + 1})` : "";
    fail([...action.tokens, key], message + where, fix);
    return undefined;
  }

  /** The value to merge, and where it was written. */
  function givenBy(action: OverlayAction, fail: Fail): { value: JsonValue; origin: Origin } | undefined {
    const { change, tokens } = action;
    if (change.kind === "update") {
      return { value: change.value, origin: { source: overlay.source, tokens: [...tokens, "update"] } };
    }
    const found = change.kind === "copy" ? find(action, "copy", change.from, fail) : undefined;
    if (!found) return undefined;
    const [only] = found;
    if (only === undefined || found.length > 1) {
      fail([...tokens, "copy"], `copy selects ${found.length} nodes instead of one`, "name one node");
      return undefined;
    }
    const { fault } = measure(only.value);
    if (fault) fail([...tokens, "copy"], fault.message, fault.fix);
    // What is merged into itself must not grow while it is read.
    return fault
      ? undefined
      : { value: structuredClone(only.value), origin: { source: overlay.source, tokens: [...tokens, "copy"] } };
  }

  return (action, fail) => {
    const target = [...action.tokens, "target"];
    const nodes = find(action, "target", action.target, fail);
    if (!nodes) return;
    observe?.(overlay.source, action, nodes);
    if (nodes.length === 0) {
      if (action.mayMissTarget) return;
      const fix = "correct it, remove the action, or mark it with x-allow-no-match: true";
      fail(target, "the target selects nothing in the document", fix);
      return;
    }
    const shapes = new Set(nodes.map((node) => shapeOf(node.value)));
    if (overlay.version === "1.0" && shapes.has("value")) {
      fail(
        target,
        "overlays 1.0 target objects and lists only",
        "target what holds the value, or write overlay: 1.1.0",
      );
    } else if (action.change.kind === "remove")
      removeAll(root, nodes, context.origins, () => fail(target, ...wholeDocument));
    else if (shapes.size > 1) {
      fail(target, "the target selects objects, lists and plain values together", "write an action for each kind");
    } else {
      const given = givenBy(action, fail);
      if (!given) return;
      for (const { tokens } of nodes) {
        const found = mergeInto(root, tokens, given.value, given.origin, context);
        if (!found) continue;
        const inOverlay = found.origin.source === overlay.source;
        fail(
          inOverlay ? found.origin.tokens : [...action.tokens, "copy"],
          found.message,
          "give a value of the same kind",
        );
        return;
      }
    }
  };
}

const wholeDocument = ["the whole document cannot be removed", "target what is in it"] as const;

function mergeInto(
  root: JsonMap,
  tokens: readonly string[],
  value: JsonValue,
  origin: Origin,
  context: MergeContext,
): Clash | undefined {
  if (tokens.length > 0) return mergeAt(valueAt(root, tokens.slice(0, -1)), tokens, value, origin, context);
  if (isMap(value)) return mergeObjects(root, [], value, origin, context);
  return { origin, message: "only an object can be merged into the document" };
}

/** Innermost first, so that no place moves before it is reached. */
function removeAll(root: JsonMap, nodes: readonly Selected[], origins: OverlayOrigins, refuse: () => void): void {
  const parents = new Map<string, { tokens: readonly string[]; keys: Set<string> }>();
  for (const { tokens } of nodes) {
    const key = tokens.at(-1);
    if (key === undefined) {
      refuse();
      return;
    }
    const parent = tokens.slice(0, -1);
    const pointer = toPointer(parent);
    const known = parents.get(pointer) ?? { tokens: parent, keys: new Set() };
    known.keys.add(key);
    parents.set(pointer, known);
  }
  for (const { tokens, keys } of [...parents.values()].sort((a, b) => b.tokens.length - a.tokens.length)) {
    const holder = valueAt(root, tokens);
    origins.drop(tokens, keys, Array.isArray(holder) ? holder.length : undefined);
    if (!Array.isArray(holder)) {
      for (const key of keys) delete holder[key];
      continue;
    }
    const kept = holder.filter((_, index) => !keys.has(String(index)));
    for (const [index, item] of kept.entries()) holder[index] = item;
    holder.length = kept.length;
  }
}

function valueAt(root: JsonMap, tokens: readonly string[]): JsonMap | JsonValue[] {
  let value: JsonMap | JsonValue[] = root;
  for (const token of tokens) value = (value as JsonMap)[token] as JsonMap | JsonValue[];
  return value;
}
