import type { AuthContext, CredentialValue } from "./auth.ts";
import { credentialOf } from "./credentials.ts";
import { placeholders, render } from "./template.ts";

/** Values of the credentials that a template names, `{name}` or `{name.member}`; asks for no others. */
export async function credentialsIn(
  template: string,
  context: AuthContext,
  others: ReadonlySet<string> = new Set(),
): Promise<Map<string, CredentialValue>> {
  const values = new Map<string, CredentialValue>();
  for (const name of placeholders(template)) {
    const credential = name.split(".", 1)[0]!;
    if (!others.has(credential) && !values.has(credential))
      values.set(credential, await credentialOf(credential, context));
  }
  return values;
}

/** Fills a template with credentials. */
export async function fillCredentials(template: string, context: AuthContext): Promise<string> {
  return template.includes("{") ? render(template, await credentialsIn(template, context)) : template;
}

/** The same for each of several templates. */
export async function fillAll(
  templates: Readonly<Record<string, string>>,
  context: AuthContext,
): Promise<Readonly<Record<string, string>>> {
  const filled = Object.entries(templates).map(
    async ([name, template]) => [name, await fillCredentials(template, context)] as const,
  );
  return Object.fromEntries(await Promise.all(filled));
}
