import type { OperationPlan, VersionPlan } from "../model.ts";
import { data } from "./data.ts";
import { type ResponseSample, sampleResponse } from "./operation-samples.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  join,
  list,
  lit,
  propertyKey,
  propertyName,
  symbol,
  union,
} from "./printer.ts";
import { renderFile } from "./render.ts";
import type { Sampler } from "./samples.ts";
import type { EmittedFile } from "./scan.ts";
import type { Types } from "./schema-shape.ts";
import { globalType, typesSeenFrom } from "./scope.ts";
import { runtimeType, runtimeValue } from "./symbols.ts";

const mswMethods = new Set(["get", "head", "post", "put", "delete", "patch", "options"]);

/** A JSON media type other than the one that `HttpResponse.json` sets by itself. */
function initOf(sample: ResponseSample): Code {
  const type = sample.outcome?.contentType;
  const isUsual = type === undefined || type === "application/json" || sample.outcome?.kind === "none";
  return data(isUsual ? { status: sample.status } : { status: sample.status, headers: { "content-type": type } });
}

function isJson(sample: ResponseSample): boolean {
  const { kind = "none", contentType = "application/json" } = sample.outcome ?? {};
  return kind === "json" || (kind === "auto" && /[/+]json\b/.test(contentType));
}

function constantOf(file: string, operation: OperationPlan): Code {
  return symbol({ name: operation.constant, from: `./${file}.ts`, type: false });
}

interface Mock {
  readonly name: string;
  readonly signature: Code;
  readonly implementation: Code;
}

function mockOf(plan: VersionPlan, file: string, operation: OperationPlan, sample: ResponseSample): Mock {
  const printType = typesSeenFrom(plan, "mocks", () => code``);
  const msw = (name: string, type = false): Code => symbol({ name, from: "msw", type });
  const init = globalType(plan, "ResponseInit");
  const handler = msw("HttpHandler", true);
  const constant = constantOf(file, operation);
  const verb = mswMethods.has(operation.spec.method) ? operation.spec.method : "all";
  const matcher = code`({ request }) => ${symbol(runtimeValue("matchOperation"))}(${constant}, request, operations)`;
  const respond = (answer: Code): Code => list("()", [matcher, code`() => ${answer}`]);
  const handle = (answer: Code): Code => code`${msw("http")}.${propertyName(verb)}${respond(answer)}`;
  const parameters = (value: Code): Code => list("()", [value, code`init: ${init} = ${initOf(sample)}`]);
  const signature = (type: Code): Code => code`(data?: ${type}, init?: ${init}) => ${handler}`;
  const { outcome, body } = sample;
  const { coerce } = operation.descriptor;
  const response = msw("HttpResponse");

  if (outcome === undefined || body === undefined || verb === "head") {
    const nothing = code`undefined`;
    return {
      name: operation.id,
      signature: signature(nothing),
      implementation: code`${parameters(code`_data?: ${nothing}`)} => ${handle(code`new ${response}(null, init)`)}`,
    };
  }
  if (outcome.stream !== undefined) {
    const { contentType, items, type: item } = outcome.stream;
    const all = printType({ kind: "array", of: item });
    const value = code`${data(body)} as unknown as ${all}`;
    const written = coerce === undefined ? lit(items) : code`${symbol(runtimeValue("coercedText"))}(${constant})`;
    const text = code`${symbol(runtimeValue("streamText"))}(${lit(contentType)}, data, ${written})`;
    return {
      name: operation.id,
      signature: signature(all),
      implementation: code`${parameters(code`data: ${all} = ${value}`)} => ${handle(code`new ${response}(${text}, init)`)}`,
    };
  }
  const type = union([printType(outcome.type)]);
  if (outcome.kind === "bytes") {
    const bytes = code`new TextEncoder().encode(${lit(String(body))})`;
    return {
      name: operation.id,
      signature: signature(type),
      implementation: code`${parameters(code`data: ${type} = ${bytes}`)} => ${handle(code`new ${response}(data.slice(), init)`)}`,
    };
  }
  const value =
    typeof body === "string" && outcome.kind === "text" ? data(body) : code`${data(body)} as unknown as ${type}`;
  const answer = isJson(sample)
    ? coerce !== undefined
      ? code`${symbol(runtimeValue("coercedResponse"))}(${constant}, data, init)`
      : code`${response}.json(data as ${msw("JsonBodyType", true)}, init)`
    : code`${response}.text(String(data), init)`;
  return {
    name: operation.id,
    signature: signature(type),
    implementation: code`${parameters(code`data: ${type} = ${value}`)} => ${handle(answer)}`,
  };
}

/** `mocks.ts`: one MSW handler per operation, its answer replaceable. */
export function emitMocks(plan: VersionPlan, types: Types, sampler: Sampler): EmittedFile {
  const mocks = plan.namespaces.flatMap((namespace) =>
    namespace.operations.map((operation) =>
      mockOf(plan, namespace.file, operation, sampleResponse(operation, sampler, types)),
    ),
  );
  const members = mocks.map(({ name, signature }) => code`readonly ${propertyName(name)}: ${signature};`);
  const doc = comment([
    "Handler factories by operation id: give the data (and status or headers) to answer with, or take the sample.",
  ]);
  const entries = mocks.map(({ name, implementation }) => code`${propertyKey(name)}: ${implementation}`);
  const calls = mocks.map(({ name }) => code`mocks[${lit(name)}]()`);
  const handler = symbol({ name: "HttpHandler", from: "msw", type: true });
  const constants = plan.namespaces.flatMap(({ file, operations }) => operations.map((one) => constantOf(file, one)));
  const descriptor = symbol(runtimeType("OperationDescriptor"));
  // In a list literal the compiler would first join the types of all operations, and gives up at a thousand of them.
  return renderFile(
    join(
      [
        code`${doc}export interface ${declaration("Mocks")} ${block(members)}`,
        ...(constants.length === 0
          ? []
          : [
              code`${comment(["A request is answered by the one of these that it fits best."])}const ${declaration("operations")}: readonly ${descriptor}[] = Array.of<${descriptor}>${list("()", constants)};`,
            ]),
        code`export const ${declaration("mocks")}: Mocks = ${list("{}", entries, true)};`,
        code`${comment(["One handler per operation, each with its sample, for `setupServer(...handlers())`."])}export function ${declaration("handlers")}(): ${handler}[] {
  return ${list("[]", calls)};
}`,
      ],
      "\n\n",
    ),
  );
}
