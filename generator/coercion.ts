/** Values of answers that the program gets as another type than the wire has, as the policy says. */
import type { Conversion } from "@couplet/runtime/codegen/v1";

/** What the program sees in an answer instead of what the wire holds; null stays null. */
export interface CoercedValue extends Conversion {
  readonly nullable?: true;
}

/** One of the policy's `coerce`. */
export interface CoercedProperty {
  /** Name of the schema. */
  readonly schema: string;
  /** From the schema to the property, through inline objects; lists on the way are gone through. */
  readonly path: readonly string[];
  readonly value: CoercedValue;
}
