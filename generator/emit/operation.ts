/** One operation: its input and outcome types, its constant, and its method in the namespace's interface. */
import type { InputField, OperationPlan, Outcome, TypeRef } from "../model.ts";
import type { CommentLine } from "./comment.ts";
import { data } from "./data.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  list,
  num,
  propertyKey,
  propertyName,
  symbol,
  union,
} from "./printer.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";

export type PrintType = (ref: TypeRef) => Code;

const connectorFile = "./connector.ts";

/** The doc comment of an operation; with its whole description on the method, without it on the constant. */
function operationDoc(operation: OperationPlan, whole: boolean): Code {
  const { spec } = operation;
  const lines: CommentLine[] = [];
  const summary = spec.summary ?? (whole ? undefined : spec.description?.split("\n")[0]);
  if (summary !== undefined) lines.push(summary);
  if (whole && spec.description !== undefined && spec.description !== spec.summary) {
    if (lines.length > 0) lines.push("\n");
    lines.push(spec.description);
  }
  lines.push(operation.policyLine);
  if (spec.deprecated) lines.push({ tag: "deprecated" });
  if (spec.docs !== undefined) lines.push({ tag: "see", text: spec.docs });
  return comment(lines);
}

function fieldLines(field: InputField): readonly CommentLine[] {
  const lines: CommentLine[] = field.description === undefined ? [] : [field.description];
  const value = field.schema.default;
  if (value !== undefined && value !== null && typeof value !== "object")
    lines.push({ tag: "default", text: String(value) });
  if (field.deprecated) lines.push({ tag: "deprecated" });
  return lines;
}

/** `undefined` is not a status; ranges and `default` can be any. */
function statusType(outcome: Outcome): Code {
  return /^[1-5][0-9][0-9]$/.test(outcome.status) ? num(Number(outcome.status)) : code`number`;
}

/** The interface of the input, if there is any, and the union of declared results. */
export function operationTypes(operation: OperationPlan, printType: PrintType): Code[] {
  const members = operation.input.map((field) => {
    const optional = field.required ? code`` : code`?`;
    return code`${comment(fieldLines(field))}${propertyName(field.key)}${optional}: ${printType(field.type)};`;
  });
  const outcomes = operation.outcomes.map((outcome) => {
    const kind = symbol(runtimeType(outcome.ok ? "Success" : "Failure"));
    return code`${kind}${list("<>", [statusType(outcome), printType(outcome.type)])}`;
  });
  // Every call can fail with a status that the document does not mention; said only where it hides no declared one.
  if (!operation.outcomes.some((outcome) => !outcome.ok))
    outcomes.push(code`${symbol(runtimeType("Failure"))}<number, unknown>`);
  if (!operation.outcomes.some((outcome) => outcome.ok))
    outcomes.unshift(code`${symbol(runtimeType("Success"))}<number, unknown>`);
  const outcome = code`export type ${declaration(operation.outcomeType)} = ${union(outcomes)};`;
  if (members.length === 0) return [outcome];
  return [code`export interface ${declaration(operation.inputType)} ${block(members)}`, outcome];
}

function outputType(operation: OperationPlan, printType: PrintType): Code {
  return operation.output.length === 0 ? code`void` : union(operation.output.map(printType));
}

function inputType(operation: OperationPlan): Code {
  return operation.input.length === 0 ? code`Record<string, never>` : ident(operation.inputType);
}

/** `export const chargesCreate: Operation<…> = operation({ … })`. */
export function operationConstant(operation: OperationPlan, printType: PrintType): Code {
  const { id, ...descriptor } = operation.descriptor;
  const types = [inputType(operation), outputType(operation, printType), ident(operation.outcomeType)];
  if (operation.item !== undefined) types.push(printType(operation.item));
  const properties = [
    code`id: ${data(id)}`,
    code`${symbol({ name: "connector", from: connectorFile, type: false })}`,
    code`policy: ${symbol({ name: operation.policyName, from: connectorFile, type: false })}`,
    ...Object.entries(descriptor)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => code`${propertyKey(key)}: ${data(value)}`),
  ];
  const make = symbol(runtimeValue("operation"));
  const type = code`${symbol(runtimeType("Operation"))}${list("<>", types)}`;
  return code`${operationDoc(operation, false)}export const ${declaration(operation.constant)}: ${type} = /* @__PURE__ */ ${make}(${list("{}", properties, true)});`;
}

/** The method with its docs, as people see it on the client. */
export function operationMethod(operation: OperationPlan, printType: PrintType): Code {
  const optional = operation.input.some((field) => field.required) ? code`` : code`?`;
  const output = outputType(operation, printType);
  const outcome = ident(operation.outcomeType);
  const result =
    operation.item === undefined
      ? code`${symbol(runtimeType("Call"))}${list("<>", [output, outcome])}`
      : code`${symbol(runtimeType("PagedCall"))}${list("<>", [output, printType(operation.item), outcome])}`;
  const options = code`options?: ${symbol(runtimeType("CallOptions"))}`;
  const parameters = list("()", [code`input${optional}: ${inputType(operation)}`, options]);
  return code`${operationDoc(operation, true)}${propertyName(operation.method)}${parameters}: ${result};`;
}
