const descriptor = / = \/\* @__PURE__ \*\/ \w+\(\{\n([\s\S]*?)\n\}\);/g;

/**
 * Operations of emitted files as `METHOD /path`, read back from the text of their descriptors. One is listed as often as
 * it is there: paths that differ in their query or fragment only are one path.
 */
export function emittedOperations(texts: Iterable<string>): string[] {
  const found: string[] = [];
  for (const text of texts) {
    for (const [, body = ""] of text.matchAll(descriptor)) {
      const method = /^ {2}method: ("(?:[^"\\]|\\.)*"),$/m.exec(body)?.[1];
      const path = /^ {2}path:\s+("(?:[^"\\]|\\.)*"),$/m.exec(body)?.[1];
      if (method !== undefined && path !== undefined) found.push(`${JSON.parse(method)} ${JSON.parse(path)}`);
    }
  }
  return found;
}
