import { fromToken, toToken } from "../json-pointer.ts";
import type { ApiDocument, SpecOperation } from "../model.ts";
import type { OAuthFlow, SecurityScheme } from "../security-scheme.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";
import type { Fact } from "./edit.ts";

interface Alternative {
  /** Of the schemes by what they are, not by their names. */
  readonly id: string;
  readonly text: string;
  readonly scopes: ReadonlySet<string>;
}

/** Who may call: alternatives of schemes, and their scopes. A scheme under another name is the same one. */
export function compareOperationSecurity(context: ComparisonContext, pair: OperationPair): void {
  const [old, now] = [alternatives(pair.base, context.base), alternatives(pair.revision, context.revision)];
  const pointers = { base: placeOf(pair.base, context.base), revision: placeOf(pair.revision, context.revision) };
  const tell = (edit: Omit<TellPlaced, "direction" | "subject" | "base" | "revision">): void =>
    context.tell({ ...edit, ...pointers, direction: "request", subject: "security" }, pair.reference);
  const texts = (all: ReadonlyMap<string, Alternative>): string[] => [...all.values()].map(({ text }) => text).sort();
  const [wasOpen, isOpen] = [old.has(""), now.has("")];
  const told = { before: texts(old), after: texts(now) };
  if (wasOpen && !isOpen) {
    tell({
      name: "security-added",
      effect: "narrow",
      ...told,
      says: `asks for credentials: ${told.after.join(" or ")}`,
    });
    return;
  }
  if (!wasOpen && isOpen) {
    tell({ name: "security-removed", effect: "widen", ...told, says: "no longer asks for credentials" });
    return;
  }
  const removed = [...old].filter(([id]) => !now.has(id));
  const added = [...now].filter(([id]) => !old.has(id));
  if (removed.length > 0 && removed.length === old.size) {
    const says = `asks for ${told.after.join(" or ")} instead of ${told.before.join(" or ")}`;
    tell({ name: "security-changed", effect: "incomparable", ...told, says });
    return;
  }
  const facts = usageOf(context, pair, new Set(removed.map(([id]) => id)));
  for (const [id, { text }] of removed) {
    const says = `no longer takes ${text}`;
    tell({ name: "security-alternative-removed", effect: "narrow", before: text, says, facts: facts(id) });
  }
  for (const [, { text }] of added) {
    tell({ name: "security-alternative-added", effect: "widen", after: text, says: `takes ${text} too` });
  }
  for (const [id, { scopes }] of old) {
    const later = now.get(id)?.scopes ?? scopes;
    for (const scope of later) {
      if (scopes.has(scope)) continue;
      tell({
        name: "security-scope-added",
        effect: "narrow",
        after: scope,
        says: `asks for the scope ${JSON.stringify(scope)}`,
      });
    }
    for (const scope of scopes) {
      if (later.has(scope)) continue;
      tell({
        name: "security-scope-removed",
        effect: "widen",
        before: scope,
        says: `no longer asks for the scope ${JSON.stringify(scope)}`,
      });
    }
  }
}

/** By id; the empty one is a call without credentials. */
function alternatives(operation: SpecOperation, document: ApiDocument): Map<string, Alternative> {
  const schemes = new Map(document.securitySchemes.map((scheme) => [scheme.name, scheme]));
  const found = new Map<string, Alternative>();
  if (operation.security.length === 0) found.set("", { id: "", text: "none", scopes: new Set() });
  for (const [index, names] of operation.security.entries()) {
    const id = idOf(names, schemes);
    const scopes = new Set(names.flatMap((name) => operation.scopes?.[index]?.[name] ?? []));
    const text = names.length === 0 ? "none" : [...names].sort().join(" + ");
    found.set(id, { id, text, scopes });
  }
  return found;
}

function idOf(names: readonly string[], schemes: ReadonlyMap<string, SecurityScheme>): string {
  return names
    .map((name) => kindOf(schemes.get(name)))
    .sort()
    .join(" + ");
}

/** Whether calls use a removed alternative: all that they choose from are gone, it is none of them, or it is not known. */
function usageOf(
  { base, options }: ComparisonContext,
  pair: OperationPair,
  removed: ReadonlySet<string>,
): (id: string) => readonly Fact[] {
  const chosen = options.policy?.alternatives?.[pair.base.key];
  if (chosen === undefined) return () => [];
  const schemes = new Map(base.securitySchemes.map((scheme) => [scheme.name, scheme]));
  const used = new Set(chosen.map((names) => idOf(names, schemes)));
  const isLost = [...used].every((id) => removed.has(id));
  return (id) => (!used.has(id) ? ["unused"] : isLost ? ["preferred"] : []);
}

/** What a credential is, without how it is got: that is told of the scheme. */
function kindOf(scheme: SecurityScheme | undefined): string {
  if (!scheme) return "unknown";
  const { type } = scheme;
  return type === "apiKey" || type === "http" ? `${scheme.name} ${type}` : `${type}`;
}

function placeOf(operation: SpecOperation, document: ApiDocument): string {
  let at: unknown = document.bundled;
  for (const part of operation.pointer.split("/").slice(1)) {
    const key = fromToken(part);
    at =
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined;
  }
  const isOwn = typeof at === "object" && at !== null && Object.hasOwn(at, "security");
  return isOwn ? `${operation.pointer}/security` : "/security";
}

/** The schemes themselves: where a key is sent, with which words, and where tokens come from. */
export function compareSecuritySchemes(context: ComparisonContext): void {
  const old = new Map(context.base.securitySchemes.map((scheme) => [scheme.name, scheme]));
  const now = new Map(context.revision.securitySchemes.map((scheme) => [scheme.name, scheme]));
  for (const [name, scheme] of old) {
    const found = now.get(name);
    if (found) compareScheme(context, scheme, found);
    else {
      const edit = { name: "security-scheme-removed", effect: "narrow", before: scheme.type, says: "is gone" } as const;
      tellScheme(context, name, { ...edit, base: pointerOf(name) });
    }
  }
  for (const [name, scheme] of now) {
    if (old.has(name)) continue;
    const edit = { name: "security-scheme-added", effect: "widen", after: scheme.type, says: "is new" } as const;
    tellScheme(context, name, { ...edit, revision: pointerOf(name) });
  }
}

function pointerOf(name: string): string {
  return `/components/securitySchemes/${toToken(name)}`;
}

function tellScheme(context: ComparisonContext, name: string, edit: Omit<TellPlaced, "direction" | "subject">): void {
  context.tell({ ...edit, direction: "request", subject: `security scheme ${JSON.stringify(name)}` });
}

const FIELDS = [
  ["type", "security-scheme-type-changed"],
  ["in", "security-scheme-place-changed"],
  ["parameter", "security-scheme-place-changed"],
  ["scheme", "security-scheme-http-changed"],
  ["openIdConnectUrl", "security-scheme-url-changed"],
  ["bearerFormat", "security-scheme-format-changed"],
] as const;

function compareScheme(context: ComparisonContext, old: SecurityScheme, now: SecurityScheme): void {
  const place = { base: pointerOf(old.name), revision: pointerOf(now.name) };
  const differ = (rule: string, what: string, before: string | undefined, after: string | undefined): void => {
    if (before === after) return;
    const told = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    const says = `has ${what} ${JSON.stringify(after ?? "")} instead of ${JSON.stringify(before ?? "")}`;
    tellScheme(context, old.name, { name: rule, effect: "incomparable", ...place, ...told, says });
  };
  for (const [field, rule] of FIELDS) {
    differ(rule, field === "parameter" ? "name" : field, old[field], now[field]);
    // Another type has other fields.
    if (field === "type" && old.type !== now.type) return;
  }
  const [flows, later] = [new Map(Object.entries(old.flows ?? {})), new Map(Object.entries(now.flows ?? {}))];
  for (const name of [...new Set([...flows.keys(), ...later.keys()])].sort()) {
    const [before, after] = [flows.get(name), later.get(name)];
    if (before && after) compareFlow(context, old.name, name, before, after, differ);
    else {
      const edit = after
        ? ({ name: "security-flow-added", effect: "widen", after: name, says: `has the new flow ${name}` } as const)
        : ({
            name: "security-flow-removed",
            effect: "narrow",
            before: name,
            says: `no longer has the flow ${name}`,
          } as const);
      tellScheme(context, old.name, { ...edit, ...place });
    }
  }
}

function compareFlow(
  context: ComparisonContext,
  scheme: string,
  flow: string,
  old: OAuthFlow,
  now: OAuthFlow,
  differ: (rule: string, what: string, before: string | undefined, after: string | undefined) => void,
): void {
  for (const key of ["tokenUrl", "authorizationUrl", "refreshUrl"] as const) {
    differ("security-scheme-url-changed", `${flow} ${key}`, old[key], now[key]);
  }
  const [scopes, later] = [[...old.scopes].sort(), [...now.scopes].sort()];
  if (canonicalJson(scopes) === canonicalJson(later)) return;
  const place = { base: pointerOf(scheme), revision: pointerOf(scheme) };
  const gone = scopes.filter((scope) => !later.includes(scope));
  const name = gone.length > 0 ? "security-scheme-scope-removed" : "security-scheme-scope-added";
  const edit = { name, effect: gone.length > 0 ? "narrow" : "widen", before: scopes, after: later } as const;
  const fresh = later.filter((scope) => !scopes.includes(scope));
  const says =
    gone.length > 0 ? `no longer has the scopes ${gone.join(", ")}` : `has the new scopes ${fresh.join(", ")}`;
  tellScheme(context, scheme, { ...edit, ...place, says });
}
