// Control characters, bidirectional overrides, zero-width characters and lone surrogates.
const unprintable: RegExp =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

/**
 * Foreign text as it may stand in a message: unprintable characters are written as `\u{…}`, and text longer than
 * `limit` characters is cut. It cannot move a terminal's cursor or start a new log line.
 */
export function printable(text: string, limit: number = 300): string {
  if (text.length <= limit && /^[\x20-\x7e]*$/.test(text)) return text;
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
