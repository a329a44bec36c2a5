/** How maps of the policy language are put together: each key with its schema and a line on what it means. */
import { z } from "zod";
import { kindOf, type ScalarProblem, scalar, text } from "./policy-scalars.ts";

/** What a person is told of a key. */
export interface Told {
  /** The value that holds when nobody writes one, as it would be written. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

export interface Key {
  readonly schema: z.ZodType;
  readonly told: Told & { readonly description: string };
}

export type Keys = Readonly<Record<string, Key>>;

/** `description`: one line, what it means and in which unit; lower case, no full stop. */
export function key(schema: z.ZodType, description: string, told: Told = {}): Key {
  return { schema, told: { description, ...told } };
}

/** Keys that a map allows, carried in the message of its unknown-key issue. */
export const allowedKeysMark = "allowed keys: ";

/** Keys that start with `x-` are notes for people. */
const notes = { patternProperties: { "^x-": {} } } as const;

// Told like a problem, so that the place of a note comes out of the schema; it is taken out, not reported.
const aNote: ScalarProblem = { code: "note", message: "a note", fix: "" };

export const isNote = (problem: unknown): boolean => (problem as ScalarProblem | undefined)?.code === aNote.code;

/** Told of a schema that nobody else holds; `.meta` would make yet another copy of it. */
function tell(schema: z.ZodType, told: object): z.ZodType {
  z.globalRegistry.add(schema, { ...told });
  return schema;
}

const map = (keys: Keys, wrap: (schema: z.ZodType) => z.ZodType): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(keys).map(([name, { schema, told }]) => [name, tell(wrap(schema), told)]));

const nullable = (schema: z.ZodType): z.ZodType => schema.nullable().optional();
const absent = (schema: z.ZodType): z.ZodType => schema.optional();
const needed = (schema: z.ZodType): z.ZodType => schema.clone(undefined, { parent: true });

function strict(shape: Record<string, z.ZodType>, id: string | undefined): z.ZodType {
  const allowed = allowedKeysMark + Object.keys(shape).join(",");
  return tell(z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? allowed : undefined) }), {
    ...notes,
    ...(id === undefined ? {} : { id }),
  });
}

/** A map of a layer: every key may be absent, or null to return to the built-in value. `id` names it in the JSON Schema. */
export function layer(keys: Keys, id?: string): z.ZodType {
  return strict(map(keys, nullable), id);
}

/** An entry of a list, or a map that is replaced whole: `required` keys must be there, and nothing is null. */
export function entry(required: Keys, optional: Keys = {}, id?: string): z.ZodType {
  return strict({ ...map(required, needed), ...map(optional, absent) }, id);
}

/** An entry that takes further keys, as words of the provider; `others` is what JSON Schema says of their values. */
export function openEntry(required: Keys, optional: Keys, others: object): z.ZodType {
  const open = z
    .object({ ...map(required, needed), ...map(optional, absent) })
    .catchall(z.unknown())
    .superRefine((value, context) => {
      for (const key of Object.keys(value))
        if (key.startsWith("x-")) context.addIssue({ code: "custom", path: [key], params: { ...aNote } });
    });
  return tell(open, { ...notes, additionalProperties: others });
}

/** A map whose keys are names of the wire, of the document or of the program; any key is such a name. */
export function named(value: z.ZodType, name: z.ZodType = text()): z.ZodType {
  return z.record(name as z.ZodType<string, string>, value.nullable());
}

/** A map of things that the policy itself gives names to; `x-` keys are notes here too. */
export function declared(value: z.ZodType, names: RegExp = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/): z.ZodType {
  const name = scalar({ type: "string", pattern: names.source }, (key) => {
    const shape = "a name of letters, digits, `-` and `_`";
    if (!names.test(String(key)))
      return { code: "P003", message: `${kindOf(key)} is not ${shape}`, fix: `write ${shape}` };
    return String(key).startsWith("x-") ? aNote : undefined;
  });
  return tell(z.record(name as z.ZodType<string, string>, value.nullable()), notes);
}

export function noneOr(schema: z.ZodType): z.ZodType {
  return z.union([z.literal("none"), schema]);
}

export const list = (item: z.ZodType): z.ZodType => z.array(item);
export const oneOf = (...values: readonly [string, ...string[]]): z.ZodType => z.enum(values);
export const flag: z.ZodType = z.boolean();
