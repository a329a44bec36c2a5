/** `style`, `explode` and `allowReserved` of Parameter and Encoding Objects. */
import type { Encoding, ParameterLocation, ParameterStyle } from "@couplet/runtime/codegen/v1";
import type { DocumentReader } from "./document-reader.ts";
import { child, type JsonMap, own, ownString, type Path } from "./json-tree.ts";

const query: readonly ParameterStyle[] = ["form", "spaceDelimited", "pipeDelimited", "deepObject"];
const styles: Readonly<Record<ParameterLocation, readonly ParameterStyle[]>> = {
  path: ["simple", "label", "matrix"],
  query,
  header: ["simple"],
  cookie: ["form", "cookie"],
};

interface StyleFields {
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: true;
}

/** How a parameter with a schema is written. A style that its place does not have (S020 says so) is not followed. */
export function parameterStyleOf(
  value: JsonMap,
  location: ParameterLocation,
  path: Path | undefined,
  reader: DocumentReader,
): StyleFields {
  return styleFields(value, styles[location], path, reader);
}

/**
 * How a property of a form is written; nothing where the specification has these fields ignored: in other media types,
 * and up to OpenAPI 3.0 in multipart, where the upgraded document loses them too: in 3.1 they would count.
 * A field that is there at all turns the media type off, also `allowReserved: false`.
 */
export function encodingStyleOf(
  value: JsonMap,
  mediaType: string,
  path: Path | undefined,
  reader: DocumentReader,
): Pick<Encoding, "style" | "explode" | "allowReserved"> {
  const type = mediaType.split(";")[0]!.trim();
  const upgraded = reader.dialect === "2.0" || reader.dialect === "3.0";
  if (type !== "application/x-www-form-urlencoded" && (upgraded || type !== "multipart/form-data")) {
    if (upgraded) for (const key of ["style", "explode", "allowReserved"]) delete value[key];
    return {};
  }
  const fields = styleFields(value, query, path, reader);
  if (Object.keys(fields).length > 0 || typeof own(value, "allowReserved") !== "boolean") return fields;
  return { style: "form" };
}

function styleFields(
  value: JsonMap,
  known: readonly ParameterStyle[],
  path: Path | undefined,
  reader: DocumentReader,
): StyleFields {
  const style = known.find((one) => one === ownString(value, "style"));
  const explode = own(value, "explode");
  if (explode === true && (style === "spaceDelimited" || style === "pipeDelimited")) {
    const message = `OpenAPI does not say what style ${style} is with explode: true; it is sent as style form`;
    const fix = "correct it with an overlay: explode: false for one delimited value, style: form for repeated names";
    reader.findings.group("S035", reader.place(child(path, "explode")), message, fix);
  }
  return {
    ...(style === undefined ? {} : { style }),
    ...(typeof explode === "boolean" ? { explode } : {}),
    ...(own(value, "allowReserved") === true ? { allowReserved: true } : {}),
  };
}
