/** P420: one header whose waits are read in two ways. */
import { parsePointer } from "./expression.ts";
import { type Branch, entriesAt, itemsOf, type Leaf, leafAt, type Node, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";

/** What a text can be taken for; formats that share one of these agree. */
const readings: Readonly<Record<string, readonly string[]>> = {
  delaySecondsOrHttpDate: ["delaySeconds", "httpDate"],
};

function waitsOf(blocks: readonly Branch[], top: Branch): Node[] {
  return [
    ...blocks.flatMap((block) => itemsOf(leafAt(block, "retry", "retryAfter"))),
    ...entriesAt(top, "rateLimits").flatMap(([, limit]) =>
      entriesAt(limit, "feedback").flatMap(([name, node]) => (name === "reset" ? [node] : [])),
    ),
  ];
}

export function checkWaitFormats(planning: Planning, blocks: readonly Branch[], top: Branch): void {
  const seen = new Map<string, Leaf>();
  for (const node of waitsOf(blocks, top)) {
    const format = leafAt(node, "format");
    const pointer = parsePointer(textAt(node, "from") ?? "");
    if (format === undefined || !pointer.ok || pointer.value.from !== "header") continue;
    const name = pointer.value.name.toLowerCase();
    const earlier = seen.get(name);
    seen.set(name, earlier ?? format);
    const as = (leaf: Leaf): readonly string[] => readings[String(leaf.value)] ?? [String(leaf.value)];
    if (earlier === undefined || as(earlier).some((one) => as(format).includes(one))) continue;
    planning.findings.addClash(earlier.path, format.path, {
      code: "P420",
      severity: "warning",
      message: `\`${pointer.value.name}\` is \`${format.value}\` here and \`${earlier.value}\` elsewhere`,
      fix: "look up in the provider's documentation which it is, and write that in both places",
    });
  }
}
