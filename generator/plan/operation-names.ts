/**
 * Names of operations: `namespace.method`. The policy's word first, then the lock's, then the tag and the
 * operationId. A name depends on its own operation alone; only a clash, settled by the full operationId, looks further.
 */
import type { ApiDocument, PolicyPlan, SpecOperation } from "../model.ts";
import { SymbolTable, shortHash, toMemberName, toSingular, toWords } from "./names.ts";

export interface OperationName {
  readonly namespace: string;
  readonly method: string;
}

const namespaceReserved = [
  "forTenant",
  "then",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "toJSON",
];

function isVersionLike(segment: string): boolean {
  return /^v?[0-9][0-9.-]*$|^\{/.test(segment) || segment === "api" || segment === "rest" || segment === "";
}

function namespaceOf(operation: SpecOperation, tags: ReadonlyMap<string, string>): string {
  const tag = operation.tags[0];
  if (tag !== undefined) return toMemberName(toWords(tags.get(tag) ?? tag), tag);
  const segment = operation.path.split("/").find((part) => !isVersionLike(part)) ?? "root";
  return toMemberName(toWords(segment.replace(/\.json$/, "")), segment);
}

/** Words of the operationId without the run of words that repeats the namespace. */
function methodWords(operation: SpecOperation, namespace: string): { short: string[]; full: string[] } {
  const source =
    operation.operationId ??
    `${operation.method} ${operation.path
      .split("/")
      .filter((p) => !isVersionLike(p))
      .join(" ")}`;
  const full = toWords(source);
  const words = full.map(toSingular);
  const own = toWords(namespace).map(toSingular);
  const runs = words.flatMap((_, index) =>
    own.length > 0 && own.every((word, n) => words[index + n] === word) ? [index] : [],
  );
  // The first word is usually the verb: in `listLists` the second "list" is the namespace.
  const at = runs.find((index) => index > 0) ?? runs[0] ?? -1;
  const short = at === -1 ? full : [...full.slice(0, at), ...full.slice(at + own.length)];
  return { short: short.length === 0 ? full : short, full };
}

function safeMember(name: string): string {
  return namespaceReserved.includes(name) ? `${name}_` : name;
}

/** A name that a person or the lock wrote stays as it is when it is legal. */
function toMember(name: string, dotted: string): string {
  return safeMember(/^[a-z][A-Za-z0-9_]{0,80}$/.test(name) ? name : toMemberName(toWords(name), dotted));
}

function fromDotted(dotted: string): OperationName {
  const parts = dotted.split(".");
  const method = parts.pop()!;
  const namespace = parts.length === 1 ? parts[0]! : parts.join(" ");
  return { namespace: toMember(namespace, dotted), method: toMember(method, dotted) };
}

export function planOperationNames(
  document: ApiDocument,
  policy: PolicyPlan,
  pinned: ReadonlyMap<string, string>,
): Map<string, OperationName> {
  const names = new Map<string, OperationName>();
  const taken = new Set<string>();
  const open: { operation: SpecOperation; namespace: string; short: string; full: string }[] = [];
  const operations = document.operations
    .filter(({ key }) => policy.operations.has(key))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const source of [policy.names.operations, pinned]) {
    for (const { key } of operations) {
      const fixed = names.has(key) ? undefined : source.get(key);
      const name = fixed === undefined ? undefined : fromDotted(fixed);
      if (name === undefined || taken.has(`${name.namespace}.${name.method}`)) continue;
      names.set(key, name);
      taken.add(`${name.namespace}.${name.method}`);
    }
  }
  for (const operation of operations) {
    if (names.has(operation.key)) continue;
    const namespace = safeMember(namespaceOf(operation, policy.names.tags));
    const { short, full } = methodWords(operation, namespace);
    open.push({
      operation,
      namespace,
      short: safeMember(toMemberName(short, operation.key)),
      full: safeMember(toMemberName(full, operation.key)),
    });
  }
  const wanted = new Map<string, number>();
  for (const { namespace, short } of open) {
    const id = `${namespace}.${short}`;
    wanted.set(id, (wanted.get(id) ?? 0) + 1);
  }
  const table = new SymbolTable(taken);
  // In the order of their keys: clashes and the hash fall on the same operations whatever the order of the document.
  for (const { operation, namespace, short, full } of open) {
    const id = `${namespace}.${short}`;
    const clash = wanted.get(id) !== 1 || taken.has(id);
    const claimed = table.claim(clash ? `${namespace}.${full}` : id, operation.key);
    names.set(operation.key, {
      namespace,
      method: claimed.slice(namespace.length + 1) || `x${shortHash(operation.key)}`,
    });
  }
  return names;
}
