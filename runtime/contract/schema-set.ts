import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { type DocumentNode, isNode, locate, member, pointerTo, refTarget, valueAt } from "./document.ts";
import { copyAssertions } from "./schema-keywords.ts";

/** Who sends the value: a `readOnly` property is not required in a request, a `writeOnly` one not in a response. */
export type Direction = "request" | "response";

/** The schemas of one document, compiled when first asked for. */
export interface SchemaSet {
  readonly root: unknown;
  /** Problems of a value against the schema at a pointer; none when the value is valid. */
  check(pointer: string, direction: Direction, value: unknown): string[];
  /** Like `check(...).length === 0`. */
  accepts(pointer: string, direction: Direction, value: unknown): boolean;
}

const noNames: ReadonlySet<string> = new Set();
const sets = new WeakMap<object, SchemaSet>();

/** The schema set of a document; the same one for the same document. */
export function schemaSet(root: object): SchemaSet {
  const known = sets.get(root) ?? createSchemaSet(root);
  sets.set(root, known);
  return known;
}

function createSchemaSet(root: object): SchemaSet {
  // Formats that OpenAPI does not define stay annotations, as JSON Schema 2020-12 has it.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false });
  formats.default(ajv);
  const ids = { request: new Map<string, string>(), response: new Map<string, string>() };

  /** Registers the schema at a pointer and all that it refers to; returns its id. */
  function register(start: string, direction: Direction): string {
    const waiting: string[] = [];
    function idOf(pointer: string): string {
      const known = ids[direction].get(pointer);
      if (known !== undefined) return known;
      const id = `couplet:/${direction}/${ids[direction].size}`;
      ids[direction].set(pointer, id);
      waiting.push(pointer);
      return id;
    }
    const id = idOf(start);
    for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop()) {
      const schema = prepare(root, pointer, direction, idOf);
      ajv.addSchema(typeof schema === "boolean" ? (schema ? {} : { not: {} }) : schema, idOf(pointer));
    }
    return id;
  }

  function validator(pointer: string, direction: Direction): ValidateFunction {
    const validate = ajv.getSchema(register(pointer, direction));
    if (!validate) throw new Error(`the schema at ${pointer} cannot be compiled`);
    return validate;
  }

  return {
    root,
    accepts: (pointer, direction, value) => validator(pointer, direction)(value) === true,
    check(pointer, direction, value) {
      const validate = validator(pointer, direction);
      if (validate(value)) return [];
      return (validate.errors ?? []).map((error) => {
        const detail = error.params["additionalProperty"] ?? error.params["allowedValues"];
        const more = detail === undefined ? "" : `: ${JSON.stringify(detail)}`;
        return `${error.instancePath || "value"} ${error.message ?? error.keyword}${more}`;
      });
    },
  };
}

function prepare(
  root: unknown,
  start: string,
  direction: Direction,
  idOf: (pointer: string) => string,
): boolean | Record<string, unknown> {
  function visit(value: unknown, pointer: string, optional: ReadonlySet<string>, depth: number): unknown {
    if (typeof value === "boolean") return value;
    if (!isNode(value)) throw new Error(`the document has no schema at ${pointer}`);
    if (depth > 200) throw new Error(`the schema at ${start} is nested more than 200 levels deep`);
    const hidden = new Set([...optional, ...hiddenNames(root, value, direction, 0)]);
    const copy = copyAssertions(
      value,
      // Only the members of an allOf describe the same object and share its optional names.
      (nested, path) => visit(nested, pointerTo(pointer, ...path), path[0] === "allOf" ? hidden : noNames, depth + 1),
      hidden,
    );
    const ref = member(value, "$ref");
    if (typeof ref === "string") copy["$ref"] = idOf(refTarget(ref));
    return member(value, "nullable") === true ? { anyOf: [copy, { type: "null" }] } : copy;
  }
  return visit(valueAt(root, start), start, noNames, 0) as boolean | Record<string, unknown>;
}

/** Properties that the other side alone sends, of a schema and of the members of its `allOf`. */
function hiddenNames(root: unknown, schema: DocumentNode, direction: Direction, depth: number): string[] {
  const flag = direction === "request" ? "readOnly" : "writeOnly";
  const names: string[] = [];
  const properties = member(schema, "properties");
  if (isNode(properties)) {
    for (const [name, property] of Object.entries(properties)) if (hasFlag(root, property, flag)) names.push(name);
  }
  const parts = member(schema, "allOf");
  if (Array.isArray(parts) && depth < 8) {
    for (const part of parts) {
      const ref = member(part, "$ref");
      const node = typeof ref === "string" ? locate(root, refTarget(ref)).node : part;
      if (isNode(node)) names.push(...hiddenNames(root, node, direction, depth + 1));
    }
  }
  return names;
}

function hasFlag(root: unknown, schema: unknown, flag: string): boolean {
  if (member(schema, flag) === true) return true;
  const ref = member(schema, "$ref");
  return typeof ref === "string" && member(locate(root, refTarget(ref)).node, flag) === true;
}
