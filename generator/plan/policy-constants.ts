/** Constant headers and query parameters: text that is the same for every call, and never a secret. */
import { headerNameProblem, headerValueProblem, isCredentialName, isReservedHeader } from "./header-syntax.ts";
import { entriesAt, type Leaf, type Node, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { refuseCredential } from "./policy-url-secrets.ts";

/** Whether a constant has a placeholder, which is then reported. */
export function templateProblem(planning: Planning, node: Node, value: string): boolean {
  const placeholder = /\{([A-Za-z_][\w.]*)\}/.exec(value);
  if (placeholder === null) return false;
  const leaf = node as Leaf;
  if (refuseCredential(planning, leaf, placeholder[1]!, "constants are in the generated code for all to read"))
    return true;
  planning.findings.add(
    { path: node.path, spot: { of: "value", offset: placeholder.index, length: placeholder[0].length } },
    {
      code: "P003",
      message: `constants take no \`${placeholder[0]}\``,
      fix: "credentials go through `auth.apply`; what differs by call is a parameter of the operation",
    },
  );
  return true;
}

/** Of a header, or of the version pin when it is one. */
export function headerProblem(
  name: string,
  value: string,
): { readonly code: string; readonly message: string; readonly fix: string; readonly of: "key" | "value" } | undefined {
  const bad = headerNameProblem(name);
  if (bad) return { code: "P003", message: bad, fix: "write the name of a header", of: "key" };
  if (isReservedHeader(name))
    return { code: "P003", message: `\`${name}\` is set by the client itself`, fix: "take it out", of: "key" };
  if (isCredentialName(name))
    return {
      code: "P601",
      message: `\`${name}\` carries a credential, which a constant must not`,
      fix: "declare it under `credentials` with `env: NAME`, and apply it with `auth.apply`",
      of: "key",
    };
  const wrong = headerValueProblem(value);
  return wrong ? { code: "P003", message: wrong, fix: "write visible ASCII text", of: "value" } : undefined;
}

export function planHeaders(planning: Planning, tree: Node): Record<string, string> {
  const headers: Record<string, string> = {};
  const taken = new Set<string>();
  for (const [name, node] of entriesAt(tree, "headers")) {
    const value = textAt(node);
    if (value === undefined || templateProblem(planning, node, value)) continue;
    const problem = headerProblem(name, value);
    if (problem || taken.has(name.toLowerCase())) {
      const { of, ...finding } = problem ?? {
        of: "key" as const,
        code: "P001",
        message: `the header \`${name}\` stands twice`,
        fix: "keep one spelling",
      };
      planning.findings.add({ path: node.path, spot: { of } }, finding);
      continue;
    }
    taken.add(name.toLowerCase());
    headers[name] = value;
  }
  return headers;
}

export function planQuery(planning: Planning, tree: Node): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, node] of entriesAt(tree, "query")) {
    const value = textAt(node);
    if (value === undefined || templateProblem(planning, node, value)) continue;
    if (isCredentialName(name)) {
      planning.findings.add(
        { path: node.path, spot: { of: "key" } },
        {
          code: "P601",
          message: `\`${name}\` carries a credential, which a constant must not`,
          fix: "declare it under `credentials` with `env: NAME`, and apply it with `auth.apply`",
        },
      );
      continue;
    }
    query.set(name, value);
  }
  return Object.fromEntries(query);
}
