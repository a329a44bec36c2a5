/** Descriptors that mention other operations; made when all of them have their names. */
import type { Pointer } from "@couplet/runtime/codegen/v1";
import { type BatchPlan, type OperationReference, operationReference, type PollingPlan } from "../linked-plan.ts";
import type { NamespacePlan, OperationPlan, PolicyPlan, TypeRef } from "../model.ts";
import { toPascalCase } from "./names.ts";
import { schemaAt } from "./outcomes.ts";
import type { TypeRegistry } from "./type-names.ts";

interface Homed {
  readonly plan: OperationPlan;
  readonly file: string;
}

/** The same namespaces, with what the policy says of operations that name each other. */
export function linkOperations(
  namespaces: readonly NamespacePlan[],
  policy: PolicyPlan,
  types: TypeRegistry,
): readonly NamespacePlan[] {
  const homes = new Map<string, Homed>(
    namespaces.flatMap(({ operations, file }) => operations.map((plan) => [plan.key, { plan, file }] as const)),
  );
  return namespaces.map((namespace) => ({
    ...namespace,
    operations: namespace.operations.map((plan) => {
      const { polling, batch } = policy.operations.get(plan.key) ?? {};
      if (batch !== undefined) return withBatch(plan, batch, homes);
      return polling === undefined ? plan : withPolling(plan, polling, namespace.file, homes, types);
    }),
  }));
}

function referenceTo({ plan, file }: Homed): OperationReference {
  return operationReference(plan.constant, { file, id: plan.id });
}

/** Parameters by their keys in the input instead of their names on the wire. */
function byKey(pass: Readonly<Record<string, Pointer>>, { plan }: Homed): Record<string, Pointer> {
  const keyOf = (name: string) => plan.input.find(({ parameter }) => parameter?.name === name)?.key ?? name;
  return Object.fromEntries(Object.entries(pass).map(([name, pointer]) => [keyOf(name), pointer]));
}

function withBatch(plan: OperationPlan, batch: BatchPlan, homes: ReadonlyMap<string, Homed>): OperationPlan {
  const operation = referenceTo(homes.get(batch.operation)!);
  return { ...plan, descriptor: { ...plan.descriptor, batch: { ...batch, operation } } };
}

function withPolling(
  plan: OperationPlan,
  { operation, cancel, pass, ...polling }: PollingPlan,
  file: string,
  homes: ReadonlyMap<string, Homed>,
  types: TypeRegistry,
): OperationPlan {
  const asked = pass === undefined ? { plan, file } : homes.get(operation)!;
  const cancelled = cancel && homes.get(cancel.operation)!;
  return {
    ...plan,
    final: finalTypes(plan, asked.plan, polling.result, file, types),
    descriptor: {
      ...plan.descriptor,
      polling: {
        ...polling,
        ...(pass === undefined ? {} : { status: referenceTo(asked), pass: byKey(pass, asked) }),
        ...(cancel && cancelled
          ? { cancel: { operation: referenceTo(cancelled), pass: byKey(cancel.pass, cancelled) } }
          : {}),
      },
    },
  };
}

/** What stands at the place of the result in a success of the operation that is asked. */
function finalTypes(
  { constant }: OperationPlan,
  asked: OperationPlan,
  result: Pointer,
  home: string,
  types: TypeRegistry,
): readonly TypeRef[] {
  if (result.from === "header") return [{ kind: "plain", text: "string" }];
  if (result.from !== "body") return [{ kind: "plain", text: "unknown" }];
  if (result.path.length === 0) return asked.output;
  const { schema, pointer = "" } = asked.outcomes.find((outcome) => outcome.ok && outcome.schema !== undefined) ?? {};
  const found = schemaAt(schema && { schema, pointer }, result.path, types);
  if (found === undefined) return [{ kind: "plain", text: "unknown" }];
  return [types.refer(found.schema, "response", `${toPascalCase(constant)}Result`, home, found.pointer)];
}
