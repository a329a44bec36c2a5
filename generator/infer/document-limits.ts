/** An extension that gives each operation its own figures (`{ burst: 10/s, steady: 150/m }`), as a limit that reads them there. */
import type { SpecOperation } from "../model.ts";
import { isPolicyMap, type PolicyMap, type PolicyValue } from "../policy-model.ts";
import { parseRate } from "./rate.ts";
import { block, type Entry, leaf } from "./suggestion.ts";

interface Window {
  readonly per: string;
  readonly figures: readonly number[];
}

/** Undefined when the figures cannot be read alike at all operations. */
export function inferDocumentLimit(name: string, operations: readonly SpecOperation[], why: string): Entry | undefined {
  const windows = new Map<string, Window>();
  for (const { extensions } of operations) {
    const value = extensions[name] as PolicyValue;
    for (const [member, text] of Object.entries(isPolicyMap(value) ? value : {})) {
      const rate = parseRate(text);
      const known = windows.get(member);
      if (rate === undefined || (known !== undefined && known.per !== rate.per)) return undefined;
      windows.set(member, { per: rate.per, figures: [...(known?.figures ?? []), rate.amount] });
    }
  }
  if (windows.size === 0) return undefined;
  const bounds = [...windows].map(([member, { per, figures }]) => {
    const everywhere = figures.length === operations.length;
    const data: PolicyMap = {
      per,
      max: figures.reduce((a, b) => Math.max(a, b)),
      default: everywhere ? figures.reduce((a, b) => Math.min(a, b)) : "none",
    };
    return leaf(member, data);
  });
  return block(
    "endpoint",
    [
      leaf("algorithm", "fixedWindow", "or slidingWindow"),
      block("limit", [
        leaf("fromExtension", name),
        block("windows", bounds, "greatest and least figure of the document; above `max` it does not count"),
      ]),
      leaf("partition", ["credential", "operation"]),
    ],
    why,
  );
}
