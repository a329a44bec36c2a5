/** What all kinds of rate limits have in common: figures that are missing, and what the server tells. */
import type { RateLimit } from "@couplet/runtime/codegen/v1";
import { at, leafAt, type Node } from "./layers.ts";
import { type Planning, patternAt, pointerAt } from "./planning.ts";
import { waitHeaderAt } from "./wait-header.ts";

/** What is missing, unless it is there and was refused earlier. */
export function lack(
  planning: Planning,
  node: Node,
  missing: readonly (readonly string[])[],
  message: string,
  fix: string,
): undefined {
  const refused = missing.some(
    (keys) => at(node, ...keys) === undefined && planning.source?.has([...node.path, ...keys]),
  );
  if (!refused) planning.findings.add({ path: node.path, spot: { of: "key" } }, { code: "P003", message, fix });
  return undefined;
}

export function planFeedback(planning: Planning, written: Node | undefined): RateLimit["feedback"] {
  if (written === undefined) return undefined;
  const readings = (["used", "remaining", "limit"] as const).flatMap((name) => {
    const from = pointerAt(planning, written, name, "from");
    if (from === undefined) return [];
    const leaf = leafAt(written, name, "pattern");
    const pattern = patternAt(planning, written, name, "pattern");
    const groups = leaf && String(leaf.value).match(/\(\?<(used|remaining|limit)>/g);
    if (leaf && pattern !== undefined && !groups?.includes(`(?<${name}>`)) {
      planning.findings.add(
        { path: leaf.path },
        {
          code: "P421",
          message: `the pattern has no group named \`${name}\``,
          fix: `name the figure: \`(?<${name}>[0-9]+)\``,
        },
      );
      return [];
    }
    return [[name, { from, ...(pattern === undefined ? {} : { pattern }) }] as const];
  });
  const reset = waitHeaderAt(planning, at(written, "reset"));
  const feedback = { ...Object.fromEntries(readings), ...(reset === undefined ? {} : { reset }) };
  return Object.keys(feedback).length === 0 ? undefined : feedback;
}
