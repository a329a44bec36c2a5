import { toToken } from "../json-pointer.ts";
import type { SpecResponse } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import { compareContent } from "./compare-content.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";
import type { Fact } from "./edit.ts";

/** Answers by status; their bodies and headers. */
export function compareResponses(context: ComparisonContext, pair: OperationPair): void {
  const old = new Map(pair.base.responses.map((response) => [response.status, response]));
  const now = new Map(pair.revision.responses.map((response) => [response.status, response]));
  for (const [status, response] of old) {
    const found = now.get(status);
    if (found) {
      compareResponse(context, pair, response, found);
      continue;
    }
    const facts = successOf(status, pair.base.responses);
    const says = "is no longer described";
    const { base } = pointersOf(pair, status);
    tell(context, pair, status, { name: "status-removed", effect: "narrow", base, before: status, says, facts });
  }
  for (const status of now.keys()) {
    if (old.has(status)) continue;
    const facts = successOf(status, pair.revision.responses);
    const { revision } = pointersOf(pair, status);
    tell(context, pair, status, {
      name: "status-added",
      effect: "widen",
      revision,
      after: status,
      says: "is new",
      facts,
    });
  }
}

/** `default` is the success where no other is described. */
function successOf(status: string, all: readonly SpecResponse[]): Fact[] {
  const isSuccess = status.startsWith("2") || (status === "default" && !all.some((one) => one.status.startsWith("2")));
  return isSuccess ? ["success"] : [];
}

function pointersOf({ base, revision }: OperationPair, status: string): { base: string; revision: string } {
  return { base: `${base.pointer}/responses/${status}`, revision: `${revision.pointer}/responses/${status}` };
}

type Told = Omit<TellPlaced, "direction" | "subject" | "status">;

function tell(context: ComparisonContext, pair: OperationPair, status: string, edit: Told): void {
  const subject = `response ${status}`;
  context.tell({ ...edit, direction: "response", subject, status }, pair.reference);
}

function compareResponse(context: ComparisonContext, pair: OperationPair, old: SpecResponse, now: SpecResponse): void {
  const { status } = old;
  const pointers = pointersOf(pair, status);
  const subject = `response ${status}`;
  const place = { operation: pair.reference, direction: "response", status, subject, ...pointers } as const;
  if (old.content.length === 0 && now.content.length > 0) {
    tell(context, pair, status, { ...pointers, name: "response-body-added", effect: "widen", says: "has a body now" });
  } else if (old.content.length > 0 && now.content.length === 0) {
    const edit = {
      ...pointers,
      name: "response-body-removed",
      effect: "incomparable",
      says: "no longer has a body",
    } as const;
    tell(context, pair, status, { ...edit, facts: successOf(status, pair.base.responses) });
  } else compareContent(context, place, old.content, now.content);
  compareHeaders(context, pair, old, now);
  if (canonicalJson(old.links) !== canonicalJson(now.links)) {
    tell(context, pair, status, { ...pointers, name: "links-changed", effect: "none", says: "has other links" });
  }
}

type Headers = ReadonlyMap<string, SpecResponse["headers"][string] & { readonly name: string }>;

function headersOf({ headers }: SpecResponse): Headers {
  return new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), { ...header, name }]));
}

function compareHeaders(context: ComparisonContext, pair: OperationPair, old: SpecResponse, now: SpecResponse): void {
  const { status } = old;
  const holders = pointersOf(pair, status);
  const [before, after] = [headersOf(old), headersOf(now)];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [earlier, later] = [before.get(key), after.get(key)];
    const facts: readonly Fact[] = context.options.policy?.responseHeaders?.includes(key) ? ["read"] : [];
    const pointers = {
      ...(earlier ? { base: `${holders.base}/headers/${toToken(earlier.name)}` } : {}),
      ...(later ? { revision: `${holders.revision}/headers/${toToken(later.name)}` } : {}),
    };
    const at = `header ${key}`;
    const says = (what: string): string => `header ${JSON.stringify(key)} ${what}`;
    const common = { ...pointers, at, facts };
    if (!later)
      tell(context, pair, status, { ...common, name: "header-removed", effect: "narrow", says: says("is gone") });
    else if (!earlier)
      tell(context, pair, status, { ...common, name: "header-added", effect: "widen", says: says("is new") });
    else {
      if (earlier.required !== later.required) {
        const became = later.required;
        const name = became ? "header-became-required" : "header-became-optional";
        const what = became ? "is always sent" : "is not always sent";
        const told = { before: earlier.required, after: later.required, says: says(what) };
        tell(context, pair, status, { ...common, ...told, name, effect: became ? "narrow" : "widen" });
      }
      const root = { operation: pair.reference, status, label: at };
      const parts = [
        { schema: earlier.schema, pointer: `${pointers.base}/schema` },
        { schema: later.schema, pointer: `${pointers.revision}/schema` },
      ] as const;
      context.schemas.addRoot(...parts, "response", root, facts);
    }
  }
}
