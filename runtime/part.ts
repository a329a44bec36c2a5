/** What a caller says about one part of a multipart body, beside its value. */

export interface PartOptions {
  /** Instead of the document's media type, or the one that follows from the value. */
  readonly contentType?: string;
  /** File name of the part; a `File` brings its own. */
  readonly fileName?: string;
  /** Headers of the part. */
  readonly headers?: Readonly<Record<string, string>>;
}

const known = new WeakMap<object, PartOptions>();

/**
 * Says how a value is sent as a part of a multipart body: `body: { file: part(blob, { headers: { "Content-ID": "a" } }) }`.
 * Returns the value itself, so that it fits wherever the value does; the last call for a value holds.
 */
export function part<T extends object>(value: T, options: PartOptions): T {
  known.set(value, options);
  return value;
}

export function partOptions(value: unknown): PartOptions | undefined {
  return typeof value === "object" && value !== null ? known.get(value) : undefined;
}
