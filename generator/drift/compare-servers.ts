import type { SpecServer } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";

type Tell = (edit: Omit<TellPlaced, "direction" | "subject" | "base" | "revision">) => void;

/** The servers of the document. */
export function compareDocumentServers(context: ComparisonContext): void {
  const place = { base: "/servers", revision: "/servers", direction: "both", subject: "servers" } as const;
  compareServers(context.base.servers, context.revision.servers, (edit) => context.tell({ ...edit, ...place }));
}

/** Servers of one operation or path. */
export function compareOperationServers(
  context: ComparisonContext,
  { base, revision, reference }: OperationPair,
): void {
  if (base.servers.length === 0 && revision.servers.length === 0) return;
  const of = (own: readonly SpecServer[], all: readonly SpecServer[]): readonly SpecServer[] =>
    own.length > 0 ? own : all;
  const pointers = { base: `${base.pointer}/servers`, revision: `${revision.pointer}/servers` };
  compareServers(of(base.servers, context.base.servers), of(revision.servers, context.revision.servers), (edit) =>
    context.tell({ ...edit, ...pointers, direction: "both", subject: "servers" }, reference),
  );
}

function compareServers(base: readonly SpecServer[], revision: readonly SpecServer[], tell: Tell): void {
  const old = new Map([...base].reverse().map((server) => [urlOf(server), server]));
  const now = new Map([...revision].reverse().map((server) => [urlOf(server), server]));
  const [first, later] = [base[0], revision[0]];
  for (const [url, server] of old) {
    const found = now.get(url);
    if (found) compareVariables(server, found, tell);
    else {
      const facts = server === first ? (["preferred"] as const) : [];
      tell({ name: "server-removed", effect: "narrow", before: url, says: `${url} is gone`, facts });
    }
  }
  for (const url of now.keys()) {
    if (!old.has(url)) tell({ name: "server-added", effect: "widen", after: url, says: `${url} is new` });
  }
  if (!first || !later || urlOf(first) === urlOf(later) || !now.has(urlOf(first))) return;
  const told = { before: urlOf(first), after: urlOf(later) };
  tell({
    name: "server-preference-changed",
    effect: "none",
    ...told,
    says: `${told.after} is the first one instead of ${told.before}`,
  });
}

function urlOf({ url }: SpecServer): string {
  return url.replace(/(?<=[^/])\/$/, "");
}

function compareVariables(old: SpecServer, now: SpecServer, tell: Tell): void {
  const [before, after] = [new Map(Object.entries(old.variables)), new Map(Object.entries(now.variables))];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [earlier, later] = [before.get(name), after.get(name)];
    if (textOf(earlier) === textOf(later)) continue;
    const told = { before: textOf(earlier), after: textOf(later) };
    const where = `${urlOf(old)}: the variable ${name}`;
    if (earlier?.default !== later?.default) {
      const says = `${where} has the default ${JSON.stringify(later?.default ?? "")} instead of ${JSON.stringify(earlier?.default ?? "")}`;
      tell({ name: "server-variable-default-changed", effect: "incomparable", ...told, says });
      continue;
    }
    const kept = new Set(later?.enum);
    const isNarrow = later?.enum !== undefined && (!earlier?.enum || earlier.enum.some((value) => !kept.has(value)));
    const rule = isNarrow ? "server-variable-value-removed" : "server-variable-value-added";
    tell({ name: rule, effect: isNarrow ? "narrow" : "widen", ...told, says: `${where} has other values` });
  }
}

function textOf(variable: SpecServer["variables"][string] | undefined): string {
  return canonicalJson(variable?.enum ? { ...variable, enum: [...variable.enum].sort() } : (variable ?? null));
}
