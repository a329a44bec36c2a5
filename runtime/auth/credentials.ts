import { compiled } from "../compiled.ts";
import type { Connector } from "../descriptor.ts";
import { printable } from "../printable.ts";
import type { Credential, CredentialValue } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";

/** The credentials of one client: what the caller gave, else the environment variable that the policy names. */
export interface Credentials {
  /** Rejects or throws an AuthFailure that names both ways when there is none, and for one that cannot be sent. */
  get(name: string, scheme: string): CredentialValue | Promise<CredentialValue>;
  has(name: string, scheme: string): boolean;
  mayChange(name: string, scheme: string): boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;
/** Keys for signatures have several lines; they are never sent. */
const PEM = /^\s*-----BEGIN [A-Z0-9 ]+-----[A-Za-z0-9+/=\s]+-----END [A-Z0-9 ]+-----\s*$/;

/** Credentials of `options.auth`, by the policy's name for them or, failing that, by the security scheme's. */
export function createCredentials(
  connector: Connector,
  given: Readonly<Record<string, Credential | undefined>> = {},
): Credentials {
  const fromEnvironment = new Map<string, string>();
  const own = (name: string) => (Object.hasOwn(given, name) ? given[name] : undefined);
  const find = (name: string, scheme: string): Credential | undefined => {
    const value = own(name) ?? own(scheme) ?? fromEnvironment.get(name);
    if (value !== undefined) return value;
    const found = readEnvironment(environmentName(connector, name));
    if (found !== undefined) fromEnvironment.set(name, found);
    return found;
  };
  /** The last value of each that was found to be in order. */
  const checked = new Map<string, CredentialValue>();
  const check = (name: string, value: unknown): CredentialValue => {
    if (checked.get(name) === value) return value as CredentialValue;
    const sound = checkValue(connector, name, value);
    checked.set(name, sound);
    return sound;
  };

  return {
    get(name, scheme) {
      const credential = find(name, scheme);
      if (credential === undefined) throw missing(connector, name);
      if (typeof credential !== "function") return check(name, credential);
      const failed = (cause: unknown) =>
        new AuthFailure("credential", `the function given for the credential ${quoted(name)} failed.`, { cause });
      let value: CredentialValue | Promise<CredentialValue>;
      try {
        value = credential();
      } catch (cause) {
        throw failed(cause);
      }
      if (!isPromiseLike(value)) return check(name, value);
      return Promise.resolve(value).then(
        (text) => check(name, text),
        (cause) => {
          throw failed(cause);
        },
      );
    },
    has: (name, scheme) => find(name, scheme) !== undefined,
    mayChange: (name, scheme) => typeof find(name, scheme) === "function",
  };
}

function environmentName(connector: Connector, name: string): string | undefined {
  return Object.hasOwn(connector.credentials, name) ? connector.credentials[name]?.env : undefined;
}

/** Where there is no `process` (browsers, some workers) there is no environment. An empty variable counts as absent. */
function readEnvironment(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const { process } = globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } };
  return process?.env?.[name] || undefined;
}

function missing(connector: Connector, name: string): AuthFailure {
  const variable = environmentName(connector, name);
  const option = `createClient({ auth: { ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: … } })`;
  const other = variable === undefined ? "its policy names no environment variable" : `set ${printable(variable)}`;
  const ways = variable === undefined ? `Give it to ${option}; ${other}.` : `Give it to ${option}, or ${other}.`;
  return new AuthFailure("credential", `the credential ${quoted(name)} is missing. ${ways}`);
}

function checkValue(connector: Connector, name: string, value: unknown): CredentialValue {
  if (typeof value === "string") {
    if (value === "") throw unusable(name, "is empty");
    checkText(name, value);
    const pattern = Object.hasOwn(connector.credentials, name) ? connector.credentials[name]?.pattern : undefined;
    if (pattern !== undefined && compiled(pattern)?.test(value.slice(0, 2_048)) === false) {
      throw unusable(name, `does not look like one: it should match /${printable(pattern)}/`);
    }
    return value;
  }
  if (typeof value !== "object" || value === null) throw unusable(name, `is ${value === null ? "null" : typeof value}`);
  for (const [member, text] of Object.entries(value)) {
    if (typeof text !== "string") throw unusable(`${name}.${member}`, `is ${typeof text}`);
    checkText(`${name}.${member}`, text);
  }
  return value as Readonly<Record<string, string>>;
}

function checkText(name: string, text: string): void {
  const at = text.search(CONTROL);
  if (at < 0 || PEM.test(text)) return;
  const hint = at === text.length - 1 || text.slice(at).trim() === "" ? " (a line break at its end?)" : "";
  throw unusable(name, `holds a control character at position ${at + 1} of ${text.length}${hint}`);
}

/** Says what is wrong with it without showing it. */
export function unusable(name: string, problem: string): AuthFailure {
  return new AuthFailure("credential", `the credential ${quoted(name)} ${problem}. Its value is not shown.`);
}

function quoted(name: string): string {
  return `"${printable(name)}"`;
}

function isPromiseLike(value: CredentialValue | Promise<CredentialValue>): value is Promise<CredentialValue> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
