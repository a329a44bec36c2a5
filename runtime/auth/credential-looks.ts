import { compiled } from "../compiled.ts";
import { printable } from "../printable.ts";
import { type LooksKind, unusable } from "./credentials.ts";

/** Patterns look at this many characters. */
export const LOOKED_AT = 2_048;

/** Where the policy has a pattern for a credential: what does not match it is a mistake. */
export const credentialLooks: LooksKind = (name, value, pattern) => {
  if (compiled(pattern)?.test(value.slice(0, LOOKED_AT)) === false)
    throw unusable(name, `does not look like one: it should match /${printable(pattern)}/`);
};
