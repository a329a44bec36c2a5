/** Where the value of an expression comes from: the fields, one short way back through the consumer's variables. */
import { ts } from "ts-morph";
import type { Bound, BoundSymbols } from "./bound-symbols.ts";

export interface ValueFlow {
  /** Members that the value of an expression was read from. */
  fieldsOf(expression: ts.Expression): readonly Bound[];
  /** The property of a type by name, with those of the parts of a union. */
  propertyOf(type: ts.Type, name: string): readonly Bound[];
}

const maxSteps = 6;

export function createValueFlow(checker: ts.TypeChecker, symbols: BoundSymbols): ValueFlow {
  const propertyOf = (type: ts.Type, name: string): readonly Bound[] => {
    const whole = symbols.ofSymbol(checker.getPropertyOfType(type, name));
    if (whole.length > 0 || !type.isUnion()) return whole;
    return type.types.flatMap((part) => symbols.ofSymbol(checker.getPropertyOfType(part, name)));
  };

  function fields(expression: ts.Expression, steps: number): readonly Bound[] {
    if (steps > maxSteps) return [];
    const next = (one: ts.Expression): readonly Bound[] => fields(one, steps + 1);
    if (ts.isParenthesizedExpression(expression) || ts.isNonNullExpression(expression))
      return next(expression.expression);
    if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) return next(expression.expression);
    if (ts.isAwaitExpression(expression)) return next(expression.expression);
    if (ts.isConditionalExpression(expression)) return [expression.whenTrue, expression.whenFalse].flatMap(next);
    if (ts.isBinaryExpression(expression)) {
      const { kind } = expression.operatorToken;
      const falls = kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
      return falls ? [expression.left, expression.right].flatMap(next) : [];
    }
    if (ts.isPropertyAccessExpression(expression)) return ofAccess(expression.name);
    if (ts.isElementAccessExpression(expression) && ts.isStringLiteralLike(expression.argumentExpression))
      return ofAccess(expression.argumentExpression);
    return ts.isIdentifier(expression) ? ofVariable(expression, steps) : [];
  }

  function ofAccess(name: ts.Node): readonly Bound[] {
    return symbols.ofSymbol(checker.getSymbolAtLocation(name)).filter((bound) => bound.kind === "member");
  }

  function ofVariable(name: ts.Identifier, steps: number): readonly Bound[] {
    const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration;
    if (declaration === undefined) return [];
    if (ts.isBindingElement(declaration)) {
      const property = declaration.propertyName ?? declaration.name;
      if (!ts.isIdentifier(property) && !ts.isStringLiteralLike(property)) return [];
      return propertyOf(checker.getTypeAtLocation(declaration.parent), property.text);
    }
    if (!ts.isVariableDeclaration(declaration) && !ts.isParameter(declaration)) return [];
    if (declaration.type !== undefined) return ofIndexedType(declaration.type);
    return declaration.initializer === undefined ? [] : fields(declaration.initializer, steps + 1);
  }

  /** `Charge["status"]`, also below `NonNullable`; or the name of a type. */
  function ofIndexedType(type: ts.TypeNode): readonly Bound[] {
    if (ts.isTypeReferenceNode(type)) {
      const named = symbols.ofSymbol(checker.getSymbolAtLocation(type.typeName));
      return named.length > 0 ? named : (type.typeArguments ?? []).flatMap(ofIndexedType);
    }
    if (!ts.isIndexedAccessTypeNode(type) || !ts.isLiteralTypeNode(type.indexType)) return [];
    const { literal } = type.indexType;
    return ts.isStringLiteral(literal) ? propertyOf(checker.getTypeFromTypeNode(type.objectType), literal.text) : [];
  }

  return { fieldsOf: (expression) => fields(expression, 0), propertyOf };
}
