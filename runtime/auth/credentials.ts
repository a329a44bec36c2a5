/** The credentials of one client: what the caller gave, else the environment variable that the policy names. */

import type { Connector } from "../descriptor.ts";
import { isPromise } from "../is-promise.ts";
import { printable } from "../printable.ts";
import { redactedCause } from "../redacted-cause.ts";
import type { AuthContext, Credential, CredentialValue } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";

/** Decides whether a value looks like a credential of its name: a feature that generated code names. Throws if not. */
export type LooksKind = (name: string, value: string, pattern: string) => void;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * A credential by the policy's name for it or, failing that, by the security scheme's; else from the environment. Where
 * there is no `process` (browsers, some workers) there is none. An empty variable counts as absent.
 */
export function credentialGiven(
  { credentials }: Connector,
  given: Readonly<Record<string, Credential | undefined>>,
  name: string,
  scheme: string,
): Credential | undefined {
  const { process } = globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } };
  const variable = credentials[name]?.env;
  return given[name] ?? given[scheme] ?? ((variable && process?.env?.[variable]) || undefined);
}

/** The credential of that name, checked. Throws or rejects with an AuthFailure for one that is missing or cannot be sent. */
export function credentialOf(name: string, context: AuthContext): CredentialValue | Promise<CredentialValue> {
  const given = context.given(name);
  const { env, looks, pattern, pem } = context.connector.credentials[name] ?? {};
  if (given === undefined) {
    const option = `createClient({ auth: { ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: … } })`;
    const other = env === undefined ? "; its policy names no environment variable" : `, or set ${printable(env)}`;
    throw new AuthFailure(`the credential ${quoted(name)} is missing. Give it to ${option}${other}.`);
  }
  const checked = (value: CredentialValue): CredentialValue => {
    if (typeof value === "object" && value !== null)
      for (const [part, text] of Object.entries(value)) checkText(`${name}.${part}`, text, pem);
    else {
      if (value === "") throw unusable(name, "is empty");
      checkText(name, value, pem);
      looks?.(name, value, pattern!);
    }
    return value;
  };
  if (typeof given !== "function") return checked(given);
  const failed = (cause: unknown): never => {
    throw new AuthFailure(`the function given for the credential ${quoted(name)} failed.`, {
      cause: redactedCause(cause, context.client.redactor),
    });
  };
  let value: CredentialValue | Promise<CredentialValue>;
  try {
    value = given();
  } catch (cause) {
    return failed(cause);
  }
  return isPromise(value) ? value.then(checked, failed) : checked(value);
}

function checkText(name: string, text: unknown, pem: boolean = false): void {
  if (typeof text !== "string") throw unusable(name, `is ${text === null ? "null" : typeof text}`);
  const at = text.search(CONTROL);
  if (at < 0 || pem) return;
  const hint = text.slice(at).trim() === "" ? " (a line break at its end?)" : "";
  throw unusable(name, `holds a control character at position ${at + 1} of ${text.length}${hint}`);
}

/** Says what is wrong with it without showing it. */
export function unusable(name: string, problem: string): AuthFailure {
  return new AuthFailure(`the credential ${quoted(name)} ${problem}. Its value is not shown.`);
}

function quoted(name: string): string {
  return `"${printable(name)}"`;
}
