const cache = new Map<string, RegExp | undefined>();

/** A pattern of the policy as a RegExp, compiled once; undefined when this engine cannot compile it. */
export function compiled(pattern: string): RegExp | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  let expression: RegExp | undefined;
  try {
    expression = new RegExp(pattern, "u");
  } catch {
    expression = undefined;
  }
  cache.set(pattern, expression);
  return expression;
}
