import type { Encoding } from "@couplet/runtime/codegen/v1";
import type { Json, JsonObject, SpecMediaType, SpecResponse } from "../model.ts";
import { type DocumentReader, entriesOf } from "./document-reader.ts";
import { child, isMap, type JsonMap, own, ownMap, ownString, type Path } from "./json-tree.ts";
import { normaliseSchema } from "./normalise-schema.ts";
import { encodingStyleOf } from "./normalise-style.ts";

/** What may stand in a header: a line break would begin another one. */
const PRINTABLE = /^[ -~]+$/;

/** Media types of a body in the order of the document. */
export function contentOf(holder: JsonMap, path: Path | undefined, reader: DocumentReader): SpecMediaType[] {
  const content: SpecMediaType[] = [];
  for (const { key, value, path: at } of entriesOf(holder, "content", path)) {
    const contentType = key.trim().toLowerCase();
    if (key.startsWith("x-") || content.some((known) => known.contentType === contentType)) continue;
    if (!PRINTABLE.test(contentType)) {
      const message = `${JSON.stringify(key)} cannot be a media type; it is left out`;
      reader.findings.warn("S023", reader.place(at), message, "write type/subtype in printable ASCII");
      continue;
    }
    const media = isMap(value) ? value : {};
    const schema = own(media, "schema");
    const itemSchema = own(media, "itemSchema");
    const example = exampleOf(media, at, reader);
    const encoding = encodingOf(media, contentType, at, reader);
    content.push({
      contentType,
      ...(schema === undefined ? {} : { schema: normaliseSchema(schema, child(at, "schema"), reader) }),
      ...(itemSchema === undefined ? {} : { itemSchema: normaliseSchema(itemSchema, child(at, "itemSchema"), reader) }),
      ...(example === undefined ? {} : { example }),
      ...(encoding === undefined ? {} : { encoding }),
    });
  }
  return content;
}

/** `example`, or the first of `examples` that has its value in the document. */
export function exampleOf(holder: JsonMap, path: Path | undefined, reader: DocumentReader): Json | undefined {
  const single = own(holder, "example");
  if (single !== undefined) return single;
  for (const { value, path: at } of entriesOf(holder, "examples", path)) {
    const example = reader.resolve(value, at);
    const found = example && own(example.value, "value");
    if (found !== undefined) return found;
  }
  return undefined;
}

function encodingOf(
  media: JsonMap,
  mediaType: string,
  path: Path,
  reader: DocumentReader,
): Readonly<Record<string, Encoding>> | undefined {
  const result: Record<string, Encoding> = Object.create(null);
  for (const { key, value, path: at } of entriesOf(media, "encoding", path)) {
    if (!isMap(value)) continue;
    const headers = partHeadersOf(value, at, reader);
    const written = ownString(value, "contentType");
    const contentType = written !== undefined && PRINTABLE.test(written) ? written : undefined;
    if (contentType !== written) {
      const message = `${JSON.stringify(written)} cannot be a media type; the part gets its usual one`;
      reader.findings.warn(
        "S023",
        reader.place(child(at, "contentType")),
        message,
        "write type/subtype in printable ASCII",
      );
    }
    result[key] = {
      ...encodingStyleOf(value, mediaType, at, reader),
      ...(contentType === undefined ? {} : { contentType }),
      ...(headers === undefined ? {} : { headers }),
    };
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** Headers of a part whose value the document fixes; what varies is for the caller to say, part by part. */
function partHeadersOf(
  encoding: JsonMap,
  path: Path | undefined,
  reader: DocumentReader,
): Readonly<Record<string, string>> | undefined {
  const constants: Record<string, string> = Object.create(null);
  for (const { key, value, path: at } of entriesOf(encoding, "headers", path)) {
    const found = reader.resolve(value, at);
    if (!found || key.toLowerCase() === "content-type") continue;
    const schema = reader.resolve(own(found.value, "schema"), child(found.path, "schema"))?.value;
    const values = schema && own(schema, "enum");
    const fixed =
      schema && (own(schema, "const") ?? (Array.isArray(values) && values.length === 1 ? values[0] : undefined));
    const isHeader = /^[!#$%&'*+.^_`|~\w-]+$/.test(key);
    if (isHeader && (typeof fixed === "string" || typeof fixed === "number")) constants[key] = String(fixed);
    else if (own(found.value, "required") === true) {
      reader.findings.group(
        "S027",
        reader.place(at),
        "a required header of a body part has no fixed value; the caller gives it with part(value, { headers })",
      );
    }
  }
  return Object.keys(constants).length === 0 ? undefined : constants;
}

/** Responses of an operation, references resolved. */
export function responsesOf(operation: JsonMap, path: Path, reader: DocumentReader): SpecResponse[] {
  const responses: SpecResponse[] = [];
  for (const { key, value, path: at } of entriesOf(operation, "responses", path)) {
    if (key.startsWith("x-")) continue;
    const status = /^[1-5]xx$/i.test(key) ? key.toUpperCase() : key.toLowerCase();
    if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) {
      const message = `${JSON.stringify(key)} is no status code, range or "default"; this response is left out`;
      reader.findings.warn("S027", reader.place(at), message, 'write 200, 4XX or "default"');
      continue;
    }
    const found = reader.resolve(value, at);
    if (!found || responses.some((known) => known.status === status)) continue;
    const links = ownMap(found.value, "links");
    responses.push({
      status,
      description: ownString(found.value, "description") ?? "",
      content: contentOf(found.value, found.path, reader),
      headers: headersOf(found.value, found.path, reader),
      ...(links === undefined ? {} : { links: links as JsonObject }),
    });
  }
  return responses;
}

function headersOf(response: JsonMap, path: Path | undefined, reader: DocumentReader): SpecResponse["headers"] {
  const headers: Record<string, SpecResponse["headers"][string]> = Object.create(null);
  for (const { key, value, path: at } of entriesOf(response, "headers", path)) {
    const found = reader.resolve(value, at);
    if (!found || key.toLowerCase() === "content-type") continue;
    const media = ownMap(found.value, "content");
    const first = media ? Object.keys(media)[0] : undefined;
    const inner = media && first !== undefined ? own(media, first) : undefined;
    const schema = own(found.value, "schema") ?? (isMap(inner) ? own(inner, "schema") : undefined);
    const description = ownString(found.value, "description");
    headers[key] = {
      schema: schema === undefined ? {} : normaliseSchema(schema, child(found.path, "schema"), reader),
      required: own(found.value, "required") === true,
      ...(description === undefined ? {} : { description }),
    };
  }
  return headers;
}
