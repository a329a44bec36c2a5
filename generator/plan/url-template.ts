/** URLs with `{variables}`, as servers and token endpoints are written. */

/** Names of the variables, in order. */
export function variablesOf(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
}

/** Scheme, host and port of a template, as text; undefined when it is not an absolute URL. */
export function originOf(template: string): string | undefined {
  return /^(?:[A-Za-z][A-Za-z0-9+.-]*|\{[^{}]*\}):\/\/[^/?#]*/.exec(template)?.[0];
}

/** Variables that stand in the host or port. */
export function hostVariables(template: string): string[] {
  return variablesOf(originOf(template)?.replace(/^[^:]+:\/\//, "") ?? "");
}

/** What is wrong with a URL that credentials are sent to, or undefined. */
export function hostProblem(template: string): { readonly message: string; readonly fix: string } | undefined {
  const origin = originOf(template)?.toLowerCase();
  if (origin === undefined) return { message: "this is not an absolute URL", fix: "write `https://host/path`" };
  if (!origin.startsWith("https://")) return { message: "credentials need https", fix: "write `https://…`" };
  const host = origin.slice("https://".length);
  if (host.includes("@"))
    return { message: "a URL must not carry credentials", fix: "take out what stands before `@`" };
  if (host.includes("*"))
    return {
      message: "a host must not be a wildcard",
      fix: "name the hosts, or use a variable with an anchored pattern",
    };
  const name = host.replace(/:[0-9]*$/, "").replace(/\{[^{}]*\}/g, "x");
  if (/^[0-9.]+$|^\[|^0x/.test(name))
    return { message: "a host must be a name, not an address", fix: "write the host's name" };
  try {
    new URL(template.replace(/\{[^{}]*\}/g, "x"));
  } catch {
    return { message: "this is not a legal URL", fix: "write `https://host/path`" };
  }
  return /[?#]/.test(template)
    ? { message: "a server's URL has no query and no fragment", fix: "take it out" }
    : undefined;
}

/** Without the slash at the end: paths bring their own. */
export function trimSlash(template: string): string {
  return template.replace(/\/+$/, "");
}
