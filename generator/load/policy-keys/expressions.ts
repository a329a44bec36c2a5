/** Places in an exchange and conditions over them, as text; the plan checks their grammar and whether they exist. */
import type { z } from "zod";
import { text } from "../policy-scalars.ts";

const grammar =
  /^\$(statusCode$|(request|response)\.body(#(\/[\s\S]*)?)?$|(request\.(header|query|path)|response\.header)\.[\s\S])/;

/** `$response.body#/data`. */
export const pointer: z.ZodType = text(/^\$/, "a pointer such as `$response.body#/data`", grammar);
/** `$statusCode == 429`. */
export const condition: z.ZodType = text(undefined, "a condition such as `$statusCode == 429`");
/** `#/id`, from an item of a list. */
export const itemPointer: z.ZodType = text(/^#(\/|$)/, "a JSON Pointer from the item, such as `#/id`");
/** `Bearer {name}`. */
export const template: z.ZodType = text();
