/** What a policy says of operations that name one another; planned when every operation has its own policy. */
import type { Pointer } from "@couplet/runtime/codegen/v1";
import type { OperationFacts } from "../facts.ts";
import type { PollingPlan } from "../linked-plan.ts";
import type { OperationPolicy, SpecOperation } from "../model.ts";
import { factSource } from "./fact-source.ts";
import { at } from "./layers.ts";
import { planBatch } from "./policy-batch.ts";
import { type Neighbours, planPolling } from "./policy-polling.ts";
import type { Effective } from "./policy-stack.ts";

/** Adds to `planned` what the operations say of each other. */
export function planNeighbours(
  neighbours: Neighbours & { readonly planned: Map<string, OperationPolicy> },
  effective: ReadonlyMap<SpecOperation, Effective>,
): void {
  const { planning, planned } = neighbours;
  const pollings = new Map<string, PollingPlan>();
  const add = (key: string, more: Partial<OperationPolicy>, facts: Partial<OperationFacts>): void => {
    const own = planned.get(key)!;
    planned.set(key, { ...own, ...more, facts: { ...own.facts, ...facts } });
  };
  for (const [operation, { tree }] of effective) {
    const { key } = operation;
    const idempotency = planned.get(key)?.policy.idempotency;
    if (idempotency === undefined) continue;
    const sourceOf = (name: "polling" | "batch") => factSource(planning, at(tree, name)!.path, at(tree, name));
    const polling = planPolling(neighbours, operation, tree, idempotency);
    if (polling !== undefined) {
      pollings.set(key, polling);
      add(key, { polling }, { polling: sourceOf("polling") });
    }
    const batch = planBatch(neighbours, operation, tree, idempotency);
    if (batch !== undefined) add(key, { batch }, { batch: sourceOf("batch") });
  }
  for (const [key, polling] of resumed(neighbours, pollings)) {
    const asked = planned.get(key);
    // Pages and batches are another kind of call.
    if (asked && !asked.polling && !asked.pagination && !asked.batch) planned.set(key, { ...asked, polling });
  }
}

/** Operations that tell a state can be waited for too, where all that ask them mean the same end. */
function resumed({ index }: Neighbours, pollings: ReadonlyMap<string, PollingPlan>): Map<string, PollingPlan> {
  const found = new Map<string, Map<string, PollingPlan>>();
  for (const { pass, cancel, ...polling } of pollings.values()) {
    if (pass === undefined) continue;
    const { operation } = polling;
    const again = cancel && passAgain(cancel.pass, pass, index.get(operation)?.[0]);
    const own: PollingPlan = {
      ...polling,
      ...(cancel && again ? { cancel: { operation: cancel.operation, pass: again } } : {}),
    };
    found.set(operation, (found.get(operation) ?? new Map<string, PollingPlan>()).set(JSON.stringify(own), own));
  }
  return new Map(
    [...found].flatMap(([key, rules]) =>
      rules.size === 1 ? [...rules.values()].map((one) => [key, one] as const) : [],
    ),
  );
}

/** What the first answer gave is in the request for the state, as the parameter that has the same value. */
function passAgain(
  wanted: Readonly<Record<string, Pointer>>,
  asked: Readonly<Record<string, Pointer>>,
  operation: SpecOperation | undefined,
): Record<string, Pointer> | undefined {
  const again: Record<string, Pointer> = {};
  for (const [name, pointer] of Object.entries(wanted)) {
    const place = Object.keys(asked).find((key) => JSON.stringify(asked[key]) === JSON.stringify(pointer));
    const where = operation?.parameters.find((one) => one.name === place)?.in;
    if (place === undefined || (where !== "path" && where !== "query")) return undefined;
    again[name] = { from: `request.${where}`, name: place };
  }
  return again;
}
