import { headerParameters } from "./header-parameters.ts";

/**
 * The file name of a `Content-Disposition` (RFC 6266): `filename*` (RFC 8187) before `filename`, without any folder and
 * without control characters. Undefined when there is none that can be a name.
 */
export function dispositionFileName(header: string | null): string | undefined {
  if (header === null) return undefined;
  let plain: string | undefined;
  for (const [key, value] of headerParameters(header.slice(0, 8192))) {
    if (key === "filename*") {
      const name = safeName(extended(value));
      if (name !== undefined) return name;
    } else if (key === "filename") plain ??= utf8Of(value);
  }
  return safeName(plain);
}

/** `UTF-8'en'%e2%82%ac`: charset, language, percent-encoded bytes. */
function extended(value: string): string | undefined {
  const parts = /^([\w!#$%&+^`{}~-]+)'[^']*'([\w!#$&+.^`|~%-]*)$/.exec(value);
  if (parts === null) return undefined;
  const [, charset, text] = parts;
  return decoded(
    text!.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    charset!,
  );
}

/** Header values come as Latin-1; many servers write raw UTF-8. */
function utf8Of(text: string): string {
  return (/^[\0-\xff]*$/.test(text) && decoded(text, "utf-8")) || text;
}

/** Bytes, one a character, as text of a charset; undefined where they are none. */
function decoded(bytes: string, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** The last path segment, as RFC 6266 4.3 advises: a name never says where a file goes. */
function safeName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = text
    .replace(/^.*[/\\]/s, "")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "")
    .trim();
  return /^\.*$/.test(name) ? undefined : name.slice(0, 255);
}
