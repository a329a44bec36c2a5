import type { VersionPlan } from "../model.ts";
import { cutCircles, findCuts } from "./compositions.ts";
import { tagUnions } from "./discriminators.ts";
import { ownProperty, type Types } from "./schema-shape.ts";

/** The named types as they are printed, validated and sampled: unions tagged, circles without a property cut. */
export function printableTypes(plan: VersionPlan): Types {
  const tagged = tagUnions(plan.types, documentSchemaNames(plan));
  const cuts = findCuts(tagged);
  return new Map(
    [...tagged].map(([name, type]) => [name, { ...type, schema: cutCircles(name, type.schema, tagged, cuts) }]),
  );
}

function documentSchemaNames(plan: VersionPlan): ReadonlySet<string> {
  const components = ownProperty(plan.bundled, "components");
  const schemas = isRecord(components) ? ownProperty(components, "schemas") : undefined;
  return new Set(isRecord(schemas) ? Object.keys(schemas) : []);
}

function isRecord(value: unknown): value is Readonly<Record<string, never>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
