/** One pass over a file of the consumer: what each name, key and literal stands for. */
import { ts } from "ts-morph";
import type { Json } from "../../model.ts";
import type { UsageKind } from "../finding.ts";
import type { Bound, BoundSymbols } from "./bound-symbols.ts";
import { createEscapes } from "./escapes.ts";
import { type FoundSite, literalValue } from "./found-site.ts";
import type { ValueFlow } from "./value-flow.ts";

export interface WalkContext {
  readonly checker: ts.TypeChecker;
  readonly symbols: BoundSymbols;
  readonly flow: ValueFlow;
  /** Whoever reads the declarations that the project emits may use what they mention. */
  readonly isLibrary: boolean;
  readonly found: (site: FoundSite) => void;
}

const equality: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
];

const keyTypes = ts.TypeFlags.Union | ts.TypeFlags.StringLiteral | ts.TypeFlags.TypeParameter | ts.TypeFlags.Index;

/** Around what does not change the value. */
function outward(node: ts.Expression): ts.Expression {
  const { parent } = node;
  const wraps =
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent);
  return wraps ? outward(parent) : node;
}

/** How an expression is used by what stands around it; undefined where that tells it itself. */
function useOf(expression: ts.Expression, bound: Bound): UsageKind | undefined {
  const outer = outward(expression);
  const { parent } = outer;
  if (ts.isCallExpression(parent) && parent.expression === outer) return bound.kind === "operation" ? "call" : "read";
  if (ts.isSwitchStatement(parent)) return undefined;
  if (ts.isDeleteExpression(parent)) return "write";
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const steps = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(parent.operator);
    return steps ? "write" : "read";
  }
  if (!ts.isBinaryExpression(parent)) return "read";
  const { kind } = parent.operatorToken;
  if (equality.includes(kind)) return undefined;
  const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  return assigns && parent.left === outer ? "write" : "read";
}

export function walkFile(file: ts.SourceFile, context: WalkContext): void {
  const { checker, symbols, flow } = context;
  const escapes = createEscapes(file, context);

  function emit(bounds: readonly Bound[], node: ts.Node, how: UsageKind, value?: Json, held = false): void {
    for (const bound of bounds) {
      const place = { of: bound.of, how, held, file, start: node.getStart(file), end: node.getEnd() };
      const valued = value === undefined ? place : { ...place, value };
      // The types of a member or method are used with it: an enumeration, the shape of an answer.
      const types = bound.kind === "type" ? [] : symbols.mentions(bound.declaration);
      for (const { pointers, declaration } of [bound, ...types])
        for (const pointer of pointers) context.found({ ...valued, pointer, declaration });
    }
  }

  function used(bounds: readonly Bound[], node: ts.Node, expression: ts.Expression): void {
    for (const bound of bounds) {
      const how = bound.kind === "type" ? "type" : useOf(expression, bound);
      if (how !== undefined) emit([bound], node, how);
    }
  }

  function compared(expression: ts.Expression, how: "compare" | "exhaustive", value?: Json): void {
    const name = nameIn(expression);
    // A variable that holds the field's value: only with what it is compared does the field matter.
    if (name === expression && how === "compare" && (value === undefined || value === null)) return;
    emit(flow.fieldsOf(expression), name, how, value, name === expression);
  }

  function identifier(node: ts.Identifier): void {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
      if (symbols.memberNames.has(node.text)) used(symbols.ofSymbol(checker.getSymbolAtLocation(node)), node, parent);
    } else if (ts.isBindingElement(parent)) {
      if (node === (parent.propertyName ?? parent.name)) destructured(node, parent.parent);
    } else if (ts.isShorthandPropertyAssignment(parent)) {
      key(node, parent.parent);
      used(symbols.ofSymbol(checker.getShorthandAssignmentValueSymbol(parent)), node, node);
    } else if (ts.isPropertyAssignment(parent) && parent.name === node) {
      key(node, parent.parent, literalValue(parent.initializer));
    } else if (ts.isImportSpecifier(parent)) {
      if (node === (parent.propertyName ?? parent.name)) imported(node, parent.name, "type");
    } else if (ts.isExportSpecifier(parent)) {
      if (node === (parent.propertyName ?? parent.name)) imported(node, parent.name, "reexport");
    } else if (!isDeclared(node)) {
      used(symbols.ofSymbol(checker.getSymbolAtLocation(node)), node, node);
    }
  }

  function imported(node: ts.Identifier, name: ts.ModuleExportName, how: "type" | "reexport"): void {
    const bounds = symbols.ofSymbol(checker.getSymbolAtLocation(name));
    emit(bounds, node, how);
    if (how === "reexport") escapes.reexported(bounds, node);
  }

  function destructured(node: ts.Identifier, pattern: ts.BindingPattern): void {
    if (!symbols.memberNames.has(node.text) || !ts.isObjectBindingPattern(pattern)) return;
    emit(flow.propertyOf(checker.getTypeAtLocation(pattern), node.text), node, "read");
  }

  function key(node: ts.Node & { readonly text: string }, object: ts.Node, value?: Json): void {
    if (!symbols.memberNames.has(node.text) || !ts.isObjectLiteralExpression(object)) return;
    const assigned = ts.isIdentifier(node) ? assignedProperty(node, object) : undefined;
    if (assigned !== undefined) emit(symbols.ofSymbol(assigned), node, "read");
    const type = assigned === undefined ? checker.getContextualType(object) : undefined;
    if (type !== undefined) emit(flow.propertyOf(type, node.text), node, "write", value);
  }

  /** `({ status } = charge)` reads. */
  function assignedProperty(node: ts.Identifier, object: ts.ObjectLiteralExpression): ts.Symbol | undefined {
    const outer = outward(object);
    if (!ts.isBinaryExpression(outer.parent) || outer.parent.left !== outer) return undefined;
    return checker.getPropertyOfType(checker.getTypeAtLocation(outer.parent.right), node.text);
  }

  function literal(node: ts.StringLiteralLike): void {
    const { parent } = node;
    if (!symbols.memberNames.has(node.text)) return;
    if (ts.isPropertyAssignment(parent) && parent.name === node) {
      key(node, parent.parent, literalValue(parent.initializer));
    } else if (ts.isElementAccessExpression(parent)) {
      used(symbols.ofSymbol(checker.getSymbolAtLocation(node)), node, parent);
    } else if (ts.isBindingElement(parent) && parent.propertyName === node) {
      emit(flow.propertyOf(checker.getTypeAtLocation(parent.parent), node.text), node, "read");
    } else if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InKeyword) {
      emit(flow.propertyOf(checker.getTypeAtLocation(parent.right), node.text), node, "read");
    } else if (ts.isCallExpression(parent)) {
      keyArgument(node, parent);
    } else if (ts.isLiteralTypeNode(parent)) typeKey(node, parent);
  }

  /** `pick(charge, "status")`: a name that has to be a key of another argument. */
  function keyArgument(node: ts.StringLiteralLike, call: ts.CallExpression): void {
    const type = checker.getContextualType(node);
    if (type === undefined || !(type.flags & keyTypes)) return;
    for (const other of call.arguments) {
      if (other !== node) emit(flow.propertyOf(checker.getTypeAtLocation(other), node.text), node, "read");
    }
  }

  /** `Charge["status"]`, `Pick<Charge, "status" | "id">`. */
  function typeKey(node: ts.StringLiteralLike, type: ts.LiteralTypeNode): void {
    const outer = ts.isUnionTypeNode(type.parent) ? type.parent : type;
    const { parent } = outer;
    const owners = ts.isIndexedAccessTypeNode(parent)
      ? [parent.objectType]
      : ts.isTypeReferenceNode(parent)
        ? (parent.typeArguments ?? []).filter((one) => one !== outer)
        : [];
    for (const owner of owners) emit(flow.propertyOf(checker.getTypeFromTypeNode(owner), node.text), node, "type");
  }

  function switched(node: ts.SwitchStatement): void {
    const bounds = flow.fieldsOf(node.expression);
    if (bounds.length === 0) return;
    const rest = node.caseBlock.clauses.find(ts.isDefaultClause);
    compared(node.expression, rest === undefined || endsInNever(rest) ? "exhaustive" : "compare");
    for (const clause of node.caseBlock.clauses) {
      const value = ts.isCaseClause(clause) ? literalValue(clause.expression) : undefined;
      if (value !== undefined) emit(bounds, (clause as ts.CaseClause).expression, "compare", value, true);
    }
  }

  function endsInNever(node: ts.Node): boolean {
    const isNever = ts.isIdentifier(node) && (checker.getTypeAtLocation(node).flags & ts.TypeFlags.Never) !== 0;
    return isNever || ts.forEachChild(node, (child) => endsInNever(child) || undefined) === true;
  }

  function binary(node: ts.BinaryExpression): void {
    if (!equality.includes(node.operatorToken.kind)) return;
    compared(node.left, "compare", literalValue(node.right));
    compared(node.right, "compare", literalValue(node.left));
  }

  /** `["a", "b"].includes(charge.status)` */
  function included(node: ts.CallExpression): void {
    const { expression } = node;
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== "includes") return;
    const list = ts.isAsExpression(expression.expression) ? expression.expression.expression : expression.expression;
    const inner = ts.isParenthesizedExpression(list) ? list.expression : list;
    const values = ts.isAsExpression(inner) ? inner.expression : inner;
    const [tested] = node.arguments;
    if (tested === undefined || !ts.isArrayLiteralExpression(values)) return;
    for (const one of values.elements) compared(tested, "compare", literalValue(one));
  }

  function visit(node: ts.Node): void {
    if (ts.isIdentifier(node)) identifier(node);
    else if (ts.isStringLiteralLike(node)) literal(node);
    else if (ts.isSwitchStatement(node)) switched(node);
    else if (ts.isBinaryExpression(node)) binary(node);
    else if (ts.isCallExpression(node)) included(node);
    escapes.look(node);
    ts.forEachChild(node, visit);
  }
  visit(file);
}

/** The name at the end of an expression. */
function nameIn(expression: ts.Expression): ts.Node {
  if (ts.isPropertyAccessExpression(expression)) return expression.name;
  if (ts.isElementAccessExpression(expression)) return expression.argumentExpression;
  return expression;
}

/** Names that a declaration of the consumer gives. */
function isDeclared(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isDeclarationStatement(parent) ||
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isClassElement(parent) ||
      ts.isTypeElement(parent)) &&
    parent.name === node
  );
}
