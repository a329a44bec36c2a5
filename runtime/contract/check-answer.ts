import { type ContractCase, isBlobValue, plainData } from "./case.ts";
import { type DocumentOperation, findMediaType, locateMember, member, pointerTo } from "./document.ts";
import { isLines } from "./lines.ts";
import { schemaSet } from "./schema-set.ts";
import { kindsOf } from "./schema-views.ts";
import { sameJson } from "./wire-equality.ts";

/** What a call gave back: the decoded data and the answer's status. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
}

/** Everything that is wrong with a decoded answer, judged by the document and by the case; none when it is right. */
export async function checkAnswer(
  document: object,
  operation: DocumentOperation,
  answer: Answer,
  wanted: ContractCase,
): Promise<string[]> {
  const { status, contentType, body } = wanted.response;
  const problems = answer.status === status ? [] : [`answer has status ${answer.status}, wanted ${status}`];
  const given = await readStream(await readBinary(answer.data, body));
  const coerced = member(wanted.response, "data");
  const shown = coerced === undefined ? given : plainData(given);
  const wantedData = coerced ?? body;
  if (!sameJson(shown, wantedData))
    problems.push(`answer is ${JSON.stringify(shown)}, wanted ${JSON.stringify(wantedData)}`);
  // The document speaks of the wire: where the client gives other types, of what the case answered.
  const data = coerced === undefined ? given : body;
  const responses = locateMember(document, operation, "responses");
  const keys = [String(status), `${Math.floor(status / 100)}XX`, `${Math.floor(status / 100)}xx`, "default"];
  const key = keys.find((one) => member(responses?.node, one) !== undefined);
  if (responses === undefined || key === undefined) {
    // A document that declares redirects or errors only says nothing that a success could go against.
    const silent = !Object.keys(responses?.node ?? {}).some((one) => /^(2|default)/i.test(one));
    return silent && data === undefined ? problems : [...problems, `the document declares no answer ${status}`];
  }
  const response = locateMember(document, responses, key);
  const content = response === undefined ? undefined : member(response.node, "content");
  if (response === undefined || contentType === undefined) {
    return data === undefined ? problems : [...problems, "the answer has data, the case has no content type"];
  }
  const media = findMediaType(content, contentType);
  if (media === undefined) return [...problems, `the document declares no ${contentType} for ${key}`];
  // Events are more than what their schema describes; the validators check them item by item.
  if (
    isBlobValue(body) ||
    /^text\/event-stream/i.test(contentType) ||
    member(member(content, media), "schema") === undefined
  )
    return problems;
  const pointer = pointerTo(response.pointer, "content", media, "schema");
  const schemas = schemaSet(document);
  // The schema of lines describes all of them as a list, or each.
  const values =
    isLines(contentType) && Array.isArray(data) && !kindsOf(document, pointer).has("array") ? data : [data];
  const faults = values.flatMap((value) => schemas.check(pointer, "response", value));
  return [...problems, ...faults.map((one) => `answer: ${one}`)];
}

/** All items of a stream. */
async function readStream(data: unknown): Promise<unknown> {
  if (typeof data !== "object" || data === null || !(Symbol.asyncIterator in data)) return data;
  const items: unknown[] = [];
  for await (const item of data as AsyncIterable<unknown>) items.push(item);
  return items;
}

/** Bytes in the form in which the case states them: a text, or a binary value. */
async function readBinary(data: unknown, wanted: unknown): Promise<unknown> {
  const binary = data instanceof Blob || data instanceof ArrayBuffer || data instanceof Uint8Array;
  if (!binary) return data;
  const text = await new Response(data as BodyInit).text();
  return isBlobValue(wanted) ? { ...wanted, $blob: text } : text;
}
