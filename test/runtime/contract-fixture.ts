/** A small API, written by hand: document, contract, mocks, and a client that can be made to err. */
import { validatorsOf } from "@couplet/runtime";
import { type HttpHandler, HttpResponse, http } from "msw";
import type { Contract } from "../../runtime/contract/case.ts";
import type { ContractKit } from "../../runtime/contract/run-case.ts";

const id = { name: "id", in: "path", required: true, schema: { type: "string", pattern: "^n_" } };

export const document: object = {
  openapi: "3.1.0",
  info: { title: "Notes", version: "1" },
  servers: [{ url: "https://{region}.notes.example/v1", variables: { region: { default: "eu" } } }],
  security: [{ key: [] }],
  paths: {
    "/notes": {
      get: {
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } },
          { name: "owner", in: "query", required: true, schema: { type: "string" } },
        ],
        responses: { 200: { description: "", content: { "application/json": { schema: ref("NoteList") } } } },
      },
      post: {
        requestBody: { required: true, content: { "application/json": { schema: ref("Note") } } },
        responses: { 201: { description: "", content: { "application/json": { schema: ref("Note") } } } },
      },
    },
    "/notes/{id}/scan": {
      parameters: [id],
      put: {
        requestBody: {
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                required: ["file"],
                properties: { file: { type: "string", format: "binary" }, about: ref("About") },
              },
            },
          },
        },
        responses: { 204: { description: "" } },
      },
    },
  },
  components: {
    securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } },
    schemas: {
      About: { type: "object", properties: { pages: { type: "integer" } } },
      Note: {
        type: "object",
        required: ["id", "text"],
        properties: { id: { type: "string", readOnly: true }, text: { type: "string" }, parent: ref("Note") },
        additionalProperties: false,
      },
      NoteList: { type: "object", required: ["data"], properties: { data: { type: "array", items: ref("Note") } } },
    },
  },
};

export function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

const note = { id: "n_1", text: "milk" };

export const contract: Contract = {
  provider: "notes",
  version: "1",
  server: "https://eu.notes.example/v1",
  auth: { key: "k_1" },
  cases: [
    {
      id: "notes.list",
      call: ["notes", "list"],
      input: { owner: "ann", limit: 2 },
      request: {
        method: "GET",
        path: "/notes",
        parameters: [
          { in: "query", name: "owner", value: "ann" },
          { in: "query", name: "limit", value: 2 },
        ],
      },
      response: { status: 200, contentType: "application/json", body: { data: [note] } },
    },
    {
      id: "notes.create",
      call: ["notes", "create"],
      input: { body: { text: "milk" } },
      request: {
        method: "POST",
        path: "/notes",
        parameters: [],
        contentType: "application/json",
        body: { text: "milk" },
      },
      response: { status: 201, contentType: "application/json", body: note },
    },
    {
      id: "notes.scan",
      call: ["notes", "scan"],
      input: { id: "n_1", body: { file: { $blob: "bits", type: "image/png" }, about: { pages: 2 } } },
      request: {
        method: "PUT",
        path: "/notes/{id}/scan",
        parameters: [{ in: "path", name: "id", value: "n_1" }],
        contentType: "multipart/form-data",
        body: { file: { $blob: "bits", type: "image/png" }, about: { pages: 2 } },
      },
      response: { status: 204 },
    },
  ],
};

function mock(method: "get" | "post" | "put", pattern: RegExp, status: number, body?: object): () => HttpHandler {
  const matches = ({ request }: { request: Request }) => pattern.test(new URL(request.url).pathname);
  return () =>
    http[method](matches, () => (body ? HttpResponse.json(body, { status }) : new Response(null, { status })));
}

export const mocks: Readonly<Record<string, () => HttpHandler>> = {
  "notes.list": mock("get", /\/notes$/, 200, { data: [note] }),
  "notes.create": mock("post", /\/notes$/, 201, note),
  "notes.scan": mock("put", /\/scan$/, 204),
};

/** What the client does, as (method, path, init); replaced piecemeal by tests that need a wrong client. */
export interface Behaviour {
  readonly query: string;
  readonly note: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly file: Blob | string;
  /** Sent before the call proper. */
  readonly extra?: string;
  readonly silent?: true;
  readonly decode: (text: string) => unknown;
}

interface Options {
  readonly headers: Readonly<Record<string, string>>;
}

const right: Behaviour = {
  query: "owner=ann&limit=2",
  note: '{"text":"milk"}',
  contentType: "application/json",
  headers: { "X-Key": "k_1" },
  file: new Blob(["bits"], { type: "image/png" }),
  decode: (text) => (text === "" ? undefined : JSON.parse(text)),
};

/** A contract kit whose client behaves rightly but for `wrong`. */
export function kit(wrong: Partial<Behaviour> = {}, parts: Partial<ContractKit> = {}): ContractKit {
  const how = { ...right, ...wrong };
  function send(method: string, target: string, body: BodyInit | undefined, headers: Record<string, string>) {
    return {
      async withResponse() {
        if (how.extra !== undefined) await fetch(how.extra).catch(() => undefined);
        if (how.silent) return { data: { data: [note] }, response: new Response(null, { status: 200 }) };
        const url = `https://eu.notes.example/v1${target}`;
        const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
        return { data: how.decode(await response.text()), response };
      },
    };
  }
  const notes = {
    list: (_: object, { headers }: Options) => {
      return send("GET", `/notes?${how.query}`, undefined, { ...headers, ...how.headers });
    },
    create: (_: object, { headers }: Options) => {
      return send("POST", "/notes", how.note, { ...headers, ...how.headers, "content-type": how.contentType });
    },
    scan(input: { body: { about: object } }, { headers }: Options) {
      const form = new FormData();
      form.append("file", how.file);
      form.append("about", new Blob([JSON.stringify(input.body.about)], { type: "application/json" }));
      return send("PUT", "/notes/n_1/scan", form, { ...headers, ...how.headers });
    },
  };
  return { createClient: () => ({ notes }), validators: validatorsOf({}), mocks, contract, document, ...parts };
}
