/**
 * TypeScript and the parts of openapi-typescript that print types, loaded as CommonJS. An `import` would parse the
 * compiler's nine megabytes twice, once only to find out that they are CommonJS, and the package's main entry brings
 * a linter with it that is not used here: together half of the time that the generator takes to start.
 */
import { createRequire } from "node:module";
import type * as openapi from "openapi-typescript";
import type typescript from "typescript";

const require = createRequire(import.meta.url);

export const compiler: typeof typescript = require("typescript");

const { astToString: print } = require("openapi-typescript/dist/lib/ts.cjs") as typeof openapi;
const transform = require("openapi-typescript/dist/transform/schema-object.cjs") as {
  readonly default: (typeof openapi)["transformSchemaObject"];
};

export const astToString: (typeof openapi)["astToString"] = print;
export const transformSchemaObject: (typeof openapi)["transformSchemaObject"] = transform.default;
