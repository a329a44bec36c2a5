import { featureName } from "../model.ts";
import { Code, code, list, lit, propertyKey, symbol } from "./printer.ts";
import { runtimeValue } from "./symbols.ts";

const maxDepth = 200;

/**
 * Prints a JSON-like value. References to runtime features become imported names, printed code stays as it is, and
 * properties that are undefined are left out. `broken` puts the outermost object on several lines.
 */
export function data(value: unknown, broken = false): Code {
  return print(value, broken, 0);
}

function print(value: unknown, broken: boolean, depth: number): Code {
  if (depth > maxDepth) throw new RangeError("internal error: data is nested too deeply");
  const feature = featureName(value);
  if (feature !== undefined) return symbol(runtimeValue(feature));
  if (value instanceof Code) return value;
  if (Array.isArray(value)) {
    return list(
      "[]",
      value.map((item) => print(item, false, depth + 1)),
      broken && value.length > 0,
    );
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return list(
      "{}",
      entries.map(
        ([key, member]) => code`${propertyKey(key)}: ${print(member, false, depth + 1)}${constness(key, member)}`,
      ),
      broken && entries.length > 0,
    );
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null)
    return lit(value);
  throw new TypeError(`internal error: a ${typeof value} cannot be printed as data`);
}

/** For a key such as `toString` the compiler takes the type of that method as context, and literals would widen. */
function constness(key: string, member: unknown): Code {
  const isData = typeof member === "object" && member !== null && featureName(member) === undefined;
  return isData && key in Object.prototype ? code` as const` : code``;
}
