/** Lookups in a bundled OpenAPI 3.1 document by JSON Pointer; every step follows `$ref`. */

/** A JSON object of the document. */
export type DocumentNode = Readonly<Record<string, unknown>>;

/** A value of the document and where it stands. */
interface Located {
  readonly node: DocumentNode;
  readonly pointer: string;
}

export interface DocumentOperation extends Located {
  /** `POST /path`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly pathItem: Located;
}

export interface DocumentParameter extends Located {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  /** Pointer of the schema; absent when the parameter declares none. */
  readonly schema?: string;
  /** Set when the parameter has `content`. */
  readonly contentType?: string;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
const ignoredHeaders = ["accept", "content-type", "authorization"];

export function isNode(value: unknown): value is DocumentNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own property of a foreign object, else undefined. */
export function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** Appends reference tokens to a JSON Pointer. https://www.rfc-editor.org/rfc/rfc6901 */
export function pointerTo(pointer: string, ...tokens: readonly (string | number)[]): string {
  return pointer + tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The value at a JSON Pointer, else undefined. Does not follow references. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const token of pointer.split("/").slice(1)) {
    value = member(value, token.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return value;
}

/** The JSON Pointer that a local `$ref` means. Throws for a reference that leaves the document. */
export function refTarget(ref: string): string {
  if (!ref.startsWith("#")) throw new Error(`$ref ${JSON.stringify(ref)} leaves the bundled document`);
  return decodeURIComponent(ref.slice(1));
}

/** The object at a pointer, after its references. Throws when a reference has no target or runs in a circle. */
export function locate(root: unknown, pointer: string): Located {
  let at = pointer;
  for (let hops = 0; hops < 50; hops++) {
    const node = valueAt(root, at);
    if (!isNode(node)) throw new Error(`the document has no object at ${at}`);
    const ref = member(node, "$ref");
    if (typeof ref !== "string") return { node, pointer: at };
    at = refTarget(ref);
  }
  throw new Error(`the references at ${pointer} run in a circle`);
}

/** Like `locate`, for a member that may be absent. */
export function locateMember(root: unknown, parent: Located, key: string): Located | undefined {
  return member(parent.node, key) === undefined ? undefined : locate(root, pointerTo(parent.pointer, key));
}

/** Every operation under `paths`, in the document's order. */
export function listOperations(root: unknown): DocumentOperation[] {
  const paths = member(root, "paths");
  if (!isNode(paths)) return [];
  return Object.keys(paths)
    .filter((path) => path.startsWith("/"))
    .flatMap((path) => {
      const pathItem = locate(root, pointerTo("/paths", path));
      const others = locateMember(root, pathItem, "additionalOperations");
      const found = [
        ...methods.map((method) => [method.toUpperCase(), locateMember(root, pathItem, method)] as const),
        ...(others && isNode(others.node) ? Object.keys(others.node) : []).map(
          (method) => [method, others && locateMember(root, others, method)] as const,
        ),
      ];
      return found.flatMap(([method, operation]): DocumentOperation[] =>
        operation ? [{ ...operation, key: `${method} ${path}`, method, path, pathItem }] : [],
      );
    });
}

/** Parameters of an operation, those of its path merged in; headers that OpenAPI ignores are left out. */
export function listParameters(root: unknown, operation: DocumentOperation): DocumentParameter[] {
  const merged = new Map<string, DocumentParameter>();
  for (const owner of [operation.pathItem, operation]) {
    const list = member(owner.node, "parameters");
    if (!Array.isArray(list)) continue;
    for (const index of list.keys()) {
      const parameter = readParameter(root, locate(root, pointerTo(owner.pointer, "parameters", index)));
      if (parameter.in === "header" && ignoredHeaders.includes(parameter.name.toLowerCase())) continue;
      merged.set(`${parameter.in}:${parameter.name}`, parameter);
    }
  }
  return [...merged.values()];
}

/** What each place allows; another style is a mistake of the document, and the usual one holds. */
const styles: Readonly<Record<string, readonly string[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form", "cookie"],
};

function readParameter(root: unknown, located: Located): DocumentParameter {
  const { node, pointer } = located;
  const place = String(member(node, "in"));
  const given = styles[place]?.find((one) => one === member(node, "style"));
  const style = given ?? (place === "query" || place === "cookie" ? "form" : "simple");
  const explode = member(node, "explode");
  const content = member(node, "content");
  const contentType = isNode(content) ? Object.keys(content)[0] : undefined;
  const schema = contentType === undefined ? "schema" : pointerTo("content", contentType, "schema");
  const schemaPointer = `${pointer}/${schema}`;
  return {
    node,
    pointer,
    name: String(member(node, "name")),
    in: place,
    required: place === "path" || member(node, "required") === true,
    style,
    explode: typeof explode === "boolean" ? explode : style === "form" || style === "cookie",
    ...(valueAt(root, schemaPointer) === undefined ? {} : { schema: schemaPointer }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** Server URLs that apply to an operation: its own, else its path's, else the document's. */
export function serverUrls(root: unknown, operation: DocumentOperation): string[] {
  for (const owner of [operation.node, operation.pathItem.node, root]) {
    const servers = member(owner, "servers");
    if (Array.isArray(servers) && servers.length > 0) return servers.map((server) => String(member(server, "url")));
  }
  return ["/"];
}

/** The media type of a `content` map that describes a body: exact first, then a range, then anything. */
export function findMediaType(content: unknown, contentType: string): string | undefined {
  if (!isNode(content)) return undefined;
  const wanted = mediaType(contentType);
  const keys = Object.keys(content);
  const ranges = [wanted, `${wanted.split("/")[0]}/*`, "*/*"];
  return (
    keys.find((key) => key.toLowerCase() === contentType.toLowerCase()) ??
    ranges.map((range) => keys.find((key) => mediaType(key) === range)).find((key) => key !== undefined)
  );
}

/** A content type without its parameters, in lower case. */
export function mediaType(contentType: string): string {
  return contentType.split(";")[0]!.trim().toLowerCase();
}
