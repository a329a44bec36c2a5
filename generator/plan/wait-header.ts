/** A header, or body field, that tells a wait: `{ from, format, pattern, clock }`. */
import type { WaitFormat, WaitHeader, WaitRule } from "@couplet/runtime/codegen/v1";
import { policyFeature } from "../model.ts";
import { at, leafAt, type Node, textAt } from "./layers.ts";
import { type Planning, patternAt, pointerAt } from "./planning.ts";

/** Formats that tell a moment; the others tell a length of time, which needs no clock. */
const moments: ReadonlySet<string> = new Set([
  "epochSeconds",
  "epochMilliseconds",
  "httpDate",
  "iso8601",
  "delaySecondsOrHttpDate",
]);

export function waitHeaderAt(planning: Planning, node: Node | undefined): WaitHeader | undefined {
  const from = pointerAt(planning, node, "from");
  const format = textAt(node, "format");
  if (node === undefined || at(node, "from") === undefined) return undefined;
  if (format === undefined) {
    if (planning.source?.has([...node.path, "format"])) return undefined;
    planning.findings.add(
      { path: node.path },
      {
        code: "P420",
        message: "a wait needs its format: the same header is seconds here and a date there",
        fix: "add `format: delaySeconds`, `epochSeconds`, `httpDate` or another of the list",
      },
    );
    return undefined;
  }
  const clock = leafAt(node, "clock");
  if (clock && !moments.has(format))
    planning.findings.add(
      { path: clock.path },
      {
        code: "P301",
        message: `\`clock\` says what a moment is measured against, and \`${format}\` tells none`,
        fix: "take it out",
      },
    );
  const pattern = waitPatternAt(planning, node);
  if (from === undefined || (at(node, "pattern") !== undefined && pattern === undefined)) return undefined;
  const isLocal = clock?.value === "local";
  const isUsual = format === "delaySeconds" || format === "delaySecondsOrHttpDate";
  if (isUsual && pattern === undefined && !isLocal) return { from, format };
  return {
    from,
    format: format as WaitFormat,
    use: policyFeature<WaitRule["use"]>("waitRule"),
    ...(pattern === undefined ? {} : { pattern }),
    ...(isLocal ? { clock: "local" as const } : {}),
  };
}

/** P421: a pattern that could never give a wait. */
function waitPatternAt(planning: Planning, node: Node): string | undefined {
  const pattern = patternAt(planning, node, "pattern");
  if (pattern === undefined || hasGroup(pattern)) return pattern;
  planning.findings.add(
    { path: leafAt(node, "pattern")!.path },
    {
      code: "P421",
      message: "the pattern has no group for the wait",
      fix: "put the figure into a group named `wait`: `(?<wait>[0-9]+)`",
    },
  );
  return undefined;
}

/** Whether it has a group named `wait`, or one without a name. */
function hasGroup(pattern: string): boolean {
  const match = new RegExp(`${pattern}|`, "u").exec("");
  const names = Object.keys(match?.groups ?? {});
  return names.includes("wait") || (match?.length ?? 1) - 1 > names.length;
}
