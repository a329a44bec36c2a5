import type { NamespacePlan, VersionPlan } from "../model.ts";
import { operationConstant, operationMethod, operationTypes } from "./operation.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  join,
  list,
  propertyKey,
  symbol,
  typeDeclarations,
} from "./printer.ts";
import { renderFile } from "./render.ts";
import type { EmittedFile } from "./scan.ts";
import type { Types } from "./schema-shape.ts";
import { homeOf, importedType, typesSeenFrom } from "./scope.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";
import { printTypes } from "./types.ts";

/** The named types that a file declares itself. */
function ownTypes(plan: VersionPlan, types: Types, file: string): Code[] {
  const declared = [...types.values()].filter((type) => homeOf(plan, type.name) === file);
  if (declared.length === 0) return [];
  const { text, mentions } = printTypes(declared, types);
  const imported = [...mentions].filter((name) => homeOf(plan, name) !== file);
  const names = declared.map((type) => type.name);
  return [
    typeDeclarations(
      text,
      names,
      imported.map((name) => importedType(plan, name)),
    ),
  ];
}

function namespaceInterface(namespace: NamespacePlan, methods: readonly Code[]): Code {
  const doc = comment([
    `\`client.${namespace.name}\``,
    ...(namespace.description === undefined ? [] : [namespace.description]),
  ]);
  return code`${doc}export interface ${declaration(namespace.interfaceName)} ${block(methods)}`;
}

function factory(namespace: NamespacePlan): Code {
  const options = symbol({ name: "ClientOptions", from: "./connector.ts", type: true });
  const connector = symbol({ name: "connector", from: "./connector.ts", type: false });
  const operations = list(
    "{}",
    namespace.operations.map((operation) => code`${propertyKey(operation.method)}: ${ident(operation.constant)}`),
  );
  const doc = comment([
    `A client of \`${namespace.name}\` alone: options of its own, or a connection that others share.`,
  ]);
  return code`${doc}export function ${declaration(namespace.factory)}(options: ${options} | ${symbol(runtimeType("Connection"))} = {}): ${ident(namespace.interfaceName)} {
  return ${symbol(runtimeValue("createNamespace"))}(${connector}, options, ${operations});
}`;
}

/** `<namespace>.ts`: types that only it uses, its operations, its interface and its factory. */
export function emitNamespace(plan: VersionPlan, types: Types, namespace: NamespacePlan): EmittedFile {
  const printType = typesSeenFrom(plan, namespace.file, ident);
  const operations = namespace.operations.flatMap((operation) => [
    ...operationTypes(operation, printType),
    operationConstant(operation, plan.connector, namespace.file, printType),
  ]);
  const methods = namespace.operations.map((operation) => operationMethod(operation, plan.connector, printType));
  return renderFile(
    join(
      [
        ...ownTypes(plan, types, namespace.file),
        ...operations,
        namespaceInterface(namespace, methods),
        factory(namespace),
      ],
      "\n\n",
    ),
  );
}

/** `schema.ts`: every shared named type. */
export function emitSchema(plan: VersionPlan, types: Types): EmittedFile {
  const [body = code`export type {};`] = ownTypes(plan, types, "schema");
  return renderFile(body, "types");
}
