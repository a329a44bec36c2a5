import { nearest } from "../nearest.ts";
import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, ownString } from "./json-tree.ts";
import type { SourceDocument } from "./source-document.ts";

/** How an action changes the nodes that its target selects. */
export type Change =
  | { readonly kind: "remove" }
  | { readonly kind: "update"; readonly value: JsonValue }
  | { readonly kind: "copy"; readonly from: string };

export interface OverlayAction {
  readonly target: string;
  readonly change: Change;
  readonly mayMissTarget: boolean;
  /** Where the action stands in the overlay. */
  readonly tokens: readonly string[];
}

/** An OpenAPI Overlay document that can be applied. */
export interface Overlay {
  readonly source: SourceDocument;
  /** The first version targets objects and lists only, and cannot copy. */
  readonly version: "1.0" | "1.1";
  readonly actions: readonly OverlayAction[];
}

const CODE = "P701";
const KEYS = {
  document: ["overlay", "info", "extends", "actions"],
  info: ["title", "version", "description"],
  action: ["target", "description", "update", "copy", "remove", "x-allow-no-match"],
};

/**
 * Reads [OpenAPI Overlay 1.0 and 1.1](https://spec.openapis.org/overlay/v1.1.0.html). An action that is not what the
 * standard says is an error; `x-allow-no-match: true` on an action is ours.
 */
export function readOverlay(source: SourceDocument, findings: Findings): Overlay | undefined {
  const fail = (tokens: readonly string[], message: string, fix: string): undefined => {
    findings.error(CODE, () => source.place(tokens), message, fix);
    return undefined;
  };
  const { root } = source;
  if (!isMap(root)) return fail([], "this is not an overlay: the file is no object", 'start with overlay: "1.1.0"');
  /** False when there are keys that the standard does not have. */
  const known = (map: JsonMap, at: readonly string[], keys: readonly string[]): boolean => {
    const foreign = Object.keys(map).filter((key) => !keys.includes(key) && !key.startsWith("x-"));
    for (const key of foreign) {
      const meant = nearest(key, keys);
      const fix = meant ? `write ${meant}` : `known keys: ${keys.join(", ")}`;
      fail([...at, key], `${JSON.stringify(key)} is no key of an overlay`, fix);
    }
    return foreign.length === 0;
  };
  known(root, [], KEYS.document);
  const written = own(root, "overlay");
  const version = typeof written === "string" ? /^(1\.[01])\.\d+(-.*)?$/.exec(written)?.[1] : undefined;
  if (version === undefined) return fail(["overlay"], "this version of overlays is not known", "write overlay: 1.1.0");
  const info = own(root, "info");
  if (isMap(info)) known(info, ["info"], KEYS.info);
  for (const key of ["title", "version"]) {
    const value = isMap(info) ? own(info, key) : undefined;
    // `version: 1.0` is text that YAML reads as a number.
    if (typeof value !== "string" && typeof value !== "number") {
      fail(["info", key], `the overlay lacks info.${key}`, `give info: { title: …, version: "1" }`);
    }
  }
  const given = own(root, "actions");
  if (!Array.isArray(given) || given.length === 0) return fail(["actions"], "the overlay has no actions", "list them");
  const actions: OverlayAction[] = [];
  for (const [index, item] of given.entries()) {
    const tokens = ["actions", String(index)];
    if (!isMap(item)) {
      fail(tokens, "this action is no object", "give it a target, and update, copy or remove");
      continue;
    }
    const keys = version === "1.0" ? KEYS.action.filter((key) => key !== "copy") : KEYS.action;
    if (!known(item, tokens, keys)) continue;
    const target = ownString(item, "target");
    const change = changeOf(item, version === "1.1", (key, message, fix) => fail([...tokens, key], message, fix));
    if (target === undefined) fail([...tokens, "target"], "this action has no target", "give a JSONPath query");
    else if (change) {
      actions.push({ target, change, mayMissTarget: own(item, "x-allow-no-match") === true, tokens });
    }
  }
  return { source, version: version as Overlay["version"], actions };
}

function changeOf(
  action: JsonMap,
  copies: boolean,
  fail: (key: string, message: string, fix: string) => undefined,
): Change | undefined {
  const remove = own(action, "remove");
  const update = own(action, "update");
  const from = copies ? own(action, "copy") : undefined;
  if (remove !== undefined && typeof remove !== "boolean")
    return fail("remove", "remove is true or false", "correct it");
  const kinds = [remove === true, update !== undefined, from !== undefined].filter(Boolean).length;
  if (kinds > 1) {
    const message = "an action does one thing: with several of update, copy and remove, some have no effect";
    return fail(remove === true ? "remove" : "copy", message, "write an action for each");
  }
  if (remove === true) return { kind: "remove" };
  if (update !== undefined) return { kind: "update", value: update };
  if (typeof from === "string") return { kind: "copy", from };
  if (from !== undefined) return fail("copy", "copy is a JSONPath query", "correct it");
  return fail("target", "this action changes nothing", copies ? "add update, copy or remove" : "add update or remove");
}
