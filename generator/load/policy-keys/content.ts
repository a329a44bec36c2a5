/** What is checked, converted, sent along, hidden and told of a call's content. */
import { defaultMaxResponse, defaultValidation } from "../../policy-defaults.ts";
import { printSize } from "../../policy-model.ts";
import { entry, type Key, key, layer, list, named, noneOr, oneOf } from "../policy-key.ts";
import { size } from "../policy-quantities.ts";
import { constant, text } from "../policy-scalars.ts";
import { pointer } from "./expressions.ts";

const modes = oneOf("strict", "warn", "none");
const passing = oneOf("allow", "warn", "strict");

export const validation: Key = key(
  layer(
    {
      request: key(modes, "what a request that breaks the schema is: an error, a warning, or nothing", {
        default: defaultValidation.request,
      }),
      response: key(modes, "the same of an answer", { default: defaultValidation.response }),
      unknownFields: key(passing, "what a field of an answer is that the document does not declare", {
        default: "allow",
      }),
      unknownEnumValues: key(passing, "what a text of an answer is that its enumeration does not have", {
        default: "allow",
      }),
      maxResponse: key(size, "the largest answer, decompressed", { default: printSize(defaultMaxResponse) }),
    },
    "validation",
  ),
  "what is checked, once createClient is given `validators`; `maxResponse` holds always",
);

export const headers: Key = key(named(constant), "headers that every call sends; no secrets here", {
  examples: [{ "X-App": "shop" }],
});
export const query: Key = key(named(constant), "query parameters that every call sends; no secrets here");

export const coerce: Key = key(
  list(
    entry(
      {
        schema: key(text(), "name of a schema of the document"),
        field: key(text(), "name of its property, or of a list; `/a/b` leads through inline objects"),
        from: key(oneOf("epochSeconds", "epochMilliseconds", "iso8601", "int64", "decimal"), "what the wire holds"),
        to: key(oneOf("Date", "string", "number", "bigint"), "what the program gets"),
      },
      {},
      "coercion",
    ),
  ),
  "values of answers that the program gets as another type than the wire has, every digit kept; requests stay as the wire",
);

export const redact: Key = key(
  noneOr(
    layer(
      {
        headers: key(list(text()), "headers; `*` stands for anything"),
        query: key(list(text()), "query parameters; `*` stands for anything"),
        body: key(list(text(/^(\/|!|-)/, "a JSON Pointer such as `/customer/email`", /^\//)), "places in bodies", {
          examples: [["/customer/email"]],
        }),
      },
      "redact",
    ),
  ),
  "what errors, logs and traces never show; added to the built-in list, nothing is ever taken out",
);

export const telemetry: Key = key(
  layer(
    {
      requestId: key(pointer, "header or field with the provider's id of a call, for errors and traces", {
        examples: ["$response.header.X-Request-Id"],
      }),
      attributes: key(
        named(pointer),
        "further attributes of a call's span by name, from headers or fields that are no secret",
      ),
    },
    "telemetry",
  ),
  "what traces tell",
);
