/** The rate limits of a version, and how many calls run at once. */
import type { RateLimit } from "@couplet/runtime/codegen/v1";
import type { OperationPlan, Plan, VersionPlan } from "../model.ts";
import { toCostText, toPlaceText, toRateText } from "../policy-words.ts";
import { inlineCode } from "./markdown.ts";
import { groupBy, nothing, operationsCell, type PolicyTable, sourceCell } from "./policy-table.ts";

function feedbackCell({ feedback, pauseOn }: Plan<RateLimit>): string {
  const readings = (["used", "remaining", "limit"] as const).flatMap((name) => {
    const from = feedback?.[name]?.from;
    return from === undefined ? [] : [`${name} ${inlineCode(toPlaceText(from))}`];
  });
  const reset = feedback?.reset;
  if (reset) readings.push(`reset ${inlineCode(toPlaceText(reset.from))} (${reset.format})`);
  const pauses = pauseOn.length > 0 ? [`paused by ${pauseOn.map(inlineCode).join(", ")}`] : [];
  return [...readings, ...pauses].join("; ") || nothing;
}

export function limitTable(plan: VersionPlan, all: readonly OperationPlan[]): PolicyTable {
  const limits = Object.entries(plan.connector.rateLimits).map(([name, limit]) => {
    const tiers = Object.entries(limit.tiers ?? {}).map(
      ([tier, figures]) => `${inlineCode(tier)} ${toRateText(limit.use, figures)}`,
    );
    const cost = limit.cost === 1 ? [] : [`a call costs ${toCostText(limit.cost)}`];
    const reserve = limit.reserve === 0 ? [] : [`${limit.reserve * 100} % left to others`];
    return [
      inlineCode(name),
      [toRateText(limit.use, limit), ...tiers, ...cost, ...reserve].join("; "),
      limit.partition.join(", ") || "all calls together",
      operationsCell(
        all.filter(({ policy }) => policy.limitedBy.includes(name)),
        all,
      ),
      feedbackCell(limit),
      sourceCell(plan.facts.rateLimits[name]),
    ];
  });
  const written = all.filter(({ facts }) => facts.concurrency);
  const gates = groupBy(written, ({ policy, facts }) => [policy.concurrency, facts.concurrency]).map((group) => {
    const { max, per = [], queue } = group[0].policy.concurrency ?? {};
    const figures = max === undefined ? "no bound" : `${max} at once, ${queue} may wait`;
    return [
      "at once",
      figures,
      per.join(", ") || "all calls together",
      operationsCell(group, all),
      nothing,
      sourceCell(group[0].facts.concurrency),
    ];
  });
  const columns = ["limit", "figures", "counted per", "operations", "the server tells", "source"];
  return { title: "Rate limits", columns, rows: [...limits, ...gates] };
}
