/** One small document that means harm, or that others have stumbled over, and what must become of it. */
export interface HostileCase {
  readonly name: string;
  /** Paths below the document's folder -> content; objects become JSON. The first is the document. `../x` stands outside. */
  readonly files: Readonly<Record<string, string | Uint8Array | object>>;
  /** Symbolic links below the document's folder -> target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Policy beside the document. */
  readonly policy?: string;
  readonly wanted: Refused | Accepted;
}

/** Exit code 2 and this finding, at this line of the first file (or of `file`). Nothing is written. */
export interface Refused {
  readonly refused: string;
  readonly line?: number;
  readonly file?: string;
}

/** Exit code 0, and what holds of the files. All accepted packages are judged, type-checked and imported, besides. */
export interface Accepted {
  readonly accepted: true;
  /** Findings that must be told. */
  readonly warned?: readonly string[];
  /** By path below the version's folder, or of the package: text that must be there, and must not be. */
  readonly has?: Readonly<Record<string, string | RegExp>>;
  readonly lacks?: Readonly<Record<string, string | RegExp>>;
}

export const accepted: Accepted = { accepted: true };

export function refused(code: string, line?: number, file?: string): Refused {
  return { refused: code, ...(line === undefined ? {} : { line }), ...(file === undefined ? {} : { file }) };
}

type Parts = Readonly<Record<string, unknown>>;

/** A document around some parts. */
export function document(parts: Parts, openapi = "3.1.0"): object {
  return { openapi, info: { title: "Hostile", version: "1.0" }, paths: {}, ...parts };
}

/** A document with `POST /things`. */
export function withOperation(operation: Parts, parts: Parts = {}, openapi = "3.1.0"): object {
  const responses = { "200": { description: "ok" } };
  return document(
    { paths: { "/things": { post: { operationId: "createThing", responses, ...operation } } }, ...parts },
    openapi,
  );
}

/** A document whose one operation sends and answers the schema `Thing`. */
export function withSchema(schema: unknown, schemas: Parts = {}, openapi = "3.1.0"): object {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } };
  return withOperation(
    { requestBody: { content }, responses: { "200": { description: "ok", content } } },
    { components: { schemas: { Thing: schema, ...schemas } } },
    openapi,
  );
}

/** A schema with these properties. */
export function object(properties: Parts): object {
  return { type: "object", properties };
}

/** An own key of any name, also `__proto__`. */
export function keyed(entries: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
