import type { ApiDocument } from "../model.ts";
import { compareOperations } from "./compare-operations.ts";
import { compareSecuritySchemes } from "./compare-security.ts";
import { compareSent } from "./compare-sent.ts";
import { compareDocumentServers } from "./compare-servers.ts";
import { compareUnreached } from "./compare-unreached.ts";
import { ComparisonContext, type PlacedEdit } from "./comparison-context.ts";
import type { DiffOptions } from "./diff-options.ts";
import { type Edit, placeBelow } from "./edit.ts";
import type { Finding, Occurrence } from "./finding.ts";
import { type Reach, reachOf } from "./occurrences.ts";
import { readablePlace } from "./readable-place.ts";
import type { Unit } from "./schema-comparison.ts";
import { type Told, toFindings } from "./to-finding.ts";

/**
 * What a provider changed between two documents, judged as its client: every edit once, at its root, with all operations that
 * reach it. Pure; linear in what was edited and what reaches it. Descriptions, examples, order, and where a schema is written
 * (inline or under a name) are no changes. Sorted, the worst first.
 */
export function diffDocuments(base: ApiDocument, revision: ApiDocument, options: DiffOptions = {}): Finding[] {
  const isSame = base.operations === revision.operations || base.sha256 === revision.sha256;
  if (isSame && options.names === undefined) return [];
  const context = new ComparisonContext(base, revision, options);
  compareOperations(context);
  compareSent(context, base.webhooks ?? [], revision.webhooks ?? [], "webhook");
  compareSecuritySchemes(context);
  compareDocumentServers(context);
  compareUnreached(context);
  context.schemas.run();
  const told = [...context.edits.map(toldOf), ...context.schemas.units.flatMap(toldOfUnit)];
  return toFindings(told, base, revision, options);
}

function toldOf(edit: PlacedEdit): Told {
  const { operation, status, subject, direction, at } = edit;
  const place = { direction, at, ...(status === undefined ? {} : { status }) };
  return { edit, subject, occurrences: operation ? [{ operation, ...place }] : [] };
}

function toldOfUnit(unit: Unit): Told[] {
  if (unit.edits.length === 0) return [];
  const ways = reachOf(unit);
  return unit.edits.map((edit) => {
    const occurrences = ways.map(({ root, at }): Occurrence => {
      const status = root.status === undefined ? {} : { status: root.status };
      return { operation: root.operation, direction: unit.direction, ...status, at: placeBelow(at, edit.at) };
    });
    return { edit, subject: subjectOf(unit, edit, ways[0]), occurrences };
  });
}

/** `Charge.status`; in an inline schema `response 200 items[].id`. */
function subjectOf(unit: Unit, { at, base }: Edit, way: Reach | undefined): string {
  const name = readablePlace(unit.base.pointer);
  if (name !== undefined) return placeBelow(name, at);
  // Taken in by `allOf`.
  const taken = base === undefined || base.endsWith("/required") ? undefined : readablePlace(base);
  if (taken !== undefined) return taken;
  const place = placeBelow(way?.at ?? "", at);
  const status = way?.root.status;
  if (status === undefined) return place;
  return place === "" ? `response ${status}` : `response ${status} ${place}`;
}
