import { isPromise } from "../is-promise.ts";
import type { AuthContext, CredentialValue } from "./auth.ts";
import { placeholders, render } from "./template.ts";

/** Values of the credentials that a template names, `{name}` or `{name.member}`; asks for no others. */
export async function credentialsIn(
  template: string,
  context: AuthContext,
  others: ReadonlySet<string> = new Set(),
): Promise<Map<string, CredentialValue>> {
  const values = new Map<string, CredentialValue>();
  for (const name of placeholders(template)) {
    const dot = name.lastIndexOf(".");
    const known = Object.hasOwn(context.connector.credentials, name) || dot < 0;
    const credential = known ? name : name.slice(0, dot);
    if (others.has(credential) || values.has(credential)) continue;
    const value = context.credential(credential);
    values.set(credential, isPromise(value) ? await value : value);
  }
  return values;
}

/** Fills a template with credentials. */
export async function fillCredentials(template: string, context: AuthContext): Promise<string> {
  return template.includes("{") ? render(template, await credentialsIn(template, context)) : template;
}
