import type { JsonValue } from "./json-tree.ts";

/** What is wrong with a JSON text, and where. */
export interface JsonFault {
  readonly offset: number;
  readonly length: number;
  readonly kind: "syntax" | "truncated" | "duplicate" | "depth";
  readonly message: string;
}

export type JsonRead = { readonly value: JsonValue } | { readonly fault: JsonFault };

/** Parses at the speed of `JSON.parse`; the slow, exact reader runs only over a text that is wrong. */
export function parseJson(text: string, maxDepth: number): JsonRead {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { fault: findJsonFault(text, maxDepth) ?? syntax(text, 0, "this is not JSON") };
  }
}

/** Members written in a valid JSON text. More than the parsed value has means that a key stands twice. */
export function countMembers(text: string): number {
  let members = 0;
  let at = 0;
  while (at < text.length) {
    let quote = text.indexOf('"', at);
    if (quote === -1) quote = text.length;
    for (let i = text.indexOf(":", at); i !== -1 && i < quote; i = text.indexOf(":", i + 1)) members++;
    at = endOfString(text, quote);
  }
  return members;
}

/** Offset after the string that starts at `quote`. */
export function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\x7f|[\x80-\x9f])*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/uy;
const TOKEN = /"[^"\n]{0,40}|[^\s,:{}[\]]{1,40}|./sy;

function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}

function syntax(text: string, offset: number, message: string): JsonFault {
  const rest = offset >= text.length;
  return {
    offset: rest ? Math.max(0, text.trimEnd().length - 1) : offset,
    length: rest ? 1 : Math.max(1, match(TOKEN, text, offset).length),
    kind: rest ? "truncated" : "syntax",
    message: rest ? "the JSON ends before it is complete" : message,
  };
}

/** First fault of a JSON text by [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), a repeated key included. */
export function findJsonFault(text: string, maxDepth: number): JsonFault | undefined {
  const open: { keys: Set<string> | undefined }[] = [];
  let at = match(SPACE, text, 0).length;
  let expect: "value" | "first" | "end" = "value";
  for (;;) {
    const top = open.at(-1);
    if (expect === "end") {
      at += match(SPACE, text, at).length;
      if (!top) return at >= text.length ? undefined : syntax(text, at, "text after the end of the document");
      const closer = top.keys ? "}" : "]";
      if (text[at] === closer) {
        open.pop();
        at++;
        continue;
      }
      if (text[at] !== ",") return syntax(text, at, `expected "," or "${closer}"`);
      at++;
      expect = "value";
    }
    at += match(SPACE, text, at).length;
    if (top) {
      if (expect === "first" && text[at] === (top.keys ? "}" : "]")) {
        open.pop();
        at++;
        expect = "end";
        continue;
      }
      if (top.keys) {
        const key = text[at] === '"' ? match(SCALAR, text, at) : "";
        if (key === "") return syntax(text, at, "expected a property name in double quotes");
        const name = JSON.parse(key) as string;
        if (top.keys.has(name)) {
          return {
            offset: at,
            length: key.length,
            kind: "duplicate",
            message: `the key ${key.slice(0, 120)} stands twice in this object`,
          };
        }
        top.keys.add(name);
        at += key.length;
        at += match(SPACE, text, at).length;
        if (text[at] !== ":") return syntax(text, at, 'expected ":" after the property name');
        at++;
        at += match(SPACE, text, at).length;
      }
    }
    const opener = text[at];
    if (opener === "{" || opener === "[") {
      if (open.length >= maxDepth) {
        return { offset: at, length: 1, kind: "depth", message: `nested deeper than ${maxDepth} levels` };
      }
      open.push({ keys: opener === "{" ? new Set() : undefined });
      at++;
      expect = "first";
      continue;
    }
    const scalar = match(SCALAR, text, at);
    if (scalar === "")
      return syntax(text, at, opener === '"' ? "this string is not valid JSON" : "expected a JSON value");
    at += scalar.length;
    expect = "end";
  }
}
