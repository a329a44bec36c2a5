/** Functions of the runtime that generated data names: references to them, not the functions. */
const featureBrand: unique symbol = Symbol("couplet.feature");
/** A reference to a runtime feature, printed as an imported name instead of data. */
export interface Feature {
  readonly [featureBrand]: string;
}
export function feature(name: string): Feature {
  return { [featureBrand]: name };
}
/** A reference in a part whose plan keeps the runtime's own type: it is printed, and nothing here calls it. */
export function policyFeature<F>(name: string): F {
  return feature(name) as unknown as F;
}
/** The name of a feature reference, or undefined for anything else. */
export function featureName(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? (value as Partial<Feature>)[featureBrand] : undefined;
}
