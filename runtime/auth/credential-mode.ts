import { compiled } from "../compiled.ts";
import type { AuthScheme } from "../descriptor.ts";
import { printable } from "../printable.ts";
import { AuthFailure } from "./auth-failure.ts";

/** Patterns look at this many characters. */
const LOOKED_AT = 2_048;

/** The mode (`live`, `sandbox`) that credentials belong to by their looks; undefined when they tell none. */
function modeOf({ mode }: AuthScheme, values: Iterable<string>): string | undefined {
  if (mode === undefined) return undefined;
  for (const value of values)
    for (const [name, pattern] of Object.entries(mode))
      if (compiled(pattern)?.test(value.slice(0, LOOKED_AT))) return name;
  return undefined;
}

/** The mode of credentials. Throws when the client was made for another one, before anything is sent with them. */
export function checkMode(
  scheme: AuthScheme,
  wanted: string | undefined,
  values: Iterable<string>,
): string | undefined {
  const found = modeOf(scheme, values);
  if (scheme.mode === undefined || wanted === undefined || found === wanted) return found;
  const said = found === undefined ? "look like none of its modes" : `are for "${printable(found)}"`;
  throw new AuthFailure(
    "credential",
    `the credentials ${said}, and this client was made for "${printable(wanted)}". Give credentials of that mode to auth, or another mode to createClient({ mode }).`,
  );
}
