/** Rejections that are not ours to mend, each with its reason. One that no longer happens fails the run. */
import type { Verdict } from "./independent-calls.ts";
import type { ValidatorName } from "./independent-validator.ts";

/** Whose mistake it is. */
type Fault = "document" | "validator";

export interface Known {
  readonly document: string;
  readonly validator: ValidatorName;
  /** Which operations, or, of a rejection all over the document, how many. */
  readonly operations: readonly string[] | number;
  /** Every problem of the rejection must match it: another problem of the operation is news. */
  readonly problem: RegExp;
  readonly fault: Fault;
  readonly because: string;
}

const known: readonly Known[] = [
  {
    document: "box/2024.0/openapi.json",
    validator: "steady",
    operations: ["classifications.putMetadataTemplatesEnterpriseSecurity6VmVochwUWoSchemaAdd"],
    problem: /^E3006 /,
    fault: "validator",
    because: "two keys differ only in their fragment, which is not sent; it compares with the other one's media type",
  },
  {
    document: "box/2024.0/openapi.json",
    validator: "steady",
    operations: ["search.get"],
    problem: /^E3010 query\.mdfilters/,
    fault: "document",
    because: "objects in an array of style form have no defined serialization; the provider takes JSON, which is sent",
  },
  {
    document: "shipengine/1.21.11/openapi.yaml",
    validator: "steady",
    operations: [
      ...["account.createImage", "account.updateSettingsImagesById", "batches.addTo", "batches.removeFrom"],
      ...["carriers.addFundsTo", "insurance.addFundsTo", "labels.create", "labels.createFromRate"],
      ...["packagePickups.schedulePickup", "packageTypes.create", "packageTypes.update", "rates.calculate"],
      ...["rates.compareBulk", "rates.estimate", "shipments.create", "shipments.update"],
      ...["warehouses.createWarehouse", "warehouses.updateWarehouse"],
    ],
    problem: /^(?:E3009 |E3012 |E4002 )/,
    fault: "document",
    because: "additionalProperties: false beside allOf allows no property at all, also none of the required ones",
  },
  {
    document: "stripe/2023-08-16/openapi.yaml",
    validator: "steady",
    operations: 216,
    problem: /^E3014 query\.\w+\[0\]|^E3012 query\.status_transitions\.posted_at: /,
    fault: "document",
    because: "style deepObject is not defined for arrays; the provider reads indexes (expand[0]), steady takes none",
  },
];

export interface Judged {
  readonly document: string;
  readonly validator: ValidatorName;
  readonly verdicts: readonly Verdict[];
}

export interface Comparison {
  readonly accepted: number;
  readonly explained: readonly { readonly verdict: Verdict; readonly because: string }[];
  readonly unexplained: readonly Verdict[];
  /** Known rejections that did not happen. */
  readonly stale: readonly string[];
}

/** Sorts the verdicts on one document into accepted, explained and not explained; `list` is replaced in tests only. */
export function compareWithKnown(judged: Judged, list: readonly Known[] = known): Comparison {
  const here = list.filter((one) => one.document === judged.document && one.validator === judged.validator);
  const explained: { verdict: Verdict; because: string }[] = [];
  const unexplained: Verdict[] = [];
  const met = new Map<Known, string[]>(here.map((one) => [one, []]));
  for (const verdict of judged.verdicts) {
    if (verdict.problems.length === 0) continue;
    const reason = here.find(
      ({ operations, problem }) =>
        (typeof operations === "number" || operations.includes(verdict.operation)) &&
        verdict.problems.every((text) => problem.test(text)),
    );
    if (reason === undefined) {
      unexplained.push(verdict);
    } else {
      met.get(reason)?.push(verdict.operation);
      explained.push({ verdict, because: `${reason.fault}: ${reason.because}` });
    }
  }
  const stale = here.flatMap((one) => {
    const { operations } = one;
    const found = met.get(one) ?? [];
    if (typeof operations !== "number") return operations.filter((operation) => !found.includes(operation));
    return found.length === operations ? [] : [`${found.length} operations instead of ${operations}: ${one.because}`];
  });
  const accepted = judged.verdicts.length - explained.length - unexplained.length;
  return { accepted, explained, unexplained, stale };
}
