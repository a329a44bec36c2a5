import type { Json } from "../model.ts";
import type { Direction, Effect, Witness } from "./finding.ts";

/** What the law may ask about an edit beside its name and direction. */
export type Fact =
  /** Of an enumeration: the client takes any value of its type. */
  | "open"
  /** Of a constraint in a response: the policy has responses validated strictly. */
  | "strict"
  /** Of a removed or added alternative: it is the one that the client uses. */
  | "preferred"
  /** Of a removed alternative: the client never uses it. */
  | "unused"
  /** Of a response header: the policy reads it. */
  | "read"
  /** Of a status: 2XX, or 3XX that is an answer. */
  | "success"
  /** Of a method name: the lock keeps it. */
  | "pinned"
  /** Of a property: it must be given. */
  | "required"
  /** Of a change of serialization: the value is a list or an object. */
  | "structured"
  /** Of anything: the policy supplies it, not the caller. */
  | "supplied";

/** One change, before it is judged. */
export interface Edit {
  readonly name: string;
  readonly effect: Effect;
  readonly direction: Direction;
  /** JSON Pointers into the normalised documents. */
  readonly base?: string;
  readonly revision?: string;
  readonly before?: Json;
  readonly after?: Json;
  /** Place below the unit or operation, as `Occurrence.at`. */
  readonly at: string;
  /** What happened to the place, without naming it. */
  readonly says: string;
  readonly facts: readonly Fact[];
  readonly witness?: Witness;
}

/** `a` + `b` as a readable place. */
export function placeBelow(place: string, below: string): string {
  return place === "" || below === "" || below.startsWith("[") ? place + below : `${place}.${below}`;
}
