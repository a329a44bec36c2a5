import { pointerTo } from "../json-pointer.ts";
import type { SpecParameter } from "../model.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";
import type { Fact } from "./edit.ts";
import { type Schemas, slotOf } from "./schema-slot.ts";
import { isStructured } from "./structured.ts";

export function compareParameters(context: ComparisonContext, pair: OperationPair): void {
  const { base, revision } = pair;
  const removed = new Map(base.parameters.map((parameter) => [keyOf(parameter), parameter]));
  const added = new Map(revision.parameters.map((parameter) => [keyOf(parameter), parameter]));
  const both = (old: SpecParameter, now: SpecParameter): void => {
    removed.delete(keyOf(old));
    added.delete(keyOf(now));
    compareParameter(context, pair, old, now);
  };
  for (const [key, old] of [...removed]) {
    const now = added.get(key);
    if (now) both(old, now);
  }
  const [names, later] = [namesIn(base.path), namesIn(revision.path)];
  for (const [index, name] of names.length === later.length ? names.entries() : []) {
    const [old, now] = [removed.get(`path ${name}`), added.get(`path ${later[index]}`)];
    if (!old || !now) continue;
    const says = `is called ${JSON.stringify(now.name)} now`;
    const told = { before: old.name, after: now.name, says };
    tell(context, pair, old, now, { name: "path-parameter-renamed", effect: "rename", ...told });
    both(old, now);
  }
  const byName = new Map([...added.values()].map((parameter) => [parameter.name.toLowerCase(), parameter]));
  for (const old of [...removed.values()]) {
    const now = byName.get(old.name.toLowerCase());
    if (!now || !added.has(keyOf(now))) continue;
    const told = { before: old.in, after: now.in, says: `is sent in the ${now.in} instead of the ${old.in}` };
    tell(context, pair, old, now, { name: "parameter-moved", effect: "incomparable", ...told });
    both(old, now);
  }
  for (const old of removed.values()) {
    tell(context, pair, old, undefined, { name: "parameter-removed", effect: "narrow", says: "is gone" });
  }
  for (const now of added.values()) tellAdded(context, pair, now);
}

function tellAdded(context: ComparisonContext, pair: OperationPair, parameter: SpecParameter): void {
  const says = parameter.required ? "is new and required" : "is new";
  const name = parameter.required ? "required-parameter-added" : "parameter-added";
  const effect = parameter.required ? "narrow" : "widen";
  tell(context, pair, undefined, parameter, {
    name,
    effect,
    says,
  });
}

function keyOf({ in: place, name }: SpecParameter): string {
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{([^{}/]+)\}/g)].map((match) => match[1] as string);
}

type Told = Omit<TellPlaced, "direction" | "subject" | "base" | "revision">;

function tell(
  context: ComparisonContext,
  { reference }: OperationPair,
  old: SpecParameter | undefined,
  now: SpecParameter | undefined,
  edit: Told,
): void {
  const known = old ?? now;
  if (!known) return;
  const facts: readonly Fact[] = [...(edit.facts ?? []), ...suppliedBy(context, known)];
  const pointers = { ...(old ? { base: old.pointer } : {}), ...(now ? { revision: now.pointer } : {}) };
  const subject = `${known.in} parameter ${JSON.stringify(known.name)}`;
  context.tell(
    { ...edit, ...pointers, facts, direction: "request", subject, at: `${known.in} ${known.name}` },
    reference,
  );
}

function suppliedBy({ options }: ComparisonContext, parameter: SpecParameter): readonly Fact[] {
  return options.policy?.supplied?.includes(placeOf(parameter)) === true ? ["supplied"] : [];
}

function compareParameter(
  context: ComparisonContext,
  pair: OperationPair,
  old: SpecParameter,
  now: SpecParameter,
): void {
  if (old.required !== now.required) {
    const told = { before: old.required, after: now.required };
    if (now.required) {
      const edit = { name: "parameter-became-required", effect: "narrow", says: "is required" } as const;
      tell(context, pair, old, now, { ...edit, ...told });
    } else {
      const edit = { name: "parameter-became-optional", effect: "widen", says: "is no longer required" } as const;
      tell(context, pair, old, now, { ...edit, ...told });
    }
  }
  if (old.deprecated !== now.deprecated) {
    const [name, says] = now.deprecated
      ? ["parameter-deprecated", "is deprecated"]
      : ["parameter-reactivated", "is no longer deprecated"];
    tell(context, pair, old, now, { name, effect: "none", says });
  }
  compareSerialization(context, pair, old, now);
  const constants = constantsFor(context, now);
  if (constants !== undefined) {
    // Callers never choose it: all that matters is whether what the policy gives is taken.
    const taken = takenValues(now, context.revision.schemas);
    const refused = taken && constants.find((value) => !taken.includes(value));
    const says = `does not take ${JSON.stringify(refused)}, which the policy supplies`;
    const edit = { name: "supplied-value-refused", effect: "narrow", says } as const;
    if (refused !== undefined) tell(context, pair, old, now, { ...edit, before: refused, after: taken ?? [] });
    return;
  }
  const label = `${old.in} ${old.name}`;
  const [before, after] = [schemaPointer(old), schemaPointer(now)];
  const root = { operation: pair.reference, label };
  context.schemas.addRoot(
    { schema: old.schema, pointer: before },
    { schema: now.schema, pointer: after },
    "request",
    root,
    suppliedBy(context, old),
  );
}

/** As policies tell parameters that they supply. */
function placeOf({ in: place, name }: SpecParameter): string {
  return `${place}:${place === "header" ? name.toLowerCase() : name}`;
}

function constantsFor({ options }: ComparisonContext, parameter: SpecParameter): readonly string[] | undefined {
  const key = placeOf(parameter);
  const { supplied = [], constants = {} } = options.policy ?? {};
  return supplied.includes(key) && Object.hasOwn(constants, key) ? constants[key] : undefined;
}

/** As text, where the schema lists them. */
function takenValues({ schema }: SpecParameter, schemas: Schemas): string[] | undefined {
  const { schema: own } = slotOf({ schema, pointer: "" }, schemas);
  const values = own.enum ?? (Object.hasOwn(own, "const") ? [own.const ?? null] : undefined);
  return values?.map(String);
}

function schemaPointer({ pointer, contentType }: SpecParameter): string {
  return contentType === undefined ? `${pointer}/schema` : pointerTo(pointer, "content", contentType, "schema");
}

/** How the value is written, by the defaults of the specification where nothing is said. */
function compareSerialization(
  context: ComparisonContext,
  pair: OperationPair,
  old: SpecParameter,
  now: SpecParameter,
): void {
  if (old.in !== now.in) return;
  const facts: Fact[] =
    isStructured({ schema: old.schema, pointer: "" }, context.schemas.base) ||
    isStructured({ schema: now.schema, pointer: "" }, context.schemas.revision)
      ? ["structured"]
      : [];
  const fields = [
    ["style", styleOf(old), styleOf(now)],
    ["explode", explodeOf(old), explodeOf(now)],
    ["content", old.contentType ?? "schema", now.contentType ?? "schema"],
  ] as const;
  for (const [field, before, after] of fields) {
    if (before === after) continue;
    // For one plain value, `explode` says nothing.
    if (field === "explode" && (facts.length === 0 || styleOf(old) !== styleOf(now))) continue;
    const says = `is written with ${field} ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`;
    const name = field === "content" ? "parameter-content-changed" : `parameter-${field}-changed`;
    tell(context, pair, old, now, { name, effect: "incomparable", before, after, says, facts });
  }
  if (old.allowReserved !== now.allowReserved) {
    const told = { before: old.allowReserved === true, after: now.allowReserved === true };
    const says = `is written ${now.allowReserved ? "without" : "with"} its reserved characters encoded`;
    tell(context, pair, old, now, { name: "parameter-allow-reserved-changed", effect: "incomparable", ...told, says });
  }
}

function styleOf({ style, in: place }: SpecParameter): string {
  return style ?? (place === "query" || place === "cookie" ? "form" : "simple");
}

function explodeOf(parameter: SpecParameter): boolean {
  return parameter.explode ?? ["form", "cookie"].includes(styleOf(parameter));
}
