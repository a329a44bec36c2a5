import { operation, type Row } from "../api-pair.ts";

const text = { type: "string" };
const answers = (responses: object): Record<string, unknown> => operation({ responses });
const json = { schema: { type: "object", properties: { a: text } } };

/** F22 and F23. */
export const responses: readonly Row[] = [
  // F22
  [
    "success removed",
    answers({ "200": { description: "" }, "400": { description: "" } }),
    answers({ "201": { description: "" }, "400": { description: "" } }),
    ["breaking! status-removed", "risky status-added"],
  ],
  [
    "second success added",
    answers({ "200": { description: "" } }),
    answers({ "200": { description: "" }, "202": { description: "" } }),
    ["risky status-added"],
  ],
  [
    "error added",
    answers({ "200": { description: "" } }),
    answers({ "200": { description: "" }, "409": { description: "" } }),
    ["risky status-added"],
  ],
  [
    "error removed",
    answers({ "200": { description: "" }, "409": { description: "" } }),
    answers({ "200": { description: "" } }),
    ["safe status-removed"],
  ],
  [
    "media type of an answer removed",
    answers({ "200": { description: "", content: { "application/json": json } } }),
    answers({ "200": { description: "", content: { "application/xml": json } } }),
    ["breaking! response-media-type-removed", "risky response-media-type-added"],
  ],
  [
    "schema of an answer added",
    answers({ "200": { description: "", content: { "application/json": {} } } }),
    answers({ "200": { description: "", content: { "application/json": json } } }),
    ["safe response-content-schema-added"],
  ],
  [
    "schema of an answer removed",
    answers({ "200": { description: "", content: { "application/json": json } } }),
    answers({ "200": { description: "", content: { "application/json": {} } } }),
    ["risky response-content-schema-removed"],
  ],
  [
    "body of a success removed",
    answers({ "200": { description: "", content: { "application/json": json } } }),
    answers({ "200": { description: "" } }),
    ["breaking response-body-removed"],
  ],
  [
    "body of an error removed",
    answers({ "200": { description: "" }, "400": { description: "", content: { "application/json": json } } }),
    answers({ "200": { description: "" }, "400": { description: "" } }),
    ["risky response-body-removed"],
  ],
  [
    "body of an answer added",
    answers({ "200": { description: "" } }),
    answers({ "200": { description: "", content: { "application/json": json } } }),
    ["safe response-body-added"],
  ],
  [
    "links",
    answers({ "200": { description: "" } }),
    answers({ "200": { description: "", links: { next: { operationId: "a" } } } }),
    ["safe links-changed"],
  ],
  [
    "second media type of an answer removed",
    answers({ "200": { description: "", content: { "application/json": json, "application/xml": json } } }),
    answers({ "200": { description: "", content: { "application/json": json } } }),
    ["breaking response-media-type-removed"],
  ],
  [
    "encoding of a part of an answer",
    answers({ "200": { description: "", content: { "multipart/form-data": parts("text/plain") } } }),
    answers({ "200": { description: "", content: { "multipart/form-data": parts("image/png") } } }),
    ["risky response-encoding-changed"],
  ],
  ["stream of items", streamed(), streamed({ itemSchema: text }), ["risky stream-items-added"]],
  ["no stream of items any more", streamed({ itemSchema: text }), streamed(), ["breaking stream-items-removed"]],
  [
    "items of a stream widened",
    streamed({ itemSchema: text }),
    streamed({ itemSchema: { type: ["string", "integer"] } }),
    ["breaking response-type-widened"],
  ],
  ...headerRows(),
];

function parts(contentType: string): object {
  return { ...json, encoding: { a: { contentType } } };
}

function streamed(media: object = {}): Record<string, unknown> {
  return { ...answers({ "200": { description: "", content: { "text/event-stream": media } } }), openapi: "3.2.0" };
}

function headerRows(): Row[] {
  const withHeader = (header?: object): Record<string, unknown> =>
    answers({ "200": { description: "", headers: header ? { "X-Rate": header } : {} } });
  const read: Row[4] = { policy: { responseHeaders: ["x-rate"] } };
  const plain = { schema: text };
  return [
    ["header removed, which the policy reads", withHeader(plain), withHeader(), ["breaking! header-removed"], read],
    ["header removed", withHeader(plain), withHeader(), ["breaking header-removed"]],
    ["header added", withHeader(), withHeader(plain), ["safe header-added"]],
    [
      "header became optional, which the policy reads",
      withHeader({ ...plain, required: true }),
      withHeader(plain),
      ["breaking! header-became-optional"],
      read,
    ],
    [
      "header became optional: in the types it is",
      withHeader({ ...plain, required: true }),
      withHeader(plain),
      ["safe header-became-optional"],
    ],
    [
      "header became required",
      withHeader(plain),
      withHeader({ ...plain, required: true }),
      ["safe header-became-required"],
    ],
    [
      "header's type changed",
      withHeader(plain),
      withHeader({ schema: { type: "integer" } }),
      ["breaking response-type-changed"],
    ],
    [
      "header's type narrowed",
      withHeader({ schema: { type: "number" } }),
      withHeader({ schema: { type: "integer" } }),
      ["safe response-type-narrowed"],
    ],
    [
      "header in other letters",
      withHeader(plain),
      answers({ "200": { description: "", headers: { "x-rate": plain } } }),
      [],
    ],
  ];
}
