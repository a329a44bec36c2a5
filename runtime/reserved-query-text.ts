import type { ParameterWriter } from "./parameters.ts";
import { writeQuery } from "./query-text.ts";
import { encoder } from "./reserved-encoding.ts";

/** `queryText` for parameters some of which have `allowReserved`; also of a property of a form body. */
export const reservedQueryText: ParameterWriter = (name, value, style) =>
  writeQuery(name, value, style, encoder(style, "query", value));
