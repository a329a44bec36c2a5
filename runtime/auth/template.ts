import type { AuthScheme } from "../descriptor.ts";
import { printable } from "../printable.ts";
import type { CredentialValue } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { unusable } from "./credentials.ts";

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** Values by placeholder name: credentials, and `accessToken`. */
export type TemplateValues = ReadonlyMap<string, CredentialValue>;

/**
 * Fills `{name}` and `{name.member}`. An unknown name is an error, and so is a name that gives text where a member is
 * meant: a half-filled header would be sent as it stands.
 */
export function render(template: string, values: TemplateValues): string {
  return template.replace(PLACEHOLDER, (_, name: string) => lookUp(name, values));
}

/** Names that a template mentions. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!);
}

function lookUp(name: string, values: TemplateValues): string {
  const whole = values.get(name);
  if (typeof whole === "string") return whole;
  if (whole !== undefined) throw unusable(name, "has several parts, and its policy asks for a single text");
  const dot = name.lastIndexOf(".");
  const parts = dot < 0 ? undefined : values.get(name.slice(0, dot));
  if (parts === undefined) {
    throw new AuthFailure(
      "credential",
      `the policy's template names "${printable(name)}", which is not a credential of it.`,
    );
  }
  const member = name.slice(dot + 1);
  if (typeof parts === "string" || !Object.hasOwn(parts, member)) {
    throw unusable(name.slice(0, dot), `has no part "${printable(member)}"; give it as { ${printable(member)}: …, … }`);
  }
  return parts[member]!;
}

/** A credential ready to be written into requests. */
export interface Placed {
  readonly in: "header" | "query" | "cookie";
  readonly name: string;
  readonly value: string;
}

// Field values are visible ASCII, spaces, tabs and obsolete Latin-1 (RFC 9110 section 5.5).
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The places of a scheme with their values, checked here because `Headers` would show a bad value in its message. */
export function place(scheme: AuthScheme, toValue: (template: string) => string): readonly Placed[] {
  return scheme.apply.map(({ in: where, name, value: template }) => {
    const value = toValue(template);
    if (where !== "query" && !FIELD_VALUE.test(value)) {
      throw unusable(placeholders(template).join(", "), "holds characters that cannot stand in a header");
    }
    if (where === "cookie" && /[;,\s]/.test(value)) {
      throw unusable(placeholders(template).join(", "), "holds characters that cannot stand in a cookie");
    }
    return { in: where, name, value };
  });
}

/** Writes credentials into a request, also again after a redirect. The rest of the query keeps its own encoding. */
export function applyPlaced(placed: readonly Placed[], headers: Headers, url: URL): void {
  for (const { in: where, name, value } of placed) {
    if (where === "header") headers.set(name, value);
    else if (where === "cookie") headers.set("cookie", replaced(headers.get("cookie") ?? "", "; ", name, value));
    else url.search = replaced(url.search.slice(1), "&", encodeURIComponent(name), encodeURIComponent(value));
  }
}

function replaced(pairs: string, separator: string, name: string, value: string): string {
  const others = pairs === "" ? [] : pairs.split(separator).filter((pair) => !pair.startsWith(`${name}=`));
  return [...others, `${name}=${value}`].join(separator);
}
