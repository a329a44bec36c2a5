import { pointerTo } from "../json-pointer.ts";
import type { NamedType, OperationPlan, VersionPlan } from "../model.ts";
import { toJson } from "./escape.ts";
import { memberPointers } from "./member-pointers.ts";
import type { EmittedFile } from "./scan.ts";
import { homeOf } from "./scope.ts";

/**
 * `bindings.json`: which symbol of which file stands for which operation, parameter, schema or member of the document.
 * A member of a type that is not listed follows from the type's pointer by its name; a value of an enumeration follows
 * from the member that has it.
 */
export function emitBindings(plan: VersionPlan): EmittedFile {
  const operations = plan.namespaces.flatMap((namespace) =>
    namespace.operations.map(
      (operation) =>
        [operation.constant, operationBinding(operation, `${namespace.file}.ts`, namespace.interfaceName)] as const,
    ),
  );
  const types = [...plan.types.values()].map((type) => [type.name, typeBinding(type, plan)] as const);
  const { provider, version } = plan;
  return {
    text: toJson({
      provider,
      version,
      operations: Object.fromEntries(operations),
      types: Object.fromEntries(types),
    }),
    check: "data",
  };
}

function operationBinding(operation: OperationPlan, file: string, owner: string): object {
  const { pointer, parameters } = operation.spec;
  const members: Record<string, string> = Object.create(null);
  for (const { key, parameter } of operation.input) {
    const declared = parameters.find((one) => one.in === parameter?.in && one.name === parameter.name);
    members[key] = parameter === undefined ? `${pointer}/requestBody` : (declared?.pointer ?? pointer);
  }
  if (operation.choices !== undefined) members["contentType"] = `${pointer}/requestBody/content`;
  return {
    file,
    method: [owner, operation.method],
    operation: operation.key,
    pointer,
    ...(operation.input.length > 0 ? { input: operation.inputType, members } : {}),
    outcome: operation.outcomeType,
    ...(operation.streamed === undefined ? {} : { streamOutcome: operation.streamed.outcomeType }),
    ...headersBinding(operation),
  };
}

function headersBinding({ headers, spec }: OperationPlan): object {
  if (headers === undefined) return {};
  const members: Record<string, string> = Object.create(null);
  for (const { status, headers: declared } of spec.responses) {
    if (!status.startsWith("2")) continue;
    for (const name of Object.keys(declared))
      members[name.toLowerCase()] ??= pointerTo(spec.pointer, "responses", status, "headers", name);
  }
  return { headers: headers.typeName, headerMembers: members };
}

function typeBinding(type: NamedType, plan: VersionPlan): object {
  const members = memberPointers(type.schema);
  return {
    file: `${homeOf(plan, type.name)}.ts`,
    direction: type.direction,
    ...(type.pointer === undefined ? {} : { pointer: type.pointer }),
    ...(Object.keys(members).length > 0 ? { members } : {}),
  };
}
