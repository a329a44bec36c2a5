/** Credentials and auth: what the document's security schemes ask for, and where it leaves a choice, the others beside it. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import type { SecurityScheme } from "../security-scheme.ts";
import { quote } from "./foreign-text.ts";
import { isSelectable, nameSome, requestLine } from "./names.ts";
import { inferScheme, schemeRank } from "./scheme.ts";
import { block, blockItem, type Entry, item, leaf, listOf, suggest } from "./suggestion.ts";

export interface InferredSecurity {
  readonly sections: readonly Entry[];
  readonly rules: readonly Entry[];
  /** Schemes that are configured, of those that the document declares. */
  readonly configured: number;
}

type Scheme = SecurityScheme & { readonly rank: number };

const singles = (operation: SpecOperation): string[] =>
  operation.security.filter((names) => names.length === 1).map((names) => names[0]!);
const isOpen = (operation: SpecOperation): boolean => operation.security.some((names) => names.length === 0);

/** Schemes that the policy has words for, the one that most operations ask for first. */
function byDemand(document: ApiDocument): Scheme[] {
  const demand = new Map<string, number>();
  for (const operation of document.operations) {
    for (const name of new Set(operation.security.flat())) demand.set(name, (demand.get(name) ?? 0) + 1);
    // A scheme that is enough by itself is preferred to one of several that go together.
    for (const name of new Set(singles(operation))) demand.set(name, (demand.get(name) ?? 0) + 1);
  }
  return document.securitySchemes
    .flatMap((scheme) => {
      const rank = schemeRank(document, scheme);
      return rank === undefined || !demand.has(scheme.name) ? [] : [{ ...scheme, rank }];
    })
    .sort((a, b) => demand.get(b.name)! - demand.get(a.name)! || a.rank - b.rank);
}

export function inferSecurity(document: ApiDocument, provider: string): InferredSecurity {
  const [main, ...others] = byDemand(document);
  if (main === undefined) return { sections: unknownSecurity(document, provider), rules: [], configured: 0 };
  const taken = new Set<string>();
  const chosen = inferScheme(document, main, provider, taken)!;
  const credentials = [...chosen.credentials];
  const rules: Entry[] = [];
  const alternatives: Entry[] = [];
  for (const scheme of others) {
    const alone = document.operations.filter(
      (operation) =>
        singles(operation).includes(scheme.name) &&
        !operation.security.flat().includes(main.name) &&
        others.find(({ name }) => singles(operation).includes(name)) === scheme &&
        !isOpen(operation) &&
        isSelectable(operation),
    );
    const instead = document.operations.filter(
      (operation) => singles(operation).includes(scheme.name) && singles(operation).includes(main.name),
    );
    if (alone.length === 0 && instead.length === 0) continue;
    const own = inferScheme(document, scheme, provider, taken)!;
    if (alone.length > 0) {
      credentials.push(...own.credentials);
      rules.push(schemeRule(scheme, alone, own.auth));
    } else {
      credentials.push(...own.credentials.map(suggest));
      alternatives.push(suggest(block("auth", own.auth, `the document takes this instead: ${nameSome(instead)}`)));
    }
  }
  return {
    sections: [
      block(
        "credentials",
        credentials,
        "values come from the environment or from createClient({ auth }), never from here",
      ),
      block("auth", chosen.auth, demandOf(document, main)),
      ...alternatives,
    ],
    rules,
    configured: 1 + rules.length,
  };
}

function demandOf(document: ApiDocument, { name }: SecurityScheme): string {
  const count = document.operations.filter((operation) => operation.security.flat().includes(name)).length;
  return `${count} of ${document.operations.length} operations ask for it`;
}

function schemeRule(scheme: Scheme, operations: readonly SpecOperation[], auth: readonly Entry[]): Entry {
  const names = operations.map((operation) => item(operation.key, requestLine(operation)));
  const why = `these operations ask for ${quote(scheme.name)} alone`;
  return blockItem([block("match", [listOf("operations", names)]), block("auth", auth)], why);
}

/** Nothing is asked for, or nothing that can be said: a template for whoever knows. */
function unknownSecurity(document: ApiDocument, provider: string): Entry[] {
  const [scheme] = document.securitySchemes.filter((one) => schemeRank(document, one) !== undefined);
  const odd = document.securitySchemes.map((one) => `${quote(one.name)} (${one.type} ${one.scheme ?? ""})`.trim());
  const why =
    scheme !== undefined
      ? "the document declares this scheme, but no operation asks for it"
      : odd.length > 0
        ? `the document asks for what the policy has no words for: ${odd.join(", ")}`
        : "the document declares no security scheme; if the provider wants a credential, say so here";
  const template: SecurityScheme = scheme ?? { name: "apiKey", type: "apiKey", in: "header", parameter: "X-Api-Key" };
  const own = inferScheme(document, template, provider, new Set())!;
  if (scheme !== undefined)
    return [suggest(block("credentials", own.credentials, why)), suggest(block("auth", own.auth))];
  const auth = own.auth.filter(({ key }) => key !== "scheme");
  const credentials = own.credentials.map(({ key = "", data = null }) => leaf(key, data));
  return [suggest(block("credentials", credentials, why)), suggest(block("auth", auth))];
}
