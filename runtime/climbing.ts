/** Dots, slashes and backslashes, percent-encoded any number of times. */
const hidden = /%(?:25)*(?:2e|2f|5c)/gi;
const climbing = /(?:^|[\\/])\.{1,2}(?:[\\/]|$)/;

/**
 * Whether a path, or a part of one, has a dot segment in any decoded form: a server or proxy may decode once more than
 * it should, and only the dots and slashes matter then. Linear in the length of the text.
 */
export function climbs(path: string): boolean {
  return climbing.test(path) || climbing.test(path.replace(hidden, (code) => decodeURIComponent(`%${code.slice(-2)}`)));
}
