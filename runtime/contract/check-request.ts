import type { CapturedRequest } from "./capture.ts";
import { type ContractCase, isBlobValue } from "./case.ts";
import { checkCredentials, credentialQueryNames } from "./check-credentials.ts";
import { bodyMedia, decodeBody } from "./decode-body.ts";
import { type DecodedParameter, decodePairs, decodeSimple } from "./decode-parameters.ts";
import {
  type DocumentParameter,
  findMediaType,
  isNode,
  listParameters,
  locateMember,
  mediaType,
  member,
  pointerTo,
} from "./document.ts";
import { isLines } from "./lines.ts";
import { matchRequest, type OperationMatch } from "./match-request.ts";
import { type SchemaSet, schemaSet } from "./schema-set.ts";
import { isOpenObject, kindsOf } from "./schema-views.ts";
import { sameJson, sameOnWire } from "./wire-equality.ts";
import { decodeFormText, splitCookies, splitPairs, type WirePair } from "./wire-pairs.ts";

/** What a request was sent with that stands neither in the document nor in the case. */
interface SentWith {
  /** Base URL to fall back on where no server of the document fits. */
  readonly server?: string;
  /** Idempotency key: the body property that carries it is not compared. */
  readonly key?: string;
}

/**
 * Everything that is wrong with a request, judged by the bundled OpenAPI 3.1 document and by what the case says was
 * meant; none when it is right.
 */
export function checkRequest(
  document: object,
  request: CapturedRequest,
  wanted: ContractCase,
  sent: SentWith = {},
): string[] {
  const matches = matchRequest(document, request, sent.server ?? "/");
  const key = `${wanted.request.method} ${wanted.request.path}`;
  if (matches.length === 0) return [`${request.method} ${request.url} is no operation of the document (wanted ${key})`];
  const match = matches.find(({ operation }) => operation.key === key);
  if (!match) return [`${request.method} ${request.url} is ${matches[0]!.operation.key}, not ${key}`];
  const schemas = schemaSet(document);
  return [
    ...checkParameters(schemas, match, request, wanted),
    ...checkCredentials(document, match.operation, request),
    ...checkBody(schemas, match, request, wanted, sent.key),
  ];
}

function checkParameters(
  schemas: SchemaSet,
  match: OperationMatch,
  request: CapturedRequest,
  wanted: ContractCase,
): string[] {
  const problems: string[] = [];
  const search = new URL(request.url).search;
  const pairs = {
    query: new Set(splitPairs(search.slice(1))),
    cookie: new Set(splitCookies(request.headers.get("cookie") ?? "")),
  };
  const declared = listParameters(schemas.root, match.operation);
  const inOrder = [...declared].sort((a, b) => reach(schemas, a) - reach(schemas, b));
  for (const parameter of inOrder) {
    const decoded = decodeParameter(schemas, match, request, parameter, pairs);
    problems.push(...checkParameter(schemas, parameter, decoded, wanted));
  }
  const undeclared = wanted.request.parameters.filter(
    (one) => !declared.some((parameter) => parameter.in === one.in && sameName(parameter, one.name)),
  );
  for (const one of undeclared) problems.push(...checkConstant(one, request, pairs.query));
  const known = [...match.query.keys(), ...credentialQueryNames(schemas.root)];
  for (const { name } of pairs.query) {
    if (!known.includes(name)) problems.push(`query parameter ${JSON.stringify(name)} is not in the document`);
  }
  return problems;
}

function decodeParameter(
  schemas: SchemaSet,
  match: OperationMatch,
  request: CapturedRequest,
  parameter: DocumentParameter,
  pairs: { readonly query: Set<WirePair>; readonly cookie: Set<WirePair> },
): DecodedParameter | undefined {
  if (parameter.in === "query") return decodePairs(schemas, parameter, pairs.query);
  if (parameter.in === "cookie") return decodePairs(schemas, parameter, pairs.cookie);
  const raw = parameter.in === "path" ? match.path.get(parameter.name) : request.headers.get(parameter.name);
  return raw === undefined || raw === null ? undefined : decodeSimple(schemas, parameter, raw);
}

function checkParameter(
  schemas: SchemaSet,
  parameter: DocumentParameter,
  decoded: DecodedParameter | undefined,
  wanted: ContractCase,
): string[] {
  const label = `${parameter.in} parameter ${JSON.stringify(parameter.name)}`;
  const expected = wanted.request.parameters.find((one) => one.in === parameter.in && sameName(parameter, one.name));
  if (decoded === undefined) {
    if (parameter.required) return [`${label} is required and was not sent`];
    const empty = expected === undefined || sameOnWire(expected.value, undefined);
    return empty ? [] : [`${label} was not sent; wanted ${JSON.stringify(expected.value)}`];
  }
  if ("problem" in decoded) return [`${label}: ${decoded.problem}`];
  const invalid = parameter.schema === undefined ? [] : schemas.check(parameter.schema, "request", decoded.value);
  const problems = invalid.map((problem) => `${label}: ${problem}`);
  if (expected === undefined) {
    // Headers that the client makes anew for each call (idempotency keys) have no fixed value.
    if (parameter.in !== "header") problems.push(`${label} was sent as ${JSON.stringify(decoded.value)}, not wanted`);
  } else if (!sameOnWire(decoded.value, expected.value)) {
    problems.push(`${label} is ${JSON.stringify(decoded.value)}, wanted ${JSON.stringify(expected.value)}`);
  }
  return problems;
}

/** A parameter that only the case knows: a constant of the policy, or else a mistake of the generator. */
function checkConstant(
  one: ContractCase["request"]["parameters"][number],
  request: CapturedRequest,
  query: Set<WirePair>,
): string[] {
  const label = `${one.in} parameter ${JSON.stringify(one.name)}`;
  if (one.from !== "policy") return [`${label} of the case is not in the document`];
  const found = [...query].filter((pair) => one.in === "query" && pair.name === one.name);
  for (const pair of found) query.delete(pair);
  const sent = one.in === "query" ? found.map((pair) => decodeFormText(pair.raw)) : [request.headers.get(one.name)];
  return sent.length === 1 && sent[0] === String(one.value)
    ? []
    : [`${label} is ${JSON.stringify(sent[0])}, wanted ${JSON.stringify(one.value)}`];
}

function checkBody(
  schemas: SchemaSet,
  match: OperationMatch,
  request: CapturedRequest,
  wanted: ContractCase,
  key: string | undefined,
): string[] {
  const declared = locateMember(schemas.root, match.operation, "requestBody");
  const sent = request.headers.get("content-type");
  const expected = wanted.request.body;
  if (request.body === undefined && (sent === null || declared === undefined)) {
    const missing = member(declared?.node, "required") === true || (expected !== undefined && !isEmpty(expected));
    return missing ? ["the body is required and was not sent"] : [];
  }
  if (declared === undefined) return ["a body was sent; the document declares none"];
  if (sent === null) return ["the body has no Content-Type"];
  const content = member(declared.node, "content");
  const range = findMediaType(content, sent);
  if (range === undefined) return [`Content-Type ${sent} is not one of ${Object.keys(content ?? {}).join(", ")}`];
  const wantedType = wanted.request.contentType;
  const problems =
    wantedType !== undefined && mediaType(wantedType) !== mediaType(sent)
      ? [`Content-Type is ${sent}, wanted ${wantedType}`]
      : [];
  const node = member(content, range);
  const media = bodyMedia(isNode(node) ? node : {}, pointerTo(declared.pointer, "content", range));
  const json = isLines(sent) || /[/+]json$/.test(mediaType(sent));
  let body: unknown;
  try {
    body = decodeBody(schemas, media, request);
  } catch (error) {
    return [...problems, `the body cannot be read: ${String(error)}`];
  }
  if (media.schema !== undefined) {
    const { schema } = media;
    const kinds = kindsOf(schemas.root, schema);
    // The schema of lines describes all of them as a list, or each; that of XML and the like describes no text.
    const values = isLines(sent) && !kinds.has("array") ? (body as unknown[]) : [body];
    const described = json || typeof body !== "string" || kinds.has("scalar");
    const faults = described ? values.flatMap((value) => schemas.check(schema, "request", value)) : [];
    problems.push(...faults.map((problem) => `body: ${problem}`));
  }
  const same = json ? sameJson : sameOnWire;
  if (!same(withoutKey(body, key, expected), expected)) {
    problems.push(`body is ${JSON.stringify(body)}, wanted ${JSON.stringify(expected)}`);
  }
  return [...problems, ...checkFiles(request, expected)];
}

/** A decoded body without the property that carries the call's idempotency key, and the objects that were made for it. */
function withoutKey(body: unknown, key: string | undefined, expected: unknown): unknown {
  if (key === undefined || !isNode(body)) return body;
  const members = Object.entries(body).flatMap(([name, value]) => {
    if (value === key) return [];
    const wanted = isNode(expected) && Object.hasOwn(expected, name) ? expected[name] : undefined;
    const left = withoutKey(value, key, wanted);
    const isMade = left !== value && wanted === undefined && isEmptyNode(left) && !isEmptyNode(value);
    return isMade ? [] : [[name, left] as const];
  });
  return Object.fromEntries(members);
}

function isEmptyNode(value: unknown): boolean {
  return isNode(value) && Object.keys(value).length === 0;
}

/** Binary members of a multipart body must be files of the type that the sample states. */
function checkFiles(request: CapturedRequest, expected: unknown): string[] {
  if (request.parts === undefined || !isNode(expected)) return [];
  return Object.entries(expected).flatMap(([name, value]) => {
    if (!isBlobValue(value)) return [];
    const part = request.parts?.find((one) => one.name === name);
    if (part?.type === undefined) return [`body part ${JSON.stringify(name)} is not a file`];
    const fits = value.type === undefined || mediaType(part.type) === mediaType(value.type);
    return fits ? [] : [`body part ${JSON.stringify(name)} is ${part.type}, wanted ${value.type}`];
  });
}

function isEmpty(value: unknown): boolean {
  return sameOnWire(value, undefined);
}

function sameName(parameter: DocumentParameter, name: string): boolean {
  return parameter.in === "header" ? parameter.name.toLowerCase() === name.toLowerCase() : parameter.name === name;
}

/** Reading order: the more pairs a parameter can take, the later it is read. */
function reach(schemas: SchemaSet, parameter: DocumentParameter): number {
  if (parameter.style === "deepObject") return 1;
  if (parameter.style !== "form" || !parameter.explode || parameter.schema === undefined) return 0;
  if (!kindsOf(schemas.root, parameter.schema).has("object")) return 0;
  return isOpenObject(schemas.root, parameter.schema) ? 3 : 2;
}
