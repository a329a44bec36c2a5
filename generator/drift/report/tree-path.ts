/** The file of the checkout that a place is in, as pull requests and code scanning name it. */

/** `git:<ref>:<path>` is that path of another commit; a URL is no file. */
export function treePath(file: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return undefined;
  const path = /^git:[^:]*:(?:\.\/)?(.*)$/s.exec(file)?.[1] ?? file;
  return path.startsWith("/") || path.startsWith("..") ? undefined : path;
}
