import { compiled } from "../compiled.ts";
import { printable } from "../printable.ts";
import { type ModesKind, unknownMode } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { LOOKED_AT } from "./credential-looks.ts";

/** The modes (`live`, `sandbox`) that credentials belong to by their looks. */
export const credentialModes: ModesKind = (connector, wanted) => {
  const known = new Set(Object.values(connector.auth).flatMap(({ mode = {} }) => Object.keys(mode)));
  if (wanted !== undefined && !known.has(wanted))
    throw unknownMode(connector, wanted, [...known].map((name) => `"${printable(name)}"`).join(", "));
  return ({ mode }, credentials) => {
    if (mode === undefined) return undefined;
    const modes = Object.keys(mode);
    const modeOf = (text: string) => modes.find((name) => compiled(mode[name]!)?.test(text.slice(0, LOOKED_AT)));
    const found = credentials.map(modeOf).find((name) => name !== undefined);
    if (wanted === undefined || found === wanted) return found;
    const said = found === undefined ? "look like none of its modes" : `are for "${printable(found)}"`;
    throw new AuthFailure(
      `the credentials ${said}, and this client was made for "${printable(wanted)}". Give credentials of that mode to auth, or another mode to createClient({ mode }).`,
    );
  };
};
