/** Parts of a policy in words, for doc comments, api.md and README.md. Plain text: whoever prints it escapes it. */
import type { OperationDescriptor, Policy, Polling, RateLimit } from "@couplet/runtime/codegen/v1";
import { toExpression } from "./expression-text.ts";
import { referenceHome } from "./linked-plan.ts";
import { featureName, type Plan, type VersionPlan } from "./model.ts";

type Connector = VersionPlan["connector"];
type Figures = Pick<RateLimit, "capacity" | "per" | "refill">;

const units = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000 } as const;

/** 60000 -> `60 s`, 250 -> `250 ms`, 86400000 -> `24 h`. */
export function toDurationText(milliseconds: number): string {
  // A few of a unit are said in the smaller one: timeouts are compared with one another, and nobody says 1 d for 24 h.
  for (const [unit, least] of [
    ["d", 3],
    ["h", 1],
    ["min", 5],
  ] as const) {
    const count = milliseconds / units[unit];
    if (count >= least && Number.isInteger(count)) return `${count} ${unit}`;
  }
  return milliseconds >= units.s ? `${milliseconds / units.s} s` : `${milliseconds} ms`;
}

/** `a`, `a and b`, `a, b and c`. */
export function toListText(items: readonly string[], last = "and"): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

/** `100/s`, `150/min`; of a bucket `burst 40, 2/s`; of concurrent calls `10 at once`. */
export function toRateText(use: Plan<RateLimit>["use"], figures: Figures): string {
  if (featureName(use) === "concurrentCalls") return `${figures.capacity} at once`;
  const unit = Object.entries(units).find(([, size]) => size === figures.per)?.[0];
  const rate = `${figures.refill}/${unit ?? toDurationText(figures.per)}`;
  return featureName(use) === "tokenBucket" ? `burst ${figures.capacity}, ${rate}` : rate;
}

/** The header of a pointer by its name alone; any other place as an expression. */
export function toPlaceText(pointer: Parameters<typeof toExpression>[0]): string {
  return pointer.from === "header" ? pointer.name : toExpression(pointer);
}

/** Units, or where the answer tells them. */
export function toCostText(cost: RateLimit["cost"]): string {
  return typeof cost === "number" ? String(cost) : `what ${toPlaceText(cost)} tells`;
}

/** Which failures are sent again: `rejected and ambiguous, but no stored 5xx`; undefined when none is. */
export function toRepeatedText({ retry, idempotency }: Policy): string | undefined {
  if (retry.maxAttempts === 1) return undefined;
  const harmless = idempotency.class !== "unsafe" && (idempotency.class !== "keyed" || idempotency.key !== undefined);
  const kinds = retry.on.filter((kind) => kind === "rejected" || (kind === "ambiguous" && harmless));
  const stored = idempotency.replaysErrors === true && idempotency.key !== undefined && kinds.includes("ambiguous");
  const advice =
    retry.advice &&
    `${kinds.length > 0 ? "unless" : "if"} ${toPlaceText(retry.advice.from)} says ${kinds.length > 0 ? "otherwise" : "so"}`;
  const own =
    kinds.length === 0
      ? []
      : [`${toListText(kinds)}${kinds.length === 1 ? " only" : ""}${stored ? " except stored 5xx" : ""}`];
  const text = [...own, ...(advice === undefined ? [] : [advice])].join(", ");
  return text === "" ? undefined : text;
}

/** `500 ms × 2 up to 8 s, 1 s after a 429, jitter equal`. */
export function toBackoffText({ backoff }: Policy["retry"]): string {
  const growth = backoff.strategy === "constant" ? "" : ` × ${backoff.multiplier} up to ${toDurationText(backoff.max)}`;
  const throttled = `${toDurationText(backoff.throttled)} after a 429`;
  return `${toDurationText(backoff.initial)}${growth}, ${throttled}, jitter ${backoff.jitter}`;
}

/** `Retry-After (delaySeconds) up to 60 s`. */
export function toRetryAfterText({ retryAfter, maxRetryAfter }: Policy["retry"]): string {
  if (retryAfter.length === 0) return "not read";
  const places = retryAfter.map(({ from, format }) => `${toPlaceText(from)} (${format})`);
  return `${places.join(", ")} up to ${toDurationText(maxRetryAfter)}`;
}

/** Statuses for which any of the operation's schemes renews its credential. */
export function replayedStatuses(
  { security = [] }: Plan<Pick<OperationDescriptor, "security">>,
  { auth }: Connector,
): number[] {
  const schemes = security.flat().flatMap((name) => (Object.hasOwn(auth, name) ? (auth[name] ?? []) : []));
  return [...new Set(schemes.flatMap((scheme) => scheme.refreshOn))];
}

const styles: Readonly<Record<string, string>> = {
  linkPages: "Link header",
  cursorPages: "cursor",
  lastIdPages: "last id",
  nextUrlPages: "next URL",
  pageNumberPages: "page number",
  offsetPages: "offset",
};

/** `last id`; undefined for an operation without pages. */
export function toPagingText({ pagination }: Plan<Pick<OperationDescriptor, "pagination">>): string | undefined {
  return pagination && styles[featureName(pagination.use) ?? ""];
}

/** `every 2 s × 1.5 up to 30 s, for 30 min`. */
export function toPollingWaitText({ every, deadline }: Pick<Plan<Polling>, "every" | "deadline">): string {
  const { initial, multiplier, max } = every;
  const growth = multiplier === 1 ? "" : ` × ${multiplier} up to ${toDurationText(max)}`;
  return `every ${toDurationText(initial)}${growth}, for ${toDurationText(deadline)}`;
}

/** `by exports.get every 2 s × 1.5 up to 30 s, for 30 min`; undefined for an operation that ends when it answers. */
export function toPollingText({ polling }: Plan<Pick<OperationDescriptor, "polling">>): string | undefined {
  if (polling === undefined) return undefined;
  const asked = referenceHome(polling.status)?.id;
  return `${asked === undefined ? "" : `by ${asked} `}${toPollingWaitText(polling)}`;
}

/** `asked again by ETag and Last-Modified`, `given for 60 s`; undefined where nothing is kept. */
export function toCacheText({ cache }: Plan<Pick<OperationDescriptor, "cache">>): string | undefined {
  if (cache === undefined) return undefined;
  const names = cache.validators.map((one) => (one === "etag" ? "ETag" : "Last-Modified"));
  return [
    ...(cache.ttl === undefined ? [] : [`given for ${toDurationText(cache.ttl)}`]),
    ...(names.length === 0 ? [] : [`asked again by ${toListText(names)}`]),
  ].join(", ");
}

/** `into events.batch, up to 100 or 500000 bytes, after 10 ms`; undefined for an operation whose calls go alone. */
export function toBatchText({ batch }: Plan<Pick<OperationDescriptor, "batch">>): string | undefined {
  if (batch === undefined) return undefined;
  const { maxItems, maxBytes, window } = batch;
  const into = referenceHome(batch.operation)?.id ?? "";
  return `into ${into}, up to ${maxItems} or ${maxBytes} bytes, after ${toDurationText(window)}`;
}

/** Bytes of a streamed body that are kept for a retry; undefined when none are. */
export function bufferedBytes({ prepare = [] }: Policy): number | undefined {
  return prepare.find(({ max }) => max !== undefined)?.max;
}

/** Whether the client compares the bodies that are sent with one key, because the provider does not. */
export function comparesBodies({ prepare = [] }: Policy): boolean {
  return prepare.some(({ max }) => max === undefined);
}
