import type { HeaderShape } from "@couplet/runtime/codegen/v1";

/** A declared response header. */
export interface HeaderPlan {
  /** Lower-cased. */
  readonly name: string;
  readonly shape: HeaderShape;
  readonly description?: string;
}
