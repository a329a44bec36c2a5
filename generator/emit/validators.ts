/** `validators/`: zod schemas behind an untyped builder, each lazy; measured in the type layout as shape V6. */
import type {
  InputField,
  NamedType,
  NamespacePlan,
  OperationPlan,
  Outcome,
  Schema,
  TypeRef,
  VersionPlan,
} from "../model.ts";
import { data } from "./data.ts";
import {
  type Code,
  code,
  comment,
  declaration,
  ident,
  isReserved,
  join,
  list,
  lit,
  propertyKey,
  propertyName,
  symbol,
  union,
} from "./printer.ts";
import { renderFile } from "./render.ts";
import type { EmittedFile } from "./scan.ts";
import type { Types } from "./schema-shape.ts";
import { homeOf } from "./scope.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";
import { builder, type Check, type Uses, type ValidatorContext, validator } from "./zod.ts";

function contextFor(plan: VersionPlan, file: string, direction: NamedType["direction"], uses: Uses): ValidatorContext {
  return {
    direction,
    uses,
    named: (name) =>
      homeOf(plan, name) === file ? ident(name) : symbol({ name, from: `./${homeOf(plan, name)}.ts`, type: false }),
  };
}

function typesOf(file: string): Code {
  return symbol({ name: "T", from: `../${file}.ts`, type: true, whole: true });
}

/** `export const Charge: ZodType<T.Charge> = u.lazy(() => …)`. The arrow keeps it out of bundles that do not use it. */
function lazy(name: string, file: string, uses: Uses, expression: Code): Code {
  const zodType = symbol({ name: "ZodType", from: "zod", type: true });
  return code`export const ${declaration(name)}: ${zodType}<${typesOf(file)}.${propertyName(name)}> = /* @__PURE__ */ ${builder("lazy", uses, [code`() => ${expression}`])};`;
}

function namedValidators(plan: VersionPlan, types: Types, file: string, uses: Uses): Code[] {
  return [...types.values()]
    .filter((type) => homeOf(plan, type.name) === file)
    .map((type) => lazy(type.name, file, uses, validator(type.schema, contextFor(plan, file, type.direction, uses))));
}

/** A named type has a validator of its own; an array of one is an array of that. */
function refValidator(ref: TypeRef, schema: Schema | undefined, context: ValidatorContext): Code | undefined {
  if (ref.kind === "named") return context.named(ref.name);
  if (ref.kind === "array" && ref.of.kind === "named" && schema === undefined) {
    return builder("array", context.uses, [context.named(ref.of.name)]);
  }
  return schema === undefined ? undefined : validator(schema, context);
}

function binaryBody(field: InputField): boolean {
  return field.type.kind === "plain" && field.type.text.includes("ArrayBuffer");
}

function inputMember(field: InputField, context: ValidatorContext): Code {
  // A body that may be sent as any kind of bytes, or while it is read, is the encoder's to judge.
  const judged = binaryBody(field) || field.type.kind === "wrapped";
  const value =
    (judged ? undefined : refValidator(field.type, field.schema, context)) ?? builder("unknown", context.uses);
  return code`${propertyKey(field.key)}: ${value}${field.required ? code`` : code`.optional()`}`;
}

function inputSchema({ input, choices }: OperationPlan, context: ValidatorContext): Code {
  const object = (members: readonly Code[]): Code => builder("looseObject", context.uses, [list("{}", members)]);
  if (choices === undefined) return object(input.map((field) => inputMember(field, context)));
  const others = input.filter((field) => field.parameter !== undefined).map((field) => inputMember(field, context));
  const shapes = choices.map(({ contentTypes, field }, index) => {
    const type = builder("enum", context.uses, [
      list(
        "[]",
        contentTypes.map((contentType) => lit(contentType)),
      ),
    ]);
    const choice = code`contentType: ${type}${index === 0 ? code`.optional()` : code``}`;
    return object([...others, choice, inputMember(field, context)]);
  });
  const [only] = shapes;
  return shapes.length === 1 && only !== undefined
    ? only
    : builder("discriminatedUnion", context.uses, [lit("contentType"), list("[]", shapes)]);
}

/** Of one item of a stream: the item itself, or an event with it. */
function itemSchema(operation: OperationPlan, context: ValidatorContext): Code | undefined {
  const stream = operation.streamed?.stream ?? operation.outcomes.find((outcome) => outcome.stream)?.stream;
  if (stream?.schema === undefined || stream.items === "text") return undefined;
  const data = refValidator(stream.data, stream.schema, context);
  if (data === undefined || !stream.events) return data;
  return builder("looseObject", context.uses, [list("{}", [code`data: ${data}`])]);
}

function responseSchemas(outcomes: readonly Outcome[], context: ValidatorContext): Code[] {
  if (outcomes.every(({ schema }) => schema === undefined)) return [];
  return outcomes.map((outcome) => {
    // An outcome without a schema is said too: else the validator of a range or of `default` would be taken for it.
    const value = outcome.schema === undefined ? undefined : refValidator(outcome.type, outcome.schema, context);
    return code`${propertyKey(outcome.status)}: ${value ?? builder("unknown", context.uses)}`;
  });
}

/** A namespace may be called `default` or `delete`, which a member of the client may be, but no constant. */
function tableName({ name }: NamespacePlan): string {
  return isReserved(name) ? `${name}_` : name;
}

function namespaceFile(plan: VersionPlan, types: Types, namespace: NamespacePlan, uses: Uses): EmittedFile {
  const request = contextFor(plan, namespace.file, "request", uses);
  const response = contextFor(plan, namespace.file, "response", uses);
  const inputs: Code[] = [];
  const entries = namespace.operations.map((operation) => {
    const members: Code[] = [];
    if (operation.input.length > 0) {
      inputs.push(lazy(operation.inputType, namespace.file, uses, inputSchema(operation, request)));
      members.push(code`input: ${ident(operation.inputType)}`);
    }
    const responses = responseSchemas(operation.outcomes, response);
    if (responses.length > 0) members.push(code`responses: ${list("{}", responses)}`);
    const items = itemSchema(operation, response);
    if (items !== undefined) members.push(code`items: ${items}`);
    if (operation.declared !== undefined) members.push(code`declared: ${declaredParts(operation.declared)}`);
    return code`${propertyKey(operation.id)}: ${list("{}", members)}`;
  });
  const table = code`export const ${declaration(tableName(namespace))}: ${symbol(runtimeType("Validators"))} = /* @__PURE__ */ ${symbol(runtimeValue("validatorsOf"))}(${list("{}", entries, true)});`;
  return renderFile(join([...namedValidators(plan, types, namespace.file, uses), ...inputs, table], "\n\n"));
}

/** What an operation's answers declare, with the code that looks for the rest. */
function declaredParts(places: NonNullable<OperationPlan["declared"]>): Code {
  const shapes = symbol({ name: "declared", from: "./declared.ts", type: false });
  return list("{}", [
    code`use: ${symbol(runtimeValue("unknownParts"))}`,
    code`shapes: ${shapes}`,
    code`responses: ${data(places)}`,
  ]);
}

function declaredFile({ declaredShapes }: VersionPlan): EmittedFile {
  const doc = comment(["Fields and values that the document declares, for policies that want to know of others."]);
  const type = symbol(runtimeType("DeclaredShapes"));
  return renderFile(code`${doc}export const ${declaration("declared")}: ${type} = ${data(declaredShapes, true)};`);
}

function untypedFile(uses: Uses): EmittedFile {
  const names = [...uses.zod].sort();
  if (names.length === 0) return renderFile(code`export type {};`);
  const members = names.map((name) => {
    const local = symbol({ name, from: "zod", type: false });
    return isReserved(name) ? code`${propertyKey(name)}: ${local}` : local;
  });
  const doc = comment([
    "The parts of zod that these validators use, without their types:",
    "the compiler would compare every type that zod infers with the one that is written.",
  ]);
  const keys = union(names.map((name) => lit(name)));
  const u = code`${doc}export const ${declaration("u")} = ${list("{}", members)} as unknown as {
  readonly [K in ${keys}]: (...values: any[]) => any;
};`;
  const checks = [...uses.checks].sort().map((name) => checkSource(name));
  return renderFile(join([u, ...checks], "\n\n"));
}

function checkSource(name: Check): Code {
  switch (name) {
    case "hasAtMost":
      return code`/** Counts characters, not UTF-16 units. */
export function ${declaration(name)}(most: number): (text: string) => boolean {
  return (text) => text.length <= most || (text.length <= most * 2 && [...text].length <= most);
}`;
    case "hasPattern":
      return code`/** Long texts pass: a pattern of a document is never run over more than 2,048 characters. */
export function ${declaration(name)}(pattern: string, flags: string): (text: string) => boolean {
  const expression = new RegExp(pattern, flags);
  return (text) => text.length > 2048 || expression.test(text);
}`;
    case "isPresent":
      return code`export function ${declaration(name)}(value: unknown): boolean {
  return value !== undefined;
}`;
    case "isBlob":
      return code`export function ${declaration(name)}(value: unknown): boolean {
  return value instanceof Blob || value instanceof ReadableStream;
}`;
    case "isBytes":
      return code`export function ${declaration(name)}(value: unknown): boolean {
  return value instanceof Uint8Array;
}`;
  }
}

function indexFile(plan: VersionPlan): EmittedFile {
  const spreads = plan.namespaces.map(
    (namespace) => code`...${symbol({ name: tableName(namespace), from: `./${namespace.file}.ts`, type: false })}`,
  );
  const doc = comment(["Validators of all operations, for `createClient({ validators })`."]);
  return renderFile(
    code`${doc}export const ${declaration("validators")}: ${symbol(runtimeType("Validators"))} = /* @__PURE__ */ ${symbol(runtimeValue("validatorsOf"))}(${list("{}", spreads)});`,
  );
}

/** All files below `validators/`, by path below the version folder. */
export function emitValidators(plan: VersionPlan, types: Types): Map<string, EmittedFile> {
  const uses: Uses = { zod: new Set(), checks: new Set() };
  const files = new Map<string, EmittedFile>();
  const shared = namedValidators(plan, types, "schema", uses);
  files.set("validators/schema.ts", renderFile(shared.length === 0 ? code`export type {};` : join(shared, "\n\n")));
  for (const namespace of plan.namespaces) {
    files.set(`validators/${namespace.file}.ts`, namespaceFile(plan, types, namespace, uses));
  }
  files.set("validators/index.ts", indexFile(plan));
  const declares = plan.namespaces.some(({ operations }) => operations.some(({ declared }) => declared !== undefined));
  if (declares) files.set("validators/declared.ts", declaredFile(plan));
  files.set("validators/untyped.ts", untypedFile(uses));
  return files;
}
