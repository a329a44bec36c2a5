/** Parameters that may carry an idempotency key. Never active: a key that the provider forgets or ignores is false safety. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import { headerNameProblem, isReservedHeader } from "../plan/header-syntax.ts";
import { expand } from "../plan/schema-pointer.ts";
import { quote } from "./foreign-text.ts";
import { isSelectable, nameSome, plainName, requestLine } from "./names.ts";
import { block, blockItem, type Entry, item, leaf, listOf, suggest } from "./suggestion.ts";

interface Found {
  readonly in: "header" | "body";
  readonly name: string;
  readonly maxLength?: number;
  readonly description?: string;
}

const speaksOfKeys = /idempoten/i;
const mayBeKey = /requestid|requestkey|transactionkey/;
const speaksOfRepeats = /idempoten|duplicate|server stores keys|\bretr(?:y|ies)\b/i;

function keyHeader(document: ApiDocument, operation: SpecOperation): Found | undefined {
  const parameter = operation.parameters.find(
    ({ in: place, name, description = "" }) =>
      place === "header" &&
      (speaksOfKeys.test(name) || (mayBeKey.test(plainName(name)) && speaksOfRepeats.test(description))) &&
      headerNameProblem(name) === undefined &&
      !isReservedHeader(name),
  );
  if (parameter === undefined) return undefined;
  const maxLength = expand(document, parameter.schema).find((one) => one.maxLength !== undefined)?.maxLength;
  const { name, description } = parameter;
  return found("header", name, maxLength, description);
}

function keyProperty(document: ApiDocument, operation: SpecOperation): Found | undefined {
  const schemas = (operation.requestBody?.content ?? []).flatMap(({ schema }) =>
    schema === undefined ? [] : expand(document, schema),
  );
  for (const { properties = {} } of schemas)
    for (const [name, property] of Object.entries(properties)) {
      if (!/^(?:idempotencykey|idempotencytoken|clientrequesttoken)$/.test(plainName(name))) continue;
      const described = expand(document, property);
      const maxLength = described.find((one) => one.maxLength !== undefined)?.maxLength;
      return found("body", name, maxLength, described.find((one) => one.description !== undefined)?.description);
    }
  return undefined;
}

function found(place: Found["in"], name: string, maxLength?: number, description?: string): Found {
  return {
    in: place,
    name,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(description === undefined ? {} : { description }),
  };
}

/** One suggested rule for each place that a key can go to. */
export function inferIdempotency(document: ApiDocument): Entry[] {
  const places = new Map<string, { readonly key: Found; readonly operations: SpecOperation[] }>();
  for (const operation of document.operations) {
    if (operation.method !== "post" && operation.method !== "patch") continue;
    const key = isSelectable(operation)
      ? (keyHeader(document, operation) ?? keyProperty(document, operation))
      : undefined;
    if (key === undefined) continue;
    const id = JSON.stringify([key.in, key.name, key.maxLength ?? null]);
    const known = places.get(id);
    if (known) known.operations.push(operation);
    else places.set(id, { key, operations: [operation] });
  }
  return [...places.values()].map(({ key, operations }) => suggest(keyRule(key, operations)));
}

function keyRule(key: Found, operations: readonly SpecOperation[]): Entry {
  const said = key.description === undefined ? "" : `; it says: ${quote(key.description)}`;
  const where = key.in === "header" ? `the header ${key.name}` : `the body property ${key.name}`;
  const length = key.maxLength ?? 255;
  const lengthWhy = key.maxLength === undefined ? "how long may a key be?" : "the document's maxLength";
  const names = operations.map((operation) => item(operation.key, requestLine(operation)));
  return blockItem(
    [
      block("match", [listOf("operations", names)]),
      block("idempotency", [
        leaf("class", "keyed"),
        block("key", [
          leaf("in", key.in),
          leaf("name", key.name),
          leaf("generate", "uuid4"),
          leaf("maxLength", length, lengthWhy),
        ]),
        leaf(
          "retention",
          "24h",
          "for how long does the provider remember a key? after that a retry is a second effect",
        ),
      ]),
    ],
    `${nameSome(operations, 1)}: ${where}${said}. Does the provider answer a repeated key without a second effect? Ask before you accept: a key that is ignored is false safety`,
  );
}
