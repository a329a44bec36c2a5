import type { ts } from "ts-morph";
import type { KindRow } from "../kind-law.ts";

/** From the consumer's side: `given` are values that the package hands out, `taken` those that it is handed. */
export type Polarity = "given" | "taken";

/** One difference between the declarations of two packages. */
export interface SurfaceChange {
  readonly row: KindRow;
  /** `./v1 Order.total`: entry point or type, and the way to the member. */
  readonly place: string;
  /** Sentence after the place. */
  readonly says: string;
  readonly before?: ts.Declaration;
  readonly after?: ts.Declaration;
  readonly direction: "request" | "response" | "both";
}
