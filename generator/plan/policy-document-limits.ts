/** Limits whose figures stand in an extension of each operation: the policy names windows and bounds, the document fills them. */

import type { RateLimit } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import type { Json, JsonObject, SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { type Branch, entriesAt, isNone, leafAt, type Node, numberAt, textAt } from "./layers.ts";
import { lack, planFeedback } from "./limit-parts.ts";
import { durationAt, type Planning } from "./planning.ts";

/** One window of the extension: `burst: { per: 1s, max: 350, default: 10 }`. */
interface DocumentWindow {
  /** Member of the extension that holds the figure. */
  readonly member: string;
  readonly node: Node;
  readonly per: number;
  /** A greater figure of the document does not count. */
  readonly max: number;
  /** Where the document has no figure; undefined: then there is no such window. */
  readonly fallback: number | undefined;
  readonly feedback: RateLimit["feedback"];
}

export interface DocumentLimit {
  readonly extension: string;
  readonly windows: readonly DocumentWindow[];
}

/** A window with the figure of one operation. */
export interface FilledWindow {
  /** `burst.75`: equal figures are one limit. */
  readonly suffix: string;
  readonly capacity: number;
  readonly per: number;
  readonly feedback: RateLimit["feedback"];
}

export const isDocumentLimit = (node: Node): boolean =>
  leafAt(node, "limit", "fromExtension") !== undefined || entriesAt(node, "limit", "windows").length > 0;

function contradictions(planning: Planning, node: Branch): void {
  const say = (place: Node, message: string, fix: string): void =>
    planning.findings.add({ path: place.path, spot: { of: "key" } }, { code: "P301", message, fix });
  const entries = new Map(entriesAt(node));
  const limit = new Map(entriesAt(node, "limit"));
  for (const key of ["capacity", "leak", "refill", "tiers"] as const)
    if (entries.has(key))
      say(entries.get(key)!, `\`${key}\` does not go with a limit that the document fills`, "take one of them out");
  for (const key of ["amount", "per"] as const)
    if (limit.has(key))
      say(limit.get(key)!, `\`${key}\` does not go with \`fromExtension\``, "write it for each of the `windows`");
  if (entries.has("feedback"))
    say(entries.get("feedback")!, "this does not say of which window it tells", "move `feedback` into its window");
  const algorithm = leafAt(node, "algorithm");
  if (algorithm && algorithm.value !== "fixedWindow" && algorithm.value !== "slidingWindow")
    say(algorithm, "a limit that the document fills has windows", "write `algorithm: fixedWindow` or `slidingWindow`");
  const partition = leafAt(node, "partition");
  if (!Array.isArray(partition?.value) || !partition.value.includes("operation"))
    say(
      partition ?? node,
      "each operation has figures of its own, so its calls are counted apart",
      "write `partition: [credential, operation]`",
    );
}

function planWindow(planning: Planning, name: string, member: string, node: Node): DocumentWindow | undefined {
  const per = durationAt(node, "per");
  const max = numberAt(node, "max");
  const written = leafAt(node, "default");
  const fallback = numberAt(node, "default");
  if (per === undefined || max === undefined || written === undefined)
    return lack(
      planning,
      node,
      [["per"], ["max"], ["default"]],
      `the window \`${member}\` of \`${name}\` needs \`per\`, \`max\` and \`default\``,
      "add for example `{ per: 1s, max: 350, default: 10 }`; `default: none` where not every operation has this window",
    );
  if (fallback !== undefined && fallback > max)
    planning.findings.add(
      { path: written.path },
      { code: "P103", message: `the default is above \`max\`, ${max}`, fix: "write a default within the bound" },
    );
  return {
    member,
    node,
    per,
    max,
    fallback: isNone(written) ? undefined : fallback,
    feedback: feedbackOf(planning, node),
  };
}

const feedbackOf = (planning: Planning, node: Node): RateLimit["feedback"] =>
  planFeedback(planning, new Map(entriesAt(node)).get("feedback"));

export function planDocumentLimit(planning: Planning, name: string, node: Branch): DocumentLimit | undefined {
  contradictions(planning, node);
  const leaf = leafAt(node, "limit", "fromExtension");
  const extension = textAt(leaf);
  const windows = entriesAt(node, "limit", "windows").filter(([member]) => !member.startsWith("x-"));
  if (leaf === undefined || extension === undefined || windows.length === 0)
    return lack(
      planning,
      node,
      [["limit"], ["limit", "fromExtension"], ["limit", "windows"]],
      `\`${name}\` needs both \`fromExtension\` and \`windows\``,
      "add for example `windows: { burst: { per: 1s, max: 350, default: 10 } }`",
    );
  const has = (operations: readonly SpecOperation[]): boolean =>
    operations.some((one) => Object.hasOwn(one.extensions, extension));
  const all = [...planning.documents.values()].flatMap((document) => document.operations);
  if (!has(all)) {
    const near = nearest(extension, new Set(all.flatMap((one) => Object.keys(one.extensions))));
    const fix = near ? `did you mean \`${near}\`?` : "write the name of an extension of the document's operations";
    planning.findings.add({ path: leaf.path }, { code: "P202", message: `no operation has \`${extension}\``, fix });
    return undefined;
  }
  return {
    extension,
    windows: windows.flatMap(([member, window]) => planWindow(planning, name, member, window) ?? []),
  };
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `75` counts in the policy's `per`; `75/s` and `75/10s` must agree with it. */
function readFigure(value: Json, per: number): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  const match = typeof value === "string" ? /^([1-9][0-9]{0,8})\/([1-9][0-9]{0,4})?([smhd])$/.exec(value) : null;
  return match && Number(match[2] ?? 1) * units[match[3]!]! === per ? Number(match[1]) : undefined;
}

/** What the document says for one operation, within the policy's bounds. */
export function fillWindows(planning: Planning, limit: DocumentLimit, operation: SpecOperation): FilledWindow[] {
  const { extensions } = operation;
  const extension = Object.hasOwn(extensions, limit.extension) ? extensions[limit.extension] : undefined;
  const members: JsonObject = isObject(extension) ? extension : {};
  return limit.windows.flatMap((window) => {
    const value = Object.hasOwn(members, window.member) ? members[window.member] : undefined;
    const capacity =
      value === undefined
        ? absent(planning, limit, window, operation)
        : bounded(planning, limit, window, operation, value);
    if (capacity === undefined) return [];
    const { per, feedback } = window;
    return [{ suffix: `${window.member}.${capacity}`, capacity, per, feedback }];
  });
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nameOf = (operation: SpecOperation): string => operation.operationId ?? operation.key;

function absent(
  planning: Planning,
  { extension }: DocumentLimit,
  { member, node, fallback }: DocumentWindow,
  operation: SpecOperation,
): number | undefined {
  if (fallback !== undefined)
    planning.findings.addFor(
      nameOf(operation),
      { path: leafAt(node, "default")!.path },
      {
        code: "P202",
        severity: "warning",
        message: `the document has no \`${extension}\` with \`${member}\` at {operations}: the default holds`,
        fix: "look the figure up; add it with an overlay, or limit these operations by a limit of their own",
      },
    );
  return fallback;
}

function bounded(
  planning: Planning,
  { extension }: DocumentLimit,
  { member, per, max, fallback }: DocumentWindow,
  operation: SpecOperation,
  value: Json,
): number {
  const warn = (message: string, fix: string): void =>
    planning.findings.addFor(
      nameOf(operation),
      planning.document.locate(pointerTo(operation.pointer, extension, member)),
      {
        code: "P103",
        severity: "warning",
        message,
        fix,
      },
    );
  const figure = readFigure(value, per);
  if (figure !== undefined && figure <= max) return figure;
  if (figure !== undefined)
    warn(
      `\`${member}\` of {operations} is above the policy's bound: ${max} holds`,
      "raise `max` in the policy if the provider grants that much",
    );
  else
    warn(
      `\`${member}\` of {operations} is no figure for the window of the policy: ${fallback ?? max} holds`,
      "a figure is a count above zero, alone or as in `10/s` with the policy's `per`; correct it with an overlay",
    );
  return figure === undefined ? (fallback ?? max) : max;
}
