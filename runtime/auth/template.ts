import type { AuthScheme } from "../descriptor.ts";
import { printable } from "../printable.ts";
import type { CredentialValue } from "./auth.ts";
import { unusable } from "./credentials.ts";

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** Values by placeholder name: credentials, and `accessToken`. */
export type TemplateValues = ReadonlyMap<string, CredentialValue>;

/** Fills `{name}` and `{name.part}`. What has no such text is an error: a half-filled header would be sent as it stands. */
export function render(template: string, values: TemplateValues): string {
  return template.replace(PLACEHOLDER, (_, path: string) => {
    const [name = "", part] = path.split(".");
    const value = values.get(name);
    if (part === undefined) {
      if (typeof value === "string") return value;
      throw unusable(name, "has several parts, and its policy asks for a single text");
    }
    if (typeof value === "object" && Object.hasOwn(value, part)) return value[part]!;
    throw unusable(name, `has no part "${printable(part)}"; give it as { ${printable(part)}: …, … }`);
  });
}

/** Names that a template mentions. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!);
}

/**
 * Prepares a credential to be written into requests: a feature that generated code names for places other than headers.
 * Undefined for a value that cannot stand there.
 */
export type CredentialPlace = (name: string, value: string) => ((headers: Headers, url: URL) => void) | undefined;

// Field values are visible ASCII, spaces, tabs and obsolete Latin-1 (RFC 9110 section 5.5).
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const inHeader: CredentialPlace = (name, value) =>
  FIELD_VALUE.test(value) ? (headers) => headers.set(name, value) : undefined;

/** Credentials that are ready to be written into requests. */
export interface Placed {
  /** As they are written. */
  readonly values: readonly string[];
  /** Also again after a redirect. */
  apply(headers: Headers, url: URL): void;
}

/** The places of a scheme with their values, checked here because `Headers` would show a bad value in its message. */
export function place(apply: AuthScheme["apply"], toValue: (template: string) => string): Placed {
  const values: string[] = [];
  const writers = apply.map(({ in: where, name, value: template, place: elsewhere }) => {
    const value = toValue(template);
    values.push(value);
    const write = (where === "header" ? inHeader : elsewhere!)(name, value);
    if (write === undefined)
      throw unusable(placeholders(template).join(", "), `holds characters that cannot stand in a ${where}`);
    return write;
  });
  return {
    values,
    apply(headers, url) {
      for (const write of writers) write(headers, url);
    },
  };
}
