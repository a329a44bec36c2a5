import { JSONPathEnvironment, JSONPathError, type JSONPathQuery, jsonpath } from "json-p3";
import { regexProblem } from "../regex-safety.ts";
import { type JsonMap, type JsonValue, toPointer } from "./json-tree.ts";
import { MAX_DEPTH } from "./limits.ts";

/** A node that a selector found, and where. */
export interface Selected {
  readonly tokens: readonly string[];
  readonly value: JsonValue;
}

export interface SelectorProblem {
  /** Offset in the text of the selector. */
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

export type Selection = { readonly nodes: readonly Selected[] } | { readonly problem: SelectorProblem };

const MAX_LENGTH = 1_000;
const MAX_SELECTED = 100_000;
/** Each further `..` multiplies the work by the depth of the document. */
const MAX_DESCENTS = 3;
const MAX_TEXT = 2_048;

/** Members that all selectors of one overlay may look at together. */
const MAX_LOOKS = 50_000_000;

/** A regular expression that could take more than linear time, or a selector that does. */
class TooCostly extends Error {}

/**
 * Finds the nodes that an [RFC 9535](https://www.rfc-editor.org/rfc/rfc9535) query selects, each once. What could run
 * away is refused: long queries, many descents, loops inside loops, and regular expressions that backtrack. `search`
 * looks at the first 2,048 characters of a text, `match` never matches a longer one.
 */
export function createSelector(): (text: string, root: JsonMap) => Selection {
  const environment = createEnvironment();
  return (text, root) => select(environment, text, root);
}

function select(environment: JSONPathEnvironment, text: string, root: JsonMap): Selection {
  if (text.length > MAX_LENGTH) return problem(0, `a selector has at most ${MAX_LENGTH} characters`, "shorten it");
  try {
    const query = environment.compile(text);
    const costly = costOf(query);
    if (costly) return { problem: costly };
    const nodes = new Map<string, Selected>();
    for (const { location, value } of query.lazyQuery(root)) {
      if (nodes.size === MAX_SELECTED) return problem(0, `it selects more than ${MAX_SELECTED} nodes`, "narrow it");
      const tokens = location.map(String);
      nodes.set(toPointer(tokens), { tokens, value: value as JsonValue });
    }
    return { nodes: [...nodes.values()] };
  } catch (error) {
    if (error instanceof TooCostly) return problem(0, error.message, "write it more simply");
    if (!(error instanceof JSONPathError)) throw error;
    const reason = error.message.replace(/ \('.*$/s, "");
    return problem(error.token.index, `this is not an RFC 9535 JSONPath query: ${reason}`, "correct it");
  }
}

function problem(offset: number, message: string, fix: string): Selection {
  return { problem: { offset, message, fix } };
}

const { expressions, selectors } = jsonpath;

/** Why a query could take more than some passes over the document. */
function costOf(query: JSONPathQuery): SelectorProblem | undefined {
  let descents = 0;
  const pending: unknown[] = [query];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part instanceof jsonpath.JSONPathQuery) {
      descents += part.segments.filter((segment) => segment.toString().startsWith("..")).length;
      pending.push(...part.segments.flatMap((segment) => segment.selectors));
    } else if (part instanceof selectors.FilterSelector) pending.push(part.expression.expression);
    else if (part instanceof expressions.LogicalExpression) pending.push(part.expression);
    else if (part instanceof expressions.PrefixExpression) pending.push(part.right);
    else if (part instanceof expressions.InfixExpression) pending.push(part.left, part.right);
    else if (part instanceof expressions.FunctionExtension) pending.push(...part.args);
    else if (part instanceof expressions.FilterQuery) {
      if (part instanceof expressions.RootQuery && !part.path.singularQuery()) {
        const message = "a filter searches the whole document again for each node";
        return { offset: part.token.index, message, fix: "name one place in the filter, or start from @" };
      }
      pending.push(part.path);
    }
  }
  if (descents <= MAX_DESCENTS) return undefined;
  return { offset: 0, message: `it descends (..) more than ${MAX_DESCENTS} times`, fix: "name the members instead" };
}

class BoundedEnvironment extends JSONPathEnvironment {
  #left = MAX_LOOKS;

  override entries(map: JsonMap): [string, JsonValue][] {
    const entries = Object.entries(map);
    this.#left -= entries.length + 1;
    if (this.#left < 0) throw new TooCostly("the selectors of this overlay look at too much of the document");
    return entries;
  }
}

function createEnvironment(): JSONPathEnvironment {
  const created = new BoundedEnvironment({ maxRecursionDepth: MAX_DEPTH + 2 });
  for (const name of ["match", "search"]) {
    const standard = created.functionRegister.get(name);
    if (!standard) continue;
    created.functionRegister.set(name, {
      argTypes: standard.argTypes,
      returnType: standard.returnType,
      call(text: unknown, pattern: unknown) {
        if (typeof text !== "string" || typeof pattern !== "string") return false;
        const unsafe = regexProblem(pattern);
        if (unsafe) throw new TooCostly(`the pattern of ${name}() is refused: ${unsafe.message}`);
        if (text.length <= MAX_TEXT) return standard.call(text, pattern);
        return name === "search" && standard.call(text.slice(0, MAX_TEXT), pattern);
      },
    });
  }
  return created;
}
