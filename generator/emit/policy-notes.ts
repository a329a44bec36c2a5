/** What README.md says of a version's policy beside its tables. Markdown. */

import { toExpression } from "../expression-text.ts";
import type { OperationPlan, VersionPlan } from "../model.ts";
import { toBackoffText, toDurationText, toListText, toRetryAfterText } from "../policy-words.ts";
import { inline, inlineCode } from "./markdown.ts";
import { groupBy, operationsCell, sourceCell } from "./policy-table.ts";

/** The version's pin and its end; never the same in two versions. */
export function versionNotes({ facts: { pin, supportedUntil }, connector }: VersionPlan): readonly string[] {
  const { echo } = connector;
  const notes: string[] = [];
  if (pin) {
    const text = pin.in === "path" ? `{${pin.name}} = ${pin.value}` : `${pin.name}: ${pin.value}`;
    const source =
      pin.source.url === undefined && pin.source.verified === undefined ? "" : ` (${sourceCell(pin.source)})`;
    notes.push(`Each request pins the version: ${pin.in} ${inlineCode(text)}${source}.`);
  }
  if (echo)
    notes.push(
      `${inlineCode(toExpression(echo.from))} tells which version answered; another than ${inlineCode(echo.expect)} is logged as a warning.`,
    );
  if (supportedUntil !== undefined) notes.push(`The provider supports it until ${inlineCode(supportedUntil)}.`);
  return notes;
}

/** What holds where the policy is silent, as sentences; empty when it speaks about everything. */
export function builtInNotes(plan: VersionPlan): readonly string[] {
  const all = plan.namespaces.flatMap(({ operations }) => operations);
  const silent = (part: "retry" | "idempotency" | "concurrency"): OperationPlan[] =>
    all.filter(({ facts }) => facts[part] === undefined);
  const notes: string[] = [];
  const [retried] = silent("retry");
  if (retried) {
    const { retry, timeouts } = retried.policy;
    notes.push(
      `Retries (${operationsCell(silent("retry"), all)}): up to ${retry.maxAttempts} attempts of ${toDurationText(timeouts.attempt)} ` +
        `in ${toDurationText(timeouts.deadline)}; ${toListText(retry.on)} failures, the last only where a repetition is ` +
        `harmless; backoff ${toBackoffText(retry)}; ${inline(toRetryAfterText(retry))}.`,
    );
  }
  const classes = groupBy(silent("idempotency"), ({ policy }) => policy.idempotency.class).map(
    (group) => `${group[0].policy.idempotency.class} ${operationsCell(group, [])}`,
  );
  if (classes.length > 0) notes.push(`Classes by method (RFC 9110): ${classes.join("; ")}.`);
  const [gated] = silent("concurrency");
  if (gated?.policy.concurrency) {
    const { max, per, queue } = gated.policy.concurrency;
    notes.push(
      `At once (${operationsCell(silent("concurrency"), all)}): ${max} calls per ${toListText(per)}, ${queue} may wait.`,
    );
  }
  return notes;
}
