/**
 * OpenTelemetry for clients, exported as `@couplet/runtime/otel`: spans and metrics by the semantic conventions for HTTP clients.
 * Needs the peer `@opentelemetry/api`; without a registered SDK everything here does nothing.
 */
import {
  type Attributes,
  type Context,
  context,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { hooks } from "./hooks.ts";
import { createRecorder, labelsOf, toMethod } from "./otel-metrics.ts";
import type { AttemptEnd, AttemptStart, CallInfo, Telemetry } from "./telemetry.ts";

export interface OpenTelemetryOptions {
  /** Absent: the global one. */
  readonly tracerProvider?: TracerProvider;
  /** Absent: the global one. */
  readonly meterProvider?: MeterProvider;
  /**
   * Origins that get a `traceparent` header, such as `https://api.partner.example`. Absent: none, since some providers sign or
   * refuse headers that they do not know, and a trace id is nobody else's business. Baggage and tracestate are never sent.
   */
  readonly propagateTo?: readonly string[];
}

const scope = "@couplet/runtime";
interface Traced {
  readonly span: Span;
  readonly context: Context;
  request?: Span;
}

/**
 * Hooks for the option `telemetry` of a client. One INTERNAL span for each call (`pay.charges.create`), below it one CLIENT
 * span for each request (`POST /charges`) that ends with the whole body; of a stream with its head. Throws a TypeError for an
 * entry of `propagateTo` that is no origin.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const tracer = (options.tracerProvider ?? trace).getTracer(scope);
  const recorder = createRecorder((options.meterProvider ?? metrics).getMeter(scope));
  const origins = new Set((options.propagateTo ?? []).map(originOf));
  const calls = new WeakMap<CallInfo, Traced>();

  return hooks({
    ...recorder,
    callStart(call) {
      const { provider, operation, tenant } = call;
      const attributes = { ...labelsOf(call), ...(tenant !== undefined && { "couplet.tenant": tenant }) };
      const parent = context.active();
      const span = tracer.startSpan(`${provider}.${operation}`, { kind: SpanKind.INTERNAL, attributes }, parent);
      calls.set(call, { span, context: trace.setSpan(parent, span) });
    },
    attemptStart(start) {
      const traced = calls.get(start.call);
      if (traced === undefined) return;
      const { method, template } = start.call;
      const name = `${toMethod(method) === method ? method : "HTTP"} ${template}`;
      // From the beginning, since samplers decide by them.
      const attributes = requestAttributes(start);
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, traced.context);
      traced.request = span;
      if (origins.has(start.server.origin)) start.trace(traceparentOf(span));
    },
    attemptEnd(end) {
      recorder.attemptEnd(end);
      endRequest(calls.get(end.call)?.request, end);
    },
    retry(retry) {
      recorder.retry(retry);
      const { attempt, delay, error } = retry;
      const attributes = { "couplet.attempt": attempt, "couplet.delay": delay / 1_000, "error.type": error };
      calls.get(retry.call)?.span.addEvent("couplet.retry", attributes);
    },
    wait(wait) {
      recorder.wait(wait);
      const attributes = { "couplet.wait.for": wait.for, "couplet.wait.duration": wait.duration / 1_000 };
      calls.get(wait.call)?.span.addEvent("couplet.wait", attributes);
    },
    deprecation(notice) {
      recorder.deprecation(notice);
      calls.get(notice.call)?.span.addEvent("couplet.deprecation", { "couplet.links": [...notice.links] });
    },
    versionMismatch(mismatch) {
      recorder.versionMismatch(mismatch);
      calls.get(mismatch.call)?.span.setAttribute("couplet.version.answered", mismatch.answered);
    },
    callEnd(end) {
      recorder.callEnd(end);
      const span = calls.get(end.call)?.span;
      if (span === undefined) return;
      const { outcome, effect, attempts, requestId, error } = end;
      // First, so that no name of a policy replaces one of ours.
      span.setAttributes(end.attributes);
      span.setAttributes({ "couplet.attempts": attempts, "couplet.effect": effect, "couplet.outcome": outcome });
      if (requestId !== undefined) span.setAttribute("couplet.request_id", requestId);
      if (error !== undefined) span.setAttribute("error.type", error);
      if (outcome === "error") span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  });
}

function requestAttributes(start: AttemptStart): Attributes {
  const { call, server, resend, attempt } = start;
  const { method, template } = call;
  const shown = toMethod(method);
  return {
    "http.request.method": shown,
    ...(shown !== method && { "http.request.method_original": method }),
    "server.address": server.address,
    "server.port": server.port,
    // It costs something to clean, and without an SDK nobody reads it.
    get "url.full"() {
      return start.url;
    },
    "url.template": template,
    ...(resend > 0 && { "http.request.resend_count": resend }),
    "couplet.attempt": attempt,
  };
}

function endRequest(span: Span | undefined, { status, error, disposition, requestId }: AttemptEnd): void {
  if (span === undefined) return;
  if (status !== undefined && status > 0) span.setAttribute("http.response.status_code", status);
  if (disposition !== undefined) span.setAttribute("couplet.disposition", disposition);
  if (requestId !== undefined) span.setAttribute("couplet.request_id", requestId);
  if (error !== undefined) {
    span.setAttribute("error.type", error);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** W3C Trace Context, version 00. */
function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}`;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin === "null")
    throw new TypeError('propagateTo takes origins such as "https://api.partner.example".');
  return url.origin;
}
