/** The body of a request: features that generated code names where an operation declares one. */
import type { EncodedBody } from "./body.ts";
import type { OperationDescriptor, RequestBody } from "./descriptor.ts";
import { ParameterError } from "./parameters.ts";
import { printable } from "./printable.ts";
import { type Input, ownValue } from "./request.ts";

/** Encodes the body of an input, with the key where the policy carries it there; undefined where nothing is sent. Throws a ParameterError. */
export type RequestBodyWriter = (
  operation: OperationDescriptor,
  input: Input,
  key: string | undefined,
) => EncodedBody | undefined;

/** A body of the one media type that the operation declares. */
export const requestBody: RequestBodyWriter = (operation, input, key) =>
  writeBody(operation.body!, operation, input, key);

/** A body of the media type that the input asks for; without a word of it the preferred one. */
export const chosenRequestBody: RequestBodyWriter = (operation, input, key) => {
  const wanted = ownValue(input, "contentType");
  const all = [operation.body!, ...operation.bodies!];
  const chosen = wanted === undefined ? all[0] : all.find(({ contentType }) => contentType === wanted);
  if (chosen !== undefined) return writeBody(chosen, operation, input, key);
  throw new ParameterError(
    `needs a contentType of ${all.map(({ contentType }) => `"${printable(contentType)}"`).join(", ")}`,
  );
};

function writeBody(
  { contentType, encode, encoding, required }: RequestBody,
  operation: OperationDescriptor,
  input: Input,
  key: string | undefined,
): EncodedBody | undefined {
  const { method, policy } = operation;
  const place = policy.idempotency.key;
  const value = key !== undefined && place?.in === "body" ? place.put!(operation, input, key) : ownValue(input, "body");
  if (value === undefined) {
    if (required) throw new ParameterError("is required");
    return undefined;
  }
  if (method === "GET" || method === "HEAD")
    throw new ParameterError(`cannot be sent: fetch allows no body with ${method}`);
  return encode(value, { contentType, encoding });
}
