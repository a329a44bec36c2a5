import type { Row } from "../api-pair.ts";
import { access } from "./access.ts";
import { constraints } from "./constraints.ts";
import { operations } from "./operations.ts";
import { requestSchemas } from "./request-schemas.ts";
import { responseCompositions } from "./response-compositions.ts";
import { responseSchemas } from "./response-schemas.ts";
import { responses } from "./responses.ts";
import { transitions } from "./transitions.ts";

/** Every table, by its subject. */
export const tables: Readonly<Record<string, readonly Row[]>> = {
  operations,
  responses,
  access,
  "schemas of requests": requestSchemas,
  "schemas of responses": responseSchemas,
  "compositions in responses": responseCompositions,
  constraints,
  transitions,
};
