const pair = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]*)))?/g;

/**
 * The parameters of a header's value (`; rel="next"; title=a`), names in lower case. Every one is read, so that one that
 * stands inside the quotes of another is none.
 */
export function headerParameters(text: string): readonly (readonly [name: string, value: string])[] {
  return Array.from(text.matchAll(pair), ([, name, quoted, plain = ""]) => [
    name!.toLowerCase(),
    quoted?.replace(/\\(.)/g, "$1") ?? plain,
  ]);
}
