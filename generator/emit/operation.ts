/** One operation: its input and outcome types, its constant, and its method in the namespace's interface. */
import type { HeaderShape } from "@couplet/runtime/codegen/v1";
import { referenceHome } from "../linked-plan.ts";
import {
  featureName,
  type InputField,
  type OperationPlan,
  type Outcome,
  type StreamPlan,
  type TypeRef,
  type VersionPlan,
} from "../model.ts";
import { toOperationLine } from "../policy-line.ts";
import type { CommentLine } from "./comment.ts";
import { data } from "./data.ts";
import { operationFeatures } from "./features.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  list,
  lit,
  num,
  plainType,
  propertyKey,
  propertyName,
  symbol,
  union,
} from "./printer.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";

export type PrintType = (ref: TypeRef) => Code;

const connectorFile = "./connector.ts";

/** The doc comment of an operation; with its whole description on the method, without it on the constant. */
function operationDoc(operation: OperationPlan, connector: VersionPlan["connector"], whole: boolean): Code {
  const { spec } = operation;
  const lines: CommentLine[] = [];
  const summary = spec.summary ?? (whole ? undefined : spec.description?.split("\n")[0]);
  if (summary !== undefined) lines.push(summary);
  if (whole && spec.description !== undefined && spec.description !== spec.summary) {
    if (lines.length > 0) lines.push("\n");
    lines.push(spec.description);
  }
  lines.push(toOperationLine(operation, connector));
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

function member(field: InputField, printType: PrintType): Code {
  const optional = field.required ? code`` : code`?`;
  return code`${comment(fieldLines(field))}${propertyName(field.key)}${optional}: ${printType(field.type)};`;
}

/** The input: an interface, or one shape for each kind of body, told apart by `contentType`. */
function inputDeclaration(operation: OperationPlan, printType: PrintType): Code[] {
  const { input, choices } = operation;
  if (input.length === 0) return [];
  const name = declaration(operation.inputType);
  if (choices === undefined) {
    return [code`export interface ${name} ${block(input.map((field) => member(field, printType)))}`];
  }
  const others = input.filter((field) => field.parameter !== undefined).map((field) => member(field, printType));
  const shapes = choices.map(({ contentTypes, field }, index) => {
    const doc = comment([index === 0 ? { tag: "default", text: contentTypes[0] ?? "" } : "Media type of the body."]);
    const types = union(contentTypes.map((contentType) => lit(contentType)));
    const choice = code`${doc}contentType${index === 0 ? code`?` : code``}: ${types};`;
    return block([...others, choice, member(field, printType)]);
  });
  return [code`export type ${name} = ${union(shapes)};`];
}

function headerType(shape: HeaderShape): Code {
  if (typeof shape === "string") return shape === "json" ? code`unknown` : plainType(shape);
  return code`${plainType(shape[0])}[]`;
}

/** The interface of the input, if there is any, that of the declared headers, and the union of declared results. */
export function operationTypes(operation: OperationPlan, printType: PrintType): Code[] {
  const { headers, streamed } = operation;
  const more = headers === undefined ? [] : [ident(headers.typeName)];
  const declared = [...inputDeclaration(operation, printType)];
  if (headers !== undefined) {
    const members = headers.of.map(
      ({ name, shape, description }) =>
        code`${comment(description === undefined ? [] : [description])}readonly ${propertyName(name)}?: ${headerType(shape)};`,
    );
    declared.push(code`export interface ${declaration(headers.typeName)} ${block(members)}`);
  }
  declared.push(code`export type ${declaration(operation.outcomeType)} = ${outcomeUnion(operation, printType, more)};`);
  if (streamed !== undefined) {
    const type = streamType(streamed.stream, printType);
    declared.push(
      code`export type ${declaration(streamed.outcomeType)} = ${outcomeUnion(operation, printType, more, type)};`,
    );
  }
  return declared;
}

/** The declared results; `data` is the type of every success instead of the declared ones. */
function outcomeUnion(operation: OperationPlan, printType: PrintType, headers: readonly Code[], data?: Code): Code {
  const { outcomes } = operation;
  const [success, failure] = ["Success", "Failure"].map((name) => symbol(runtimeType(name)));
  const declared = outcomes.map((outcome) =>
    outcome.ok
      ? code`${success!}${list("<>", [statusType(outcome), data ?? printType(outcome.type), ...headers])}`
      : code`${failure!}${list("<>", [statusType(outcome), printType(outcome.type)])}`,
  );
  // Every call can fail with a status that the document does not mention; said only where it hides no declared one.
  if (outcomes.every(({ ok }) => ok)) declared.push(code`${failure!}<number, unknown>`);
  if (!outcomes.some(({ ok }) => ok)) declared.unshift(code`${success!}<number, unknown>`);
  // Its status is that of the error that a repetition was answered with.
  if (isInferable(operation))
    declared.push(code`${success!}${list("<>", [code`number`, code`undefined`, ...headers])}`);
  return union(declared);
}

function streamType(stream: StreamPlan, printType: PrintType): Code {
  return printType({ kind: "wrapped", in: "ItemStream", of: stream.type });
}

function outputType(operation: OperationPlan, printType: PrintType): Code {
  if (operation.output.length === 0) return code`void`;
  const types = operation.output.map(printType);
  const hasData = operation.output.some((type) => type.kind !== "plain" || type.text !== "void");
  return union(hasData && isInferable(operation) ? [...types, code`undefined`] : types);
}

/** Whether a call can be a success though its own answer is lost: then it has no data. */
function isInferable({ policy }: OperationPlan): boolean {
  const { onReplay } = policy.idempotency;
  return onReplay !== undefined && onReplay.duplicate?.as !== "applied";
}

function typeUnion(types: readonly TypeRef[], printType: PrintType): Code {
  return types.length === 0 ? code`void` : union(types.map(printType));
}

/** The value with each mention of another operation as code of this file. */
function withReferences(value: unknown, file: string): unknown {
  const home = referenceHome(value);
  if (home !== undefined) {
    const name = featureName(value) ?? "";
    const own = home.file === file;
    return code`() => ${own ? ident(name) : symbol({ name, from: `./${home.file}.ts`, type: false })}`;
  }
  if (typeof value !== "object" || value === null || featureName(value) !== undefined) return value;
  if (Array.isArray(value)) return value.map((item) => withReferences(item, file));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withReferences(member, file)]));
}

function inputType(operation: OperationPlan): Code {
  return operation.input.length === 0 ? code`Record<string, never>` : ident(operation.inputType);
}

/** `export const chargesCreate: Operation<…> = operation({ … })`. */
export function operationConstant(
  operation: OperationPlan,
  connector: VersionPlan["connector"],
  file: string,
  printType: PrintType,
): Code {
  const { id, ...descriptor } = operation.descriptor;
  const { headers, streamed, final } = operation;
  const types = [inputType(operation), outputType(operation, printType), ident(operation.outcomeType)];
  // Each of these has a default, which is written only before another.
  if (operation.item !== undefined) types.push(printType(operation.item));
  else if (headers !== undefined || streamed !== undefined || final !== undefined) types.push(code`never`);
  if (headers !== undefined) types.push(ident(headers.typeName));
  else if (streamed !== undefined || final !== undefined) types.push(code`${symbol(runtimeType("NoHeaders"))}`);
  if (streamed !== undefined) {
    const face = [lit(streamed.stream.contentType), streamedCall(operation, streamed, printType)];
    types.push(code`${symbol(runtimeType("StreamFace"))}${list("<>", face)}`);
  } else if (final !== undefined) types.push(code`never`);
  if (final !== undefined) types.push(typeUnion(final, printType));
  const properties = [
    code`id: ${data(id)}`,
    code`${symbol({ name: "connector", from: connectorFile, type: false })}`,
    code`policy: ${symbol({ name: operation.policyName, from: connectorFile, type: false })}`,
    ...Object.entries({ ...descriptor, ...operationFeatures(operation.descriptor) })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => code`${propertyKey(key)}: ${data(withReferences(value, file))}`),
  ];
  const make = symbol(runtimeValue("operation"));
  const type = code`${symbol(runtimeType("Operation"))}${list("<>", types)}`;
  return code`${operationDoc(operation, connector, false)}export const ${declaration(operation.constant)}: ${type} = /* @__PURE__ */ ${make}(${list("{}", properties, true)});`;
}

/** The method with its docs, as people see it on the client. */
export function operationMethod(
  operation: OperationPlan,
  connector: VersionPlan["connector"],
  printType: PrintType,
): Code {
  const optional = operation.input.some((field) => field.required) ? code`` : code`?`;
  const result = call(operation, printType);
  const options = code`options?: ${symbol(runtimeType("CallOptions"))}`;
  const parameters = list("()", [code`input${optional}: ${inputType(operation)}`, options]);
  const doc = operationDoc(operation, connector, true);
  const method = code`${doc}${propertyName(operation.method)}${parameters}: ${result};`;
  const { streamed } = operation;
  if (streamed === undefined) return method;
  // The first signature that fits is taken: the one that asks for more comes first.
  const wanted = code`options: ${symbol(runtimeType("StreamOptions"))}${list("<>", [lit(streamed.stream.contentType)])}`;
  const streaming = list("()", [code`input: ${inputType(operation)}`, wanted]);
  const note = comment(["The same call, its answer as a stream of items."]);
  return code`${note}${propertyName(operation.method)}${streaming}: ${streamedCall(operation, streamed, printType)};
${method}`;
}

/** What a method returns. */
function call(operation: OperationPlan, printType: PrintType): Code {
  const { item, descriptor, output, streamed, final } = operation;
  const rest = [ident(operation.outcomeType), ...headersOf(operation)];
  const named = (name: string, types: readonly Code[]): Code =>
    code`${symbol(runtimeType(name))}${list("<>", [...types, ...rest])}`;
  const whole = outputType(operation, printType);
  if (item !== undefined) return named("PagedCall", [whole, printType(item)]);
  if (final !== undefined) return named("PolledCall", [whole, typeUnion(final, printType)]);
  const [only] = output;
  if (only?.kind === "wrapped" && only.in === "ItemStream") return named("StreamCall", [printType(only.of)]);
  return descriptor.stream !== undefined && streamed === undefined ? named("BytesCall", []) : named("Call", [whole]);
}

function streamedCall(operation: OperationPlan, streamed: Streamed, printType: PrintType): Code {
  const types = [printType(streamed.stream.type), ident(streamed.outcomeType), ...headersOf(operation)];
  return code`${symbol(runtimeType("StreamCall"))}${list("<>", types)}`;
}

function headersOf({ headers }: OperationPlan): Code[] {
  return headers === undefined ? [] : [ident(headers.typeName)];
}

type Streamed = NonNullable<OperationPlan["streamed"]>;
