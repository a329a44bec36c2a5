import { fromToken } from "../json-pointer.ts";
import { placeBelow } from "./edit.ts";

/** `Charge.card.brands[]` for a pointer into a named schema; undefined for one that is elsewhere. */
export function readablePlace(pointer: string): string | undefined {
  const [, components, section, name, ...rest] = pointer.split("/").map(fromToken);
  if (components !== "components" || section !== "schemas" || name === undefined) return undefined;
  let place = name;
  for (let index = 0; index < rest.length; index++) {
    const key = rest[index];
    if (key === "properties") place = placeBelow(place, rest[++index] ?? "");
    else if (key === "items") place += "[]";
    else if (key === "additionalProperties") place += "[*]";
    else if (key === "patternProperties" || key === "prefixItems") place += `[${rest[++index] ?? ""}]`;
    // Members of a composition stand at the same place.
    else if (key === "anyOf" || key === "oneOf" || key === "allOf") index++;
  }
  return place;
}
