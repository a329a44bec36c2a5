/** What recorded exchanges tell against the documents: gathered one by one, each root once, with counts. */
import { pointerTo } from "../../json-pointer.ts";
import type { ApiDocument, SpecMediaType, SpecOperation } from "../../model.ts";
import { findSecrets } from "../../secret-shapes.ts";
import type { CalendarEntry, Finding, Occurrence, OperationReference } from "../finding.ts";
import { kindFinding } from "../kind-finding.ts";
import { type KindRow, trafficLaw } from "../kind-law.ts";
import { checkValue, type ValueProblem } from "./check-value.ts";
import type { Exchange, Message } from "./exchange.ts";
import { operationFinder } from "./find-operation.ts";

/** One version whose calls are looked for. */
export interface TrafficTarget {
  readonly provider: string;
  readonly version: string;
  readonly document: ApiDocument;
  /** Operation key -> `namespace.method`. */
  readonly names: Readonly<Record<string, string>>;
  /** Beside those of the document. */
  readonly servers: readonly string[];
}

export interface TrafficOptions {
  /** Values of enumerations are not told either. */
  readonly redact: boolean;
}

interface Group {
  readonly row: KindRow;
  readonly target: TrafficTarget;
  readonly pointer: string;
  readonly identity: readonly string[];
  readonly says: string;
  readonly direction: "request" | "response" | "both";
  readonly occurrences: Map<string, Occurrence>;
  count: number;
}

const rows: Readonly<Record<"request" | "response", Readonly<Record<ValueProblem["kind"], KindRow>>>> = {
  request: {
    ...{ missing: trafficLaw.takenMissing, type: trafficLaw.takenType },
    ...{ enum: trafficLaw.takenEnum, unknown: trafficLaw.takenUnknown },
  },
  response: {
    ...{ missing: trafficLaw.givenMissing, type: trafficLaw.givenType },
    ...{ enum: trafficLaw.givenEnum, unknown: trafficLaw.givenUnknown },
  },
};

/** Groups beyond are the work of a stranger, or of a wrong document. */
const mostGroups = 5_000;
const sensitive = /pass|secret|token|auth|cookie|session|key|card|cvv|cvc|iban|account|email|phone|ssn/i;

export class TrafficRecord {
  readonly counts = { matched: 0, elsewhere: 0 };
  readonly #groups = new Map<string, Group>();
  readonly #calendar = new Map<string, CalendarEntry>();
  readonly #targets: readonly { readonly target: TrafficTarget; readonly find: ReturnType<typeof operationFinder> }[];
  readonly #options: TrafficOptions;

  /** @param targets The first that has the operation is the one that is called. */
  constructor(targets: readonly TrafficTarget[], options: TrafficOptions) {
    this.#targets = targets.map((target) => ({ target, find: operationFinder(target.document, target.servers) }));
    this.#options = options;
  }

  add(exchange: Exchange): void {
    let undocumented: { readonly target: TrafficTarget; readonly path: string } | undefined;
    for (const { target, find } of this.#targets) {
      const found = find(exchange.method, exchange.url);
      if (found.kind === "operation") {
        this.counts.matched++;
        this.#exchange(target, found.operation, exchange);
        return;
      }
      if (found.kind === "undocumented") undocumented ??= { target, path: found.path };
    }
    if (undocumented === undefined) {
      this.counts.elsewhere++;
      return;
    }
    const place = `${exchange.method} ${templateOf(undocumented.path)}`;
    this.#note(
      trafficLaw.operation,
      undocumented.target,
      "",
      [place],
      `${place} is no operation of the document`,
      "both",
    );
  }

  findings(): Finding[] {
    return [...this.#groups.values()].map(({ row, target, pointer, identity, says, direction, occurrences, count }) => {
      const ways = [...occurrences.values()];
      const { provider, version: apiVersion, document } = target;
      return kindFinding(row, {
        ...{
          kind: "traffic",
          provider,
          apiVersion,
          identity,
          direction,
          pointer: pointer === "" ? {} : { base: pointer },
        },
        ...(ways.length === 1 ? { operation: ways[0]!.operation } : {}),
        location: { base: document.locate(pointer) },
        message: `${says} (${count} time${count === 1 ? "" : "s"})`,
        occurrences: ways,
      });
    });
  }

  calendar(): CalendarEntry[] {
    return [...this.#calendar.values()];
  }

  #exchange(target: TrafficTarget, operation: SpecOperation, { request, response }: Exchange): void {
    const reference = referenceTo(operation, target.names);
    this.#body(
      target,
      reference,
      `${operation.pointer}/requestBody`,
      operation.requestBody?.content,
      request,
      "request",
    );
    this.#notice(target, reference, response);
    const status = String(response.status);
    const range = `${status[0]}XX`;
    const declared = [status, range, "default"].map((name) => operation.responses.find((one) => one.status === name));
    const found = declared.find((one) => one !== undefined);
    if (found === undefined) {
      const pointer = `${operation.pointer}/responses`;
      const says = `${reference.method} ${reference.path} answers ${status}, which the document does not tell of`;
      this.#note(trafficLaw.status, target, pointer, [operation.key, status], says, "response", {
        reference,
        status,
        at: "",
      });
      return;
    }
    const pointer = `${operation.pointer}/responses/${found.status}`;
    this.#body(target, reference, pointer, found.content, response, "response", found.status);
  }

  #body(
    target: TrafficTarget,
    reference: OperationReference,
    pointer: string,
    content: readonly SpecMediaType[] | undefined,
    { headers, body }: Message,
    direction: "request" | "response",
    status?: string,
  ): void {
    if (body === undefined) return;
    const [type = ""] = (headers.get("content-type") ?? "application/json").toLowerCase().split(/\s*;/, 1);
    const media = content?.find((one) => one.contentType.toLowerCase() === type) ?? content?.find(isJson);
    const way = { reference, at: "", ...(status === undefined ? {} : { status }) };
    if (media === undefined) {
      if (direction === "request" || content === undefined || content.length === 0) return;
      const says = `${reference.method} ${reference.path} answers ${status} with ${type.slice(0, 60)}`;
      this.#note(trafficLaw.contentType, target, pointer, [reference.key, status ?? "", type], says, direction, way);
      return;
    }
    if (media.schema === undefined) return;
    const start = pointerTo(pointer, "content", media.contentType, "schema");
    for (const problem of checkValue(target.document, { schema: media.schema, pointer: start }, body, direction))
      this.#problem(target, problem, direction, way);
  }

  #problem(
    target: TrafficTarget,
    { kind, pointer, at, found }: ValueProblem,
    direction: "request" | "response",
    way: { readonly reference: OperationReference; readonly status?: string },
  ): void {
    const told = kind === "enum" && !this.#mayTell(at, found) ? "[redacted]" : found.slice(0, 80);
    const says = {
      missing: `\`${at}\` is required and was not there`,
      unknown: `\`${at}\` is not in the document`,
      type: `\`${at || "the body"}\` was ${told}`,
      enum: `\`${at || "the body"}\` was ${told === "[redacted]" ? "a value" : JSON.stringify(told)} that is not listed`,
    }[kind];
    const identity = [pointer, kind === "enum" ? told : found.slice(0, 80)];
    this.#note(rows[direction][kind], target, pointer, identity, says, direction, { ...way, at });
  }

  /** A value is told only where it looks like one of a list of words. */
  #mayTell(at: string, value: string): boolean {
    return (
      !this.#options.redact &&
      !sensitive.test(at) &&
      /^[\w.:-]{1,40}$/.test(value) &&
      findSecrets(value, []).length === 0
    );
  }

  #note(
    row: KindRow,
    target: TrafficTarget,
    pointer: string,
    identity: readonly string[],
    says: string,
    direction: Group["direction"],
    way?: { readonly reference: OperationReference; readonly status?: string; readonly at: string },
  ): void {
    const key = [row.rule, target.provider, target.version, ...identity].join("\u0000");
    const group =
      this.#groups.get(key) ??
      ({ row, target, pointer, identity, says, direction, occurrences: new Map(), count: 0 } as Group);
    if (!this.#groups.has(key) && this.#groups.size >= mostGroups) return;
    this.#groups.set(key, group);
    group.count++;
    if (way === undefined || group.occurrences.size >= 100) return;
    const { reference: operation, at, status } = way;
    const side = direction === "both" ? "response" : direction;
    const one: Occurrence = { operation, direction: side, at, ...(status === undefined ? {} : { status }) };
    group.occurrences.set(`${operation.key} ${status} ${at}`, one);
  }

  /** [RFC 9745](https://www.rfc-editor.org/rfc/rfc9745) and [RFC 8594](https://www.rfc-editor.org/rfc/rfc8594). */
  #notice({ provider, version: apiVersion }: TrafficTarget, operation: OperationReference, { headers }: Message): void {
    const [deprecation, sunset] = [headers.get("deprecation")?.trim(), headers.get("sunset")];
    const time = sunset === undefined ? Number.NaN : Date.parse(sunset);
    const entry = { provider, apiVersion, operation, source: "traffic" };
    const date =
      Number.isNaN(time) || time < 0 || time > 253_402_300_799_999
        ? undefined
        : new Date(time).toISOString().slice(0, 10);
    if (date !== undefined)
      this.#calendar.set(`${provider} ${apiVersion} ${operation.key} sunset`, { ...entry, what: "sunset", date });
    else if (deprecation !== undefined && !/^(?:false|\?0|)$/i.test(deprecation))
      this.#calendar.set(`${provider} ${apiVersion} ${operation.key}`, { ...entry, what: "deprecated" });
  }
}

const isJson = ({ contentType }: SpecMediaType): boolean => /\bjson\b/i.test(contentType);

/** Parts of a path that look like ids are left out: they may be secret, and each call has another. */
function templateOf(path: string): string {
  const segments = path.split("/").map((part) => (/^[a-z][a-z_-]{0,40}$|^v\d+$|^$/.test(part) ? part : "{}"));
  return segments.slice(0, 12).join("/");
}

function referenceTo({ key, method, path }: SpecOperation, names: TrafficTarget["names"]): OperationReference {
  const called = Object.hasOwn(names, key) ? { clientMethod: names[key]! } : {};
  return { key, method: method.toUpperCase(), path, ...called };
}
