/** Which finding an error of the type check is about: by the places near it, and by the names in its message. */
import type { Finding } from "../finding.ts";
import { eachPlace, holderOf, nameOf, ownersOf, placeOf } from "./finding-place.ts";
import type { FoundSite } from "./found-site.ts";

export interface Causes {
  best(sites: readonly FoundSite[], message: string): { site: FoundSite; finding: Finding } | undefined;
}

/** A caller who leaves it out is refused by the compiler too. */
function mustBeGiven({ breaks, rule }: Finding): boolean {
  return breaks === "callers" && /required/.test(rule);
}

export function createCauses(findings: readonly Finding[], operations: ReadonlyMap<string, string>): Causes {
  const places = new Map<string, { finding: Finding; isExact: boolean }[]>();
  const put = (place: string | undefined, finding: Finding, isExact: boolean): void => {
    if (place === undefined) return;
    const known = places.get(place);
    if (known) known.push({ finding, isExact });
    else places.set(place, [{ finding, isExact }]);
  };
  for (const finding of findings) {
    for (const one of eachPlace(finding)) {
      const place = placeOf(one);
      // The compiler knows nothing of credentials and servers.
      const owners = place === undefined || /\/(?:security|servers)\b/.test(place) ? [] : ownersOf(place);
      for (const [index, owner] of owners.entries()) put(owner, finding, index === 0);
      put(holderOf(one), finding, false);
    }
    if (!mustBeGiven(finding)) continue;
    for (const { operation } of finding.occurrences) put(operations.get(operation.key), finding, false);
  }
  const rank = { breaking: 3, risky: 2, notice: 1, safe: 0 } as const;
  return {
    best(sites, message) {
      let best: { site: FoundSite; finding: Finding } | undefined;
      let highest = 0;
      for (const site of sites) {
        for (let at = site.pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
          for (const { finding, isExact } of places.get(at) ?? []) {
            const name = nameOf(finding);
            const isNamed =
              name !== undefined && [`'${name}'`, `"${name}"`, `.${name}'`].some((one) => message.includes(one));
            const isNew = placeOf(finding) === undefined;
            // Above the site only what is gone as a whole counts, and what is new beside it.
            if (at !== site.pointer && !isExact && !(isNew && isNamed)) continue;
            // What is new is met by those who are told its name, or who do not give what they must.
            const isCall = mustBeGiven(finding) && site.how !== "type";
            if (isNew && !isNamed && !isCall) continue;
            const score = 1 + (isNamed ? 8 : 0) + (isExact ? 4 : 0) + rank[finding.severity];
            if (score <= highest) continue;
            highest = score;
            best = { site, finding };
          }
        }
      }
      return best;
    },
  };
}
