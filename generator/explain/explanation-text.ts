/** An explanation as people read it: leaves in columns, then sentences. */
import type { Json } from "../model.ts";
import { toVisible } from "../report.ts";
import type { Explanation } from "./explanation.ts";
import type { Origin } from "./origin.ts";
import { toTimeText } from "./policy-text.ts";
import type { RetryVerdict } from "./retry-verdicts.ts";
import type { WorstCase } from "./worst-case.ts";

/** Widest value, and widest sentence, before a line is broken. */
const valueWidth = 52;
const lineWidth = 110;

export function toExplanationText(explanation: Explanation): string {
  const { provider, version, operation, summary, retries, worstCase, effect, verified } = explanation;
  const id = operation.operationId === undefined ? "" : ` (${operation.operationId})`;
  return [
    `${provider}@${version} ${operation.id}`,
    `${operation.method} ${operation.path}${id}`,
    ...wrap(summary, lineWidth),
    "",
    ...leafLines(explanation),
    "",
    ...verdictLines(retries.verdicts),
    "",
    ...retries.statements.flatMap((statement) => wrap(statement, lineWidth)),
    "",
    ...worstLines(worstCase),
    `  effect    ${effect}`,
    `  facts     ${verified === undefined ? "no source with a date is given" : `verified ${verified} or later`}`,
  ]
    .map(toVisible)
    .join("\n");
}

function leafLines({ leaves }: Explanation): string[] {
  const nameWidth = Math.max(...leaves.map(({ path }) => path.length)) + 2;
  const lines: string[] = [];
  let group: string | undefined;
  for (const { path, value, origin, overrides } of leaves) {
    const key = path.split(/[.[]/)[0];
    if (group !== undefined && key !== group) lines.push("");
    group = key;
    lines.push(...row(path.padEnd(nameWidth), value, origin));
    for (const lower of overrides) lines.push(...row("  instead of".padEnd(nameWidth), lower.value, lower.origin));
  }
  return lines;
}

function row(name: string, value: Json, origin: Origin): string[] {
  const [first = "", ...rest] = wrap(toValueText(value), valueWidth);
  return [
    `${name}${first.padEnd(valueWidth)}  ${toOriginText(origin)}`,
    ...rest.map((line) => " ".repeat(name.length) + line),
  ];
}

function toOriginText({ layer, file, line, column }: Origin): string {
  return file === undefined ? layer : `${file}:${line}:${column}  ${layer}`;
}

function toValueText(value: Json): string {
  if (Array.isArray(value))
    return value.length === 0 ? "none" : value.map((item) => toValueText(item as Json)).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([key, child]) => `${key}: ${toValueText(child as Json)}`)
      .join(", ");
  return String(value);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Failures with the same fate and reason share a line. */
function verdictLines(verdicts: readonly RetryVerdict[]): string[] {
  return [true, false].flatMap((again) => {
    const groups = new Map<string, string[]>();
    for (const verdict of verdicts)
      if (verdict.again === again)
        groups.set(verdict.because, [...(groups.get(verdict.because) ?? []), verdict.failure]);
    if (groups.size === 0) return again ? ["is sent again after: nothing"] : [];
    const lines = [...groups].flatMap(([because, failures]) =>
      wrap(`${failures.join(", ")}: ${because}`, lineWidth - 4).map(
        (line, index) => `${index === 0 ? "  " : "    "}${line}`,
      ),
    );
    return [again ? "is sent again after" : "is not sent again after", ...lines];
  });
}

function worstLines({ requests, attempts, replays, waits, alone, end }: WorstCase): string[] {
  const counted = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}${replays === 1 ? " and one replay with new credentials" : ""}`;
  const told =
    waits.total > waits.backoff ? `, and up to ${toTimeText(waits.total)} where the server asks for more` : "";
  const total = `${waits.count} between attempts, together up to ${toTimeText(waits.backoff)}${told}`;
  const time =
    alone < end
      ? `${toTimeText(alone)} alone: then the attempts are used; with queueing, open circuits and credentials up to the deadline of ${toTimeText(end)}`
      : `${toTimeText(end)}: the deadline ends it, with whatever is under way`;
  return [
    "worst case",
    `  requests  ${requests}: ${counted}`,
    `  waits     ${waits.count === 0 ? "none between attempts" : total}`,
    `  time      ${time}`,
  ];
}
