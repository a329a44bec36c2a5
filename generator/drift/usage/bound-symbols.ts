/** From a symbol, type or declaration of the consumer's program to what it stands for in the document. */
import { ts } from "ts-morph";
import { pointersOfMember } from "./bindings.ts";
import type { BoundVersion } from "./bound-versions.ts";

export interface Bound {
  readonly of: BoundVersion;
  readonly kind: "operation" | "type" | "member";
  readonly pointers: readonly string[];
  /** In the generated file. */
  readonly declaration: ts.Node;
}

export interface BoundSymbols {
  /** Names that members of bound types have; no other property can be one. */
  readonly memberNames: ReadonlySet<string>;
  isBoundFile(file: ts.SourceFile): boolean;
  ofDeclaration(declaration: ts.Node): Bound | undefined;
  /** What any of the declarations stands for; aliases are followed. */
  ofSymbol(symbol: ts.Symbol | undefined): readonly Bound[];
  /** Bound types that a type is, holds or was made of. */
  ofType(type: ts.Type): readonly Bound[];
  /** The type and all types that its declaration leads to. */
  reach(bound: Bound): readonly Bound[];
  /** Types that the declaration of a member or type mentions. */
  mentions(declaration: ts.Node): readonly Bound[];
}

type Named = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableDeclaration;

function isNamed(node: ts.Node): node is Named {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isVariableDeclaration(node);
}

function nameOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

/** The top declaration around a node, and the names from it down to the node. */
export function pathTo(node: ts.Node): { readonly top: Named; readonly path: readonly string[] } | undefined {
  const path: string[] = [];
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isPropertySignature(at) || ts.isMethodSignature(at)) {
      const name = nameOf(at.name);
      if (name === undefined) return undefined;
      path.unshift(name);
    }
    if (isNamed(at)) return { top: at, path };
  }
  return undefined;
}

type Role = "constant" | "method" | "input" | "headers" | "outcome";

interface OperationName {
  readonly role: Role;
  readonly operation: BoundVersion["bindings"]["operations"][string];
}

/** Names of a version's operations; of a method, with its interface: `ChargesNamespace create`. */
function namesOfOperations(version: BoundVersion): ReadonlyMap<string, OperationName> {
  const names = new Map<string, OperationName>();
  for (const [constant, operation] of Object.entries(version.bindings.operations)) {
    const add = (name: string | undefined, role: Role): void => {
      if (name !== undefined) names.set(name, { role, operation });
    };
    add(constant, "constant");
    add(operation.method.join(" "), "method");
    add(operation.input, "input");
    add(operation.headers, "headers");
    add(operation.outcome, "outcome");
    add(operation.streamOutcome, "outcome");
  }
  return names;
}

interface BoundFile {
  readonly of: BoundVersion;
  readonly name: string;
  readonly operations: ReadonlyMap<string, OperationName>;
}

function lookUp(
  { of, name: file, operations }: BoundFile,
  name: string,
  path: readonly string[],
): Omit<Bound, "declaration"> | undefined {
  const { types } = of.bindings;
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type?.file === `${file}.ts`)
    return { of, kind: path.length === 0 ? "type" : "member", pointers: pointersOfMember(type, path) };
  const [member] = path;
  const found = operations.get(name) ?? operations.get(`${name} ${member}`);
  if (found?.operation.file !== `${file}.ts`) return undefined;
  const { operation, role } = found;
  const among = (members: Readonly<Record<string, string>> = {}): Omit<Bound, "declaration"> | undefined =>
    member !== undefined && Object.hasOwn(members, member)
      ? { of, kind: "member", pointers: [members[member]!] }
      : undefined;
  switch (role) {
    case "constant":
    case "method":
      return { of, kind: "operation", pointers: [operation.pointer] };
    case "input":
      if (member === undefined) return { of, kind: "type", pointers: [`${operation.pointer}/parameters`] };
      return among(operation.members);
    case "headers":
      return among(operation.headerMembers);
    case "outcome":
      return { of, kind: "type", pointers: [`${operation.pointer}/responses`] };
  }
}

/** Declarations of a version's named types, by the pointer of their schema. */
function declarationsByPointer({ bindings, files }: BoundVersion): ReadonlyMap<string, readonly ts.Node[]> {
  const found = new Map<string, ts.Node[]>();
  for (const [name, file] of files) {
    for (const statement of file.statements) {
      if (!isNamed(statement) || !ts.isIdentifier(statement.name)) continue;
      const types = bindings.types;
      const type = Object.hasOwn(types, statement.name.text) ? types[statement.name.text] : undefined;
      if (type?.file !== `${name}.ts` || type.pointer === undefined) continue;
      const known = found.get(type.pointer);
      if (known) known.push(statement);
      else found.set(type.pointer, [statement]);
    }
  }
  return found;
}

export function createBoundSymbols(versions: readonly BoundVersion[], checker: ts.TypeChecker): BoundSymbols {
  const files = new Map<ts.SourceFile, BoundFile>();
  const typeDeclarations = new Map<BoundVersion, ReadonlyMap<string, readonly ts.Node[]>>();
  const memberNames = new Set<string>();
  for (const of of versions) {
    const operations = namesOfOperations(of);
    typeDeclarations.set(of, declarationsByPointer(of));
    for (const [name, file] of of.files) {
      files.set(file, { of, name, operations });
      collectMembers(file, memberNames);
    }
  }
  const declarations = new Map<ts.Node, Bound | undefined>();
  const ofDeclaration = (declaration: ts.Node): Bound | undefined => {
    const file = files.get(declaration.getSourceFile());
    if (file === undefined) return undefined;
    if (declarations.has(declaration)) return declarations.get(declaration);
    const place = pathTo(declaration);
    const name = place && ts.isIdentifier(place.top.name) ? place.top.name.text : undefined;
    const found = name === undefined ? undefined : lookUp(file, name, place!.path);
    const bound = found && { ...found, declaration };
    declarations.set(declaration, bound);
    return bound;
  };
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const ofSymbol = (symbol: ts.Symbol | undefined): readonly Bound[] =>
    symbol === undefined
      ? []
      : (resolved(symbol).declarations ?? []).flatMap((declaration) => ofDeclaration(declaration) ?? []);

  const ofType = (type: ts.Type, depth = 0): readonly Bound[] => {
    if (depth > 4) return [];
    const named = [type.aliasSymbol, type.getSymbol()].flatMap((symbol) =>
      ofSymbol(symbol).filter((bound) => bound.kind === "type"),
    );
    if (named.length > 0) return named;
    if (type.isUnionOrIntersection()) return type.types.flatMap((part) => ofType(part, depth + 1));
    if (!(type.flags & ts.TypeFlags.Object)) return [];
    const held =
      (type as ts.TypeReference).target === undefined ? [] : checker.getTypeArguments(type as ts.TypeReference);
    if (held.length > 0) return held.flatMap((part) => ofType(part, depth + 1));
    if (type.getSymbol()?.declarations?.some((one) => ts.isInterfaceDeclaration(one) || ts.isClassLike(one))) return [];
    // A copy, a part or a picked view of a bound type has its members.
    const first = type.getProperties()[0];
    const declaration = first?.declarations?.[0];
    const owner = declaration && ofDeclaration(declaration) !== undefined ? pathTo(declaration)?.top : undefined;
    const bound = owner && ofDeclaration(owner);
    return bound ? [bound] : [];
  };

  const mentioned = new Map<ts.Node, readonly Bound[]>();
  const mentions = (declaration: ts.Node): readonly Bound[] => {
    const known = mentioned.get(declaration);
    if (known) return known;
    const found: Bound[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isTypeReferenceNode(node)) found.push(...ofSymbol(checker.getSymbolAtLocation(node.typeName)));
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(declaration, visit);
    const types = found.filter((bound) => bound.kind === "type");
    mentioned.set(declaration, types);
    return types;
  };
  const reached = new Map<string, readonly Bound[]>();
  const reach = (bound: Bound): readonly Bound[] => {
    const key = `${bound.of.folder} ${bound.pointers.join()}`;
    const known = reached.get(key);
    if (known) return known;
    const all = new Map([[bound.pointers.join(), bound]]);
    const queue = [bound];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const declared = next.pointers.flatMap((pointer) => typeDeclarations.get(next!.of)?.get(pointer) ?? []);
      for (const one of declared.flatMap(mentions)) {
        if (all.has(one.pointers.join())) continue;
        all.set(one.pointers.join(), one);
        queue.push(one);
      }
    }
    const list = [...all.values()];
    reached.set(key, list);
    return list;
  };
  return {
    memberNames,
    isBoundFile: (file) => files.has(file),
    ofDeclaration,
    ofSymbol,
    ofType: (type) => ofType(type),
    reach,
    mentions,
  };
}

function collectMembers(file: ts.SourceFile, into: Set<string>): void {
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) {
      const name = nameOf(node.name);
      if (name !== undefined) into.add(name);
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) visit(statement);
  }
}
