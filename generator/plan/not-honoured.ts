/** Keys and values of the policy language that this version cannot honour: P900, so that none is ignored in silence. */
import { isPolicyMap, type PolicyPath, type PolicyValue } from "../policy-model.ts";
import type { Findings } from "./findings.ts";

type Test = (value: PolicyValue) => boolean;
const always: Test = () => true;
const isOneOf =
  (...values: readonly PolicyValue[]): Test =>
  (value) =>
    values.includes(value);

/** Paths below the root; `*` is any one key or index, `<block>` any of defaults, a rule or an operation. */
const table: readonly (readonly [pattern: string, says: string, when?: Test])[] = [
  ["webhooks", "webhooks"],
  ["auth.flow", "this way to authenticate", isOneOf("sigv4")],
  ["auth.sign.scheme", "this kind of signature", isOneOf("sigv4")],
  ["<block>.auth.flow", "this way to authenticate", isOneOf("sigv4")],
  ["<block>.auth.sign.scheme", "this kind of signature", isOneOf("sigv4")],
];

const places: Readonly<Record<string, readonly string[]>> = {
  "<block>": ["defaults", "rules.*", "operations.*"],
};

const patterns: readonly { keys: readonly string[]; says: string; when: Test }[] = table.flatMap(
  ([pattern, says, when = always]) => {
    const [place = ""] = pattern.split(".");
    const texts = places[place]?.map((known) => pattern.replace(place, known)) ?? [pattern];
    return texts.map((text) => ({ keys: text.split("."), says, when }));
  },
);

/** Keys that are refused whatever their value is. */
export const notHonouredKeys: readonly (readonly string[])[] = patterns
  .filter(({ when }) => when === always)
  .map(({ keys }) => keys);

function visit(
  value: PolicyValue,
  path: PolicyPath,
  keys: readonly string[],
  found: (value: PolicyValue, path: PolicyPath) => void,
): void {
  const [key, ...others] = keys;
  if (key === undefined) {
    found(value, path);
    return;
  }
  if (Array.isArray(value)) {
    if (key === "*") for (const [index, item] of value.entries()) visit(item, [...path, index], others, found);
    return;
  }
  if (!isPolicyMap(value)) return;
  const names = key === "*" ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : [];
  for (const name of names) visit(value[name]!, [...path, name], others, found);
}

export function refuseNotHonoured(root: PolicyValue, path: PolicyPath, findings: Findings): void {
  for (const { keys, says, when } of patterns) {
    visit(root, path, keys, (value, place) => {
      if (value === null || (value === "none" && keys.at(-1) !== "carry") || !when(value)) return;
      const name = place.filter((key) => typeof key === "string").at(-1);
      findings.warn(
        { path: place },
        {
          code: "P900",
          message: `\`${name}\`: ${says} cannot be honoured yet`,
          fix: "take it out; the generator refuses what it would have to ignore",
        },
      );
    });
  }
}
