import type { VersionPlan } from "../model.ts";
import { toJson } from "./escape.ts";
import type { EmittedFile } from "./scan.ts";
import { homeOf } from "./scope.ts";

/** `bindings.json`: which symbol of which file stands for which operation, parameter or body of the document. */
export function emitBindings(plan: VersionPlan): EmittedFile {
  const operations = plan.namespaces.flatMap((namespace) =>
    namespace.operations.map((operation) => {
      const { pointer, parameters } = operation.spec;
      const members = operation.input.map(({ key, parameter }) => {
        const declared = parameters.find((one) => one.in === parameter?.in && one.name === parameter.name);
        return [key, parameter === undefined ? `${pointer}/requestBody` : (declared?.pointer ?? pointer)] as const;
      });
      const binding = {
        file: `${namespace.file}.ts`,
        method: [namespace.interfaceName, operation.method],
        operation: operation.key,
        pointer,
        ...(members.length > 0 ? { input: operation.inputType, members: Object.fromEntries(members) } : {}),
        outcome: operation.outcomeType,
      };
      return [operation.constant, binding] as const;
    }),
  );
  const types = [...plan.types.values()].map(
    (type) => [type.name, { file: `${homeOf(plan, type.name)}.ts`, direction: type.direction }] as const,
  );
  return {
    text: toJson({ operations: Object.fromEntries(operations), types: Object.fromEntries(types) }),
    check: "data",
  };
}
