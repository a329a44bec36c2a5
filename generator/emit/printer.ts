/**
 * The one way to make code. A `Code` can only be built from the templates in this project and from the functions
 * below, so that text of a document or policy cannot become anything but a literal, a comment or a checked name.
 */
import { type CommentLine, commentText } from "./comment.ts";
import { quote } from "./escape.ts";
import { scanTypes } from "./scan.ts";

/** A name of another module; mentioning it makes the import appear. */
export interface Importable {
  readonly name: string;
  readonly from: string;
  readonly type: boolean;
  /** `import type * as name`. */
  readonly whole?: true;
}

export type ForeignKind = "literal" | "comment" | "identifier" | "property";

export type Part =
  | string
  | { readonly kind: "foreign"; readonly as: ForeignKind; readonly text: string; readonly declares?: true }
  | {
      readonly kind: "types";
      readonly text: string;
      readonly declares: readonly string[];
      readonly mentions: readonly Importable[];
    }
  | { readonly kind: "symbol"; readonly symbol: Importable }
  | {
      readonly kind: "list";
      readonly open: string;
      readonly close: string;
      readonly items: readonly Code[];
      readonly separator: "," | ";" | "|" | "";
      /** Never on one line. */
      readonly broken: boolean;
      /** Something in it mentions or declares a name that imports have to know of. */
      readonly named: boolean;
    };

let make: (parts: readonly Part[]) => Code;
let read: (code: Code) => readonly Part[];

function isNamed(part: Part): boolean {
  if (typeof part === "string") return false;
  if (part.kind === "list") return part.named;
  return part.kind !== "foreign" || part.declares === true;
}

function listPart(part: Omit<Extract<Part, { kind: "list" }>, "kind" | "named">): Code {
  return make([{ kind: "list", ...part, named: part.items.some((item) => read(item).some(isNamed)) }]);
}

/** Printed text in the making. Cannot be forged: only this module has its parts. */
export class Code {
  readonly #parts: readonly Part[];
  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }
  static {
    make = (parts) => new Code(parts);
    read = (code) => {
      if (!(#parts in code)) throw new TypeError("internal error: only printed code can be part of code");
      return code.#parts;
    };
  }
}

/** The parts of printed text, for the renderer. Throws for anything that was not made here. */
export function partsOf(code: Code): readonly Part[] {
  return read(code);
}

/** The template of printed text: own text in between, `Code` in the holes. */
export function code(strings: TemplateStringsArray, ...values: readonly Code[]): Code {
  // Only the compiler makes frozen template objects; a plain call would let foreign text in.
  if (!Array.isArray(strings.raw) || !Object.isFrozen(strings))
    throw new TypeError("internal error: code is a template tag");
  const parts: Part[] = [];
  strings.forEach((text, i) => {
    if (text !== "") parts.push(text);
    const value = values[i];
    if (value !== undefined) parts.push(...read(value));
  });
  return make(parts);
}

/** A string, number, boolean or null as a literal. */
export function lit(value: string | number | boolean | null): Code {
  if (typeof value === "number") return num(value);
  if (typeof value === "string") return make([{ kind: "foreign", as: "literal", text: quote(value) }]);
  return value === null ? code`null` : value ? code`true` : code`false`;
}

/** A finite number. */
export function num(value: number): Code {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(`internal error: ${JSON.stringify(value)} cannot be printed as a number`);
  }
  return make([Object.is(value, -0) ? "-0" : String(value)]);
}

const plainName = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
// ECMA-262 reserved words (strict mode, modules) and the names that cannot be declared or shadowed safely.
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** True for words that cannot be declared. */
export function isReserved(name: string): boolean {
  return reserved.has(name);
}

/** A name that `plan` made. Throws unless it is made of letters, digits, `_`, `$` and may be declared. */
export function ident(name: string): Code {
  if (!plainName.test(name) || reserved.has(name)) {
    throw new TypeError(`internal error: ${quote(name)} is not a safe identifier`);
  }
  return make([{ kind: "foreign", as: "identifier", text: name }]);
}

/** A name that this file declares; imports of the same name get another one. */
export function declaration(name: string): Code {
  ident(name);
  return make([{ kind: "foreign", as: "identifier", text: name, declares: true }]);
}

/** A property name of a type or member: plain where it can be, else quoted. */
export function propertyName(name: string): Code {
  return plainName.test(name) && name !== "__proto__"
    ? make([{ kind: "foreign", as: "property", text: name }])
    : make([{ kind: "foreign", as: "literal", text: quote(name) }]);
}

/** A key of an object literal. `__proto__` is computed: quoted, it would set the prototype. */
export function propertyKey(name: string): Code {
  return name === "__proto__" ? code`[${lit(name)}]` : propertyName(name);
}

/** A doc comment with a line break behind it; nothing when there is nothing to say. */
export function comment(lines: readonly CommentLine[]): Code {
  const text = commentText(lines);
  return make(text === undefined ? [] : [{ kind: "foreign", as: "comment", text: `/*${text}*/` }, "\n"]);
}

/** A mention of something that another module exports. */
export function symbol(importable: Importable): Code {
  return make([{ kind: "symbol", symbol: importable }]);
}

/** Type declarations that openapi-typescript printed; refused unless they are nothing but exported types. */
export function typeDeclarations(text: string, declares: readonly string[], mentions: readonly Importable[]): Code {
  scanTypes("types", text);
  return make([{ kind: "types", text, declares, mentions }]);
}

/** Closed TypeScript text of `plan`: names of types and unions of them, no more. */
export function plainType(text: string): Code {
  if (!/^[A-Za-z][A-Za-z0-9]*(?: \| [A-Za-z][A-Za-z0-9]*)*$/.test(text))
    throw new TypeError(`internal error: ${quote(text)} is not a plain type`);
  return make([text]);
}

export function join(items: readonly Code[], separator: "" | "\n" | "\n\n" | " & " | "."): Code {
  return make(items.flatMap((item, i) => (i === 0 || separator === "" ? read(item) : [separator, ...read(item)])));
}

/** `{ a, b }` or `[a, b]` or `(a, b)`: on one line where it fits, else one item a line. */
export function list(brackets: "{}" | "[]" | "()" | "<>", items: readonly Code[], broken = false): Code {
  const pad = brackets === "{}" && items.length > 0 ? " " : "";
  const [open = "", close = ""] = brackets;
  return listPart({ open: open + pad, close: pad + close, items, separator: ",", broken });
}

/** `{`, one member a line, `}`. */
export function block(members: readonly Code[]): Code {
  if (members.length === 0) return code`{}`;
  return listPart({ open: "{", close: "}", items: members, separator: "", broken: true });
}

/** `A | B`; with one item just that, with none `never`. */
export function union(items: readonly Code[]): Code {
  const [only] = items;
  if (only === undefined) return code`never`;
  return items.length === 1 ? only : listPart({ open: "", close: "", items, separator: "|", broken: false });
}
