import type { ContractCase } from "./case.ts";
import { type DocumentOperation, isNode, listParameters, member } from "./document.ts";
import { schemaSet } from "./schema-set.ts";

/**
 * The case with each list of one in a parameter made a list of two, where the schema allows it: one element is written
 * alike in all styles, two are not.
 */
export function widenCase(document: object, operation: DocumentOperation, wanted: ContractCase): ContractCase {
  if (!isNode(wanted.input)) return wanted;
  const declared = listParameters(document, operation);
  const input: Record<string, unknown> = { ...wanted.input };
  const parameters = wanted.request.parameters.map((one) => {
    const schema = declared.find((parameter) => parameter.in === one.in && parameter.name === one.name)?.schema;
    // The input's key is the name on the wire; where two places use one name, the later has its place before it.
    const key = [`${one.in}.${one.name}`, one.name].find((name) => member(input, name) !== undefined);
    if (schema === undefined || key === undefined || one.from === "policy") return one;
    const single = Array.isArray(one.value) && one.value.length === 1;
    if (!single || JSON.stringify(input[key]) !== JSON.stringify(one.value)) return one;
    const value = [one.value[0], one.value[0]];
    if (!schemaSet(document).accepts(schema, "request", value)) return one;
    input[key] = value;
    return { ...one, value };
  });
  return { ...wanted, input, request: { ...wanted.request, parameters } };
}
