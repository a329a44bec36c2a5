/**
 * Runtime expressions (OpenAPI 3.1 section 4.8.20.4) and conditions over them: `pointer op literal`, joined by
 * `&&`, `||`, `!` and brackets, and `pointer matches /re/`. Nothing else: no calls, no arithmetic.
 */

import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";
import { fromToken } from "../json-pointer.ts";
import { regexProblem } from "../regex-safety.ts";
import { headerNameProblem } from "./header-syntax.ts";

/** A mistake in an expression, with its place in the text. */
export interface ExpressionProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly fix: string;
  readonly code?: "P421";
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ExpressionProblem };

const maxLength = 2000;
const maxNesting = 32;
const pointerFix =
  "write `$statusCode`, `$response.header.NAME`, `$response.body#/path`, `$request.query.NAME` or `$request.body#/path`";

/** Tokens of an RFC 6901 pointer that starts with `/` or is empty; undefined when it is malformed. */
export function parseJsonPointer(text: string): readonly string[] | undefined {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return undefined;
  return text.slice(1).split("/").map(fromToken);
}

export function parsePointer(text: string, offset: number = 0): Parsed<Pointer> {
  const fail = (message: string, at = 0, fix = pointerFix): Parsed<Pointer> => ({
    ok: false,
    problem: { offset: offset + at, length: Math.max(1, text.length - at), message, fix },
  });
  if (text === "$statusCode") return { ok: true, value: { from: "status" } };
  const match = /^\$(request|response)\.(header|query|path|body)(.*)$/s.exec(text);
  if (match === null) return fail(`\`${text}\` is not a runtime expression`);
  const [, side, part, rest = ""] = match;
  const start = text.length - rest.length;
  if (part === "body") {
    const path = rest === "" ? [] : rest.startsWith("#") ? parseJsonPointer(rest.slice(1)) : undefined;
    if (path === undefined) {
      const fix = `write \`$${side}.body#/${rest.replace(/^[.#/]+/, "").replaceAll(".", "/")}\``;
      return fail(`\`${rest}\` is not a JSON Pointer`, start, fix);
    }
    return { ok: true, value: { from: side === "request" ? "request.body" : "body", path } };
  }
  const name = rest.slice(1);
  if (!rest.startsWith(".") || name === "") return fail(`\`${text}\` lacks a name`, start);
  if (part === "header") {
    const problem = headerNameProblem(name);
    if (problem) return fail(problem, start + 1, "write the name of a header");
    return { ok: true, value: { from: side === "request" ? "request.header" : "header", name } };
  }
  if (side === "response") return fail(`an answer has no ${part}`);
  return { ok: true, value: { from: part === "query" ? "request.query" : "request.path", name } };
}

class Stop extends Error {
  readonly problem: ExpressionProblem;
  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

type Literal = string | number | boolean | null;
type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  constructor(text: string) {
    this.#text = text;
  }

  parse(): Condition {
    const condition = this.#either();
    this.#space();
    if (this.#at < this.#text.length) this.#fail("this is not expected here", "join comparisons with `&&` or `||`");
    return condition;
  }

  #either(): Condition {
    return this.#chain("||", () => this.#chain("&&", () => this.#unary()));
  }

  #chain(op: "&&" | "||", next: () => Condition): Condition {
    const of = [next()];
    while (this.#take(op)) of.push(next());
    return of.length === 1 ? of[0]! : { op, of };
  }

  #unary(): Condition {
    if (++this.#depth > maxNesting) this.#fail("the condition is nested too deeply", "write it as several rules");
    let condition: Condition;
    if (this.#take("!")) condition = { op: "!", of: [this.#unary()] };
    else if (this.#take("(")) {
      condition = this.#either();
      if (!this.#take(")")) this.#fail("a closing bracket is missing", "add `)`");
    } else condition = this.#comparison();
    this.#depth--;
    return condition;
  }

  #comparison(): Condition {
    this.#space();
    const start = this.#at;
    const token = this.#match(/\$[^\s()=!<>&|]*/y);
    if (token === undefined) this.#fail("a pointer is expected here", pointerFix);
    const pointer = parsePointer(token, start);
    if (!pointer.ok) throw new Stop(pointer.problem);
    const left = pointer.value;
    this.#space();
    const op = this.#match(/==|!=|<=|>=|<|>|matches\b|=~?/y);
    if (op === "matches") return { op, left, pattern: this.#pattern() };
    if (op === undefined || op === "=" || op === "=~") {
      const fix = op === "=" ? "write `==`" : "write `==`, `!=`, `<`, `<=`, `>`, `>=` or `matches /re/` and a literal";
      return this.#fail("a comparison is expected here", fix, op === undefined ? this.#at : this.#at - op.length);
    }
    return { op: op as Comparison, left, right: this.#literal() };
  }

  #literal(): Literal {
    this.#space();
    const quoted = this.#match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, "$1");
    const figure = this.#match(/-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.])/y);
    if (figure !== undefined) return Number(figure);
    const word = this.#match(/(?:true|false|null)\b/y);
    if (word !== undefined) return word === "null" ? null : word === "true";
    const bare = /[^\s()&|]*/y;
    bare.lastIndex = this.#at;
    const found = bare.exec(this.#text)?.[0] ?? "";
    const fix = found.startsWith("$")
      ? "compare a pointer with a literal, not with another pointer"
      : `write '${found}' in quotes, or a number`;
    return this.#fail("a literal is expected here", fix);
  }

  #pattern(): string {
    this.#space();
    const start = this.#at;
    const literal = this.#match(/\/(?:[^/\\\n]|\\.)+\//y);
    if (literal === undefined) return this.#fail("a regular expression is expected here", "write `matches /re/`");
    const pattern = literal.slice(1, -1).replaceAll("\\/", "/");
    const problem = regexProblem(pattern);
    if (problem)
      throw new Stop({
        offset: start + 1 + problem.offset,
        length: 1,
        message: problem.message,
        fix: problem.fix,
        code: "P421",
      });
    return pattern;
  }

  #take(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at) || (token === "!" && this.#text[this.#at + 1] === "=")) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #fail(message: string, fix: string, offset: number = this.#at): never {
    const at = Math.min(offset, Math.max(0, this.#text.length - 1));
    throw new Stop({ offset: at, length: Math.max(1, this.#text.slice(at).search(/\s|$/)), message, fix });
  }
}

export function parseCondition(text: string): Parsed<Condition> {
  if (text.length > maxLength) {
    const message = `the condition is longer than ${maxLength} characters`;
    return { ok: false, problem: { offset: 0, length: 1, message, fix: "write it as several rules" } };
  }
  try {
    return { ok: true, value: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** All pointers that a condition reads. */
export function pointersOf(condition: Condition): Pointer[] {
  return "of" in condition ? condition.of.flatMap(pointersOf) : [condition.left];
}
