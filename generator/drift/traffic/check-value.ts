/** What a recorded value has that its schema does not say, and lacks of what it says. */
import { fromToken, pointerTo } from "../../json-pointer.ts";
import type { ApiDocument, Schema } from "../../model.ts";

export interface ValueProblem {
  readonly kind: "missing" | "unknown" | "type" | "enum";
  /** Of the schema that says it. */
  readonly pointer: string;
  /** From the root of the body, `data[].status`. */
  readonly at: string;
  /** Name of the member, types, or the value of an enumeration. */
  readonly found: string;
}

interface Placed {
  readonly schema: Schema;
  readonly pointer: string;
}

const deepest = 100;
/** Schemas that are held against one value; choices within choices multiply. */
const mostSteps = 200_000;

/** @param direction A member that only the other side sends is not missed. */
export function checkValue(
  document: ApiDocument,
  { schema, pointer }: Placed,
  value: unknown,
  direction: "request" | "response",
): ValueProblem[] {
  let steps = 0;
  const hidden = direction === "request" ? "readOnly" : "writeOnly";

  /** The schema with all parts of it that hold together. */
  const partsOf = (one: Placed, depth: number): Placed[] => {
    const { $ref, allOf = [] } = one.schema;
    const name = typeof $ref === "string" ? /^#\/components\/schemas\/([^/]+)$/.exec($ref)?.[1] : undefined;
    const target = name === undefined ? undefined : document.schemas.get(fromToken(name));
    const inner = [
      ...(target === undefined ? [] : [{ schema: target, pointer: `/components/schemas/${name}` }]),
      ...allOf.map((part, index) => ({ schema: part, pointer: pointerTo(one.pointer, "allOf", index) })),
    ];
    return depth > deepest ? [one] : [one, ...inner.flatMap((part) => partsOf(part, depth + 1))];
  };

  const visit = (one: Placed, given: unknown, at: string, depth: number): ValueProblem[] => {
    if (depth > deepest || ++steps > mostSteps) return [];
    const parts = partsOf(one, 0);
    const names = new Set<string>();
    const members = new Map<string, Placed[]>();
    const problems: ValueProblem[] = [];
    let [isClosed, isRead] = [true, false];
    const learn = (part: Placed): void => {
      const {
        properties,
        additionalProperties: more,
        patternProperties,
      } = part.schema as Schema & { patternProperties?: unknown };
      if (properties !== undefined) isRead = true;
      if ((more !== undefined && more !== false) || patternProperties !== undefined) isClosed = false;
      for (const name of Object.keys(properties ?? {})) names.add(name);
    };
    for (const part of parts) {
      const { type, enum: values, const: only, items, required = [], properties = {} } = part.schema;
      const types = type === undefined ? [] : [type].flat();
      if (types.length > 0 && !types.some((name) => isOf(name, given)))
        return [{ kind: "type", pointer: part.pointer, at, found: `${typeOf(given)}, not ${types.join(" or ")}` }];
      const allowed = only === undefined ? values : [only];
      if (allowed !== undefined && typeof given !== "object" && !allowed.some((value) => value === given))
        problems.push({ kind: "enum", pointer: part.pointer, at, found: String(given) });
      if (Array.isArray(given) && typeof items === "object" && items !== null && !Array.isArray(items))
        for (const item of given.slice(0, 1_000))
          problems.push(
            ...visit({ schema: items, pointer: pointerTo(part.pointer, "items") }, item, `${at}[]`, depth + 1),
          );
      if (isObject(given))
        for (const name of required) {
          const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
          const placed = property && partsOf({ schema: property, pointer: "" }, 0);
          if (!Object.hasOwn(given, name) && !placed?.some((own) => own.schema[hidden] === true))
            problems.push({ kind: "missing", pointer: part.pointer, at: below(at, name), found: name });
        }
      learn(part);
      for (const [name, property] of Object.entries(properties))
        members.set(name, [
          ...(members.get(name) ?? []),
          { schema: property, pointer: pointerTo(part.pointer, "properties", name) },
        ]);
      for (const key of ["oneOf", "anyOf"] as const) {
        const choices = (part.schema[key] ?? []).map((schema, index) => ({
          schema,
          pointer: pointerTo(part.pointer, key, index),
        }));
        if (choices.length === 0) continue;
        const judged = choices.map((choice) =>
          visit(choice, given, at, depth + 1).filter(({ kind }) => kind !== "unknown"),
        );
        const best = judged.reduce((least, found) => (found.length < least.length ? found : least));
        problems.push(...best);
        // Its members were held against each choice above; here they only have to be known.
        for (const choice of choices) for (const inner of partsOf(choice, 0)) learn(inner);
      }
    }
    if (!isObject(given)) return problems;
    for (const [name, member] of Object.entries(given)) {
      if (!names.has(name) && isClosed && isRead)
        problems.push({ kind: "unknown", pointer: parts.at(-1)!.pointer, at: below(at, name), found: name });
      for (const property of members.get(name) ?? [])
        problems.push(...visit(property, member, below(at, name), depth + 1));
    }
    return problems;
  };
  return visit({ schema, pointer }, value, "", 0);
}

const below = (at: string, name: string): string => (at === "" ? name : `${at}.${name}`);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
}

function isOf(type: string, value: unknown): boolean {
  const found = typeOf(value);
  return found === type || (type === "number" && found === "integer");
}
