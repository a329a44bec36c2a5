/** Where a typed value leaves the compiler's sight: from there on any of its fields may be used. */
import { ts } from "ts-morph";
import type { Bound } from "./bound-symbols.ts";
import type { WalkContext } from "./walk-file.ts";

export interface Escapes {
  /** Looks at one node of the walk. */
  look(node: ts.Node): void;
  /** Types that are given to others by name: those of a library are out of sight. */
  reexported(bounds: readonly Bound[], node: ts.Node): void;
}

const { TypeFlags } = ts;

/** A type that takes anything, and tells nothing of it to those who read it. */
function isOpaque(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive)) return true;
  if (type.isUnion()) return type.types.some((part) => isOpaque(part, checker));
  if (!(type.flags & TypeFlags.Object) || type.getCallSignatures().length > 0) return false;
  if (type.getProperties().length > 0) return false;
  const values = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  const isEmpty = checker.getIndexInfosOfType(type).length === 0 && (type.getSymbol()?.members?.size ?? 0) === 0;
  return values === undefined ? isEmpty : isOpaque(values, checker);
}

export function createEscapes(file: ts.SourceFile, { checker, symbols, isLibrary, found, flow }: WalkContext): Escapes {
  /** All that the types lead to may be used from here on. */
  function add(bounds: readonly Bound[], node: ts.Node): void {
    const types = bounds.filter((bound) => bound.kind === "type");
    const place = { how: "escape", held: false, file, start: node.getStart(file), end: node.getEnd() } as const;
    for (const bound of new Set(types.flatMap(symbols.reach)))
      for (const pointer of bound.pointers) found({ ...place, of: bound.of, pointer, declaration: bound.declaration });
  }

  function given(expression: ts.Expression): void {
    if (ts.isObjectLiteralExpression(expression)) {
      for (const property of expression.properties) {
        if (ts.isPropertyAssignment(property)) given(property.initializer);
        else if (ts.isSpreadAssignment(property)) given(property.expression);
        else if (ts.isShorthandPropertyAssignment(property)) given(property.name);
      }
    } else add(symbols.ofType(checker.getTypeAtLocation(expression)), expression);
  }

  /** An expression whose value goes on to what has a type of its own, or to a function that has none. */
  function sink(expression: ts.Expression, target?: ts.Type, callee?: ts.Expression): void {
    if (ts.isLiteralExpression(expression) || ts.isArrowFunction(expression) || ts.isFunctionExpression(expression))
      return;
    const type = target ?? checker.getContextualType(expression);
    if (type === undefined) {
      if (callee !== undefined && checker.getTypeAtLocation(callee).flags & TypeFlags.Any) given(expression);
      return;
    }
    if (isOpaque(type, checker)) given(expression);
    else if (ts.isIdentifier(expression)) builtElsewhere(expression, type);
  }

  /** `const body = { amount: 5 }; create({ body })`: the keys of an object that fits without being declared so. */
  function builtElsewhere(variable: ts.Identifier, target: ts.Type): void {
    const type = checker.getTypeAtLocation(variable);
    const literal = type.getSymbol()?.valueDeclaration;
    if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return;
    for (const property of type.getProperties()) {
      const declared = property.valueDeclaration;
      if (declared === undefined || !ts.isObjectLiteralElement(declared) || declared.name === undefined) continue;
      for (const { of, pointers, declaration } of flow.propertyOf(target, property.name)) {
        const name = declared.name;
        const at = { file: name.getSourceFile(), start: name.getStart(), end: name.getEnd() };
        for (const pointer of pointers) found({ ...at, how: "write", held: false, of, pointer, declaration });
      }
    }
  }

  /** Types of what a library gives to others. */
  function exported(node: ts.Node): void {
    if (!isLibrary || !ts.canHaveModifiers(node)) return;
    if (!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return;
    const declared = ts.isVariableStatement(node) ? node.declarationList.declarations : [node];
    for (const one of declared) {
      const type = checker.getTypeAtLocation(one);
      const signatures = type.getCallSignatures();
      add([type, ...signatures.map((signature) => signature.getReturnType())].flatMap(symbols.ofType), one);
    }
  }

  function reexported(bounds: readonly Bound[], node: ts.Node): void {
    if (isLibrary) add(bounds, node);
  }

  /** `export * from "…"` */
  function allReexported(node: ts.ExportDeclaration): void {
    if (node.exportClause !== undefined || node.moduleSpecifier === undefined) return;
    const module = checker.getSymbolAtLocation(node.moduleSpecifier);
    if (module === undefined) return;
    for (const symbol of checker.getExportsOfModule(module)) reexported(symbols.ofSymbol(symbol), node.moduleSpecifier);
  }

  function look(node: ts.Node): void {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      for (const argument of node.arguments ?? []) {
        sink(ts.isSpreadElement(argument) ? argument.expression : argument, undefined, node.expression);
      }
    } else if (ts.isAsExpression(node)) sink(node.expression, checker.getTypeFromTypeNode(node.type));
    else if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) {
      if (node.initializer !== undefined) sink(node.initializer);
    } else if (ts.isShorthandPropertyAssignment(node)) sink(node.name);
    else if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined) sink(node.expression);
    } else if (ts.isArrowFunction(node)) {
      if (!ts.isBlock(node.body)) sink(node.body);
    } else if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind === ts.SyntaxKind.EqualsToken) sink(node.right);
    } else if (ts.isElementAccessExpression(node)) {
      // Any field may be meant.
      if (!ts.isLiteralExpression(node.argumentExpression))
        add(symbols.ofType(checker.getTypeAtLocation(node.expression)), node.argumentExpression);
    } else if (ts.isExportDeclaration(node)) allReexported(node);
    exported(node);
  }
  return { look, reexported };
}
