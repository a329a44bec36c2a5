/** Named types as TypeScript declarations, through openapi-typescript 7.13's transformer and printer. */
import type { GlobalContext, SchemaObject } from "openapi-typescript";
import type ts from "typescript";
import type { NamedType, Schema } from "../model.ts";
import { breakUnions } from "./break-unions.ts";
import { type CommentLine, commentText } from "./comment.ts";
import { astToString, compiler, transformSchemaObject } from "./compiler.ts";
import { quote } from "./escape.ts";
import type { Types } from "./schema-shape.ts";
import { type Leaf, leafKey, type Shape, sourceKey, toShape } from "./type-shape.ts";

const { factory, SyntaxKind } = compiler;

/** Doc comment of a schema or property: what people read in a hover, without examples and format names. */
function docLines(schema: Schema): readonly CommentLine[] {
  const lines: CommentLine[] = [];
  const text = schema.description ?? schema.title;
  if (text !== undefined) lines.push(text);
  if (schema.default !== undefined && schema.default !== null && typeof schema.default !== "object") {
    lines.push({ tag: "default", text: String(schema.default) });
  }
  if (schema.deprecated) lines.push({ tag: "deprecated" });
  return lines;
}

function addDoc(node: ts.Node, schema: Schema): void {
  const text = commentText(docLines(schema));
  if (text !== undefined) compiler.addSyntheticLeadingComment(node, SyntaxKind.MultiLineCommentTrivia, text, true);
}

/** A type that a document's schema of the same name hides is reached through `globalThis`. */
function globalType(name: string, types: Types): ts.TypeNode {
  return factory.createTypeReferenceNode(
    types.has(name) ? factory.createQualifiedName(factory.createIdentifier("globalThis"), name) : name,
  );
}

function literalType(value: unknown): ts.TypeNode {
  if (typeof value === "string") {
    // An identifier node prints its text as it is; a literal node would undo our escapes.
    return factory.createTypeReferenceNode(factory.createIdentifier(quote(value)));
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    const digits = factory.createNumericLiteral(Math.abs(value));
    return factory.createLiteralTypeNode(
      value < 0 ? factory.createPrefixUnaryExpression(SyntaxKind.MinusToken, digits) : digits,
    );
  }
  if (typeof value === "boolean")
    return factory.createLiteralTypeNode(value ? factory.createTrue() : factory.createFalse());
  if (value === null) return factory.createLiteralTypeNode(factory.createNull());
  if (Array.isArray(value))
    return factory.createArrayTypeNode(factory.createKeywordTypeNode(SyntaxKind.UnknownKeyword));
  return indexOnly(factory.createKeywordTypeNode(SyntaxKind.UnknownKeyword));
}

function indexOnly(value: ts.TypeNode): ts.TypeNode {
  const key = factory.createParameterDeclaration(
    undefined,
    undefined,
    "key",
    undefined,
    factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
  );
  return factory.createTypeLiteralNode([factory.createIndexSignature(undefined, [key], value)]);
}

const keywords = {
  string: SyntaxKind.StringKeyword,
  number: SyntaxKind.NumberKeyword,
  bigint: SyntaxKind.BigIntKeyword,
} as const;

function leafType(leaf: Leaf, direction: NamedType["direction"], types: Types, mentions: Set<string>): ts.TypeNode {
  switch (leaf.kind) {
    case "name":
      mentions.add(leaf.name);
      return factory.createTypeReferenceNode(leaf.name);
    case "binary":
      return direction === "request"
        ? factory.createUnionTypeNode([globalType("Blob", types), globalType("ReadableStream", types)])
        : globalType("Uint8Array", types);
    case "coerced":
      return leaf.to === "Date" ? globalType("Date", types) : factory.createKeywordTypeNode(keywords[leaf.to]);
    case "unknown":
      return factory.createKeywordTypeNode(SyntaxKind.UnknownKeyword);
    case "never":
      return factory.createKeywordTypeNode(SyntaxKind.NeverKeyword);
    case "values": {
      const members = leaf.values.map(literalType);
      if (leaf.open) {
        const anyString = factory.createIntersectionTypeNode([
          factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
          factory.createTypeLiteralNode([]),
        ]);
        members.push(factory.createParenthesizedType(anyString));
      }
      return members.length === 1 && members[0] ? members[0] : factory.createUnionTypeNode(members);
    }
  }
}

/** The context that openapi-typescript builds for itself in a full run; the fields left out are not read here. */
function createContext(direction: NamedType["direction"], types: Types, mentions: Set<string>): GlobalContext {
  const context: Partial<GlobalContext> = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    defaultNonNullable: false,
    discriminators: { objects: {}, refsHandled: [] },
    emptyObjectsUnknown: true,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    immutable: false,
    injectFooter: [],
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    resolve: () => undefined,
    transform: (schema) => {
      const leaf = (schema as Shape)[leafKey];
      return leaf && leafType(leaf, direction, types, mentions);
    },
    transformProperty: (property, schema) => {
      const source = (schema as Shape)[sourceKey];
      if (source) addDoc(property, source);
      return property;
    },
  };
  return context as GlobalContext;
}

/** `{ … } & { [key: string]: unknown }` is one interface. */
function mergeIndex(node: ts.TypeNode): ts.TypeNode {
  if (!compiler.isIntersectionTypeNode(node) || node.types.length !== 2) return node;
  const [own, index] = node.types;
  if (!own || !index || !compiler.isTypeLiteralNode(own) || !compiler.isTypeLiteralNode(index)) return node;
  const [member, ...more] = index.members;
  if (!member || more.length > 0 || !compiler.isIndexSignatureDeclaration(member)) return node;
  if (member.type.kind !== SyntaxKind.UnknownKeyword) return node;
  return factory.createTypeLiteralNode([...own.members, member]);
}

function declare(type: NamedType, node: ts.TypeNode): ts.Statement {
  const modifiers = [factory.createModifier(SyntaxKind.ExportKeyword)];
  const merged = mergeIndex(node);
  const statement = compiler.isTypeLiteralNode(merged)
    ? factory.createInterfaceDeclaration(modifiers, type.name, undefined, undefined, merged.members)
    : factory.createTypeAliasDeclaration(modifiers, type.name, undefined, merged);
  addDoc(statement, type.schema);
  return statement;
}

export interface PrintedTypes {
  readonly text: string;
  /** Named types that the text mentions. */
  readonly mentions: ReadonlySet<string>;
}

/**
 * Prints declarations for one file, in order: objects as interfaces, the rest as type aliases. A property with a default
 * is required only where the document requires it. `types` holds all named types of the version.
 */
export function printTypes(declared: readonly NamedType[], types: Types): PrintedTypes {
  const mentions = new Set<string>();
  const contexts = {
    request: createContext("request", types, mentions),
    response: createContext("response", types, mentions),
  };
  const statements = declared.map((type) => {
    const shape = toShape(type.schema, { types, direction: type.direction });
    const node = transformSchemaObject(shape as SchemaObject, { path: "#", ctx: contexts[type.direction] });
    return declare(type, node);
  });
  // The printer indents by four.
  const text = astToString(statements).replace(/^(?: {4})+/gm, (spaces) => " ".repeat(spaces.length / 2));
  const spaced = text.replace(/^(\}|.*;)\n(?=export|\/\*\*)/gm, "$1\n\n").trimEnd();
  return { text: breakUnions(spaced), mentions };
}
