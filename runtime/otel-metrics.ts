/** Metrics of clients. No label has a value for each tenant, URL, id or free text. */
import type { Attributes, Meter } from "@opentelemetry/api";
import type { CallInfo, TelemetryHooks } from "./telemetry.ts";

/** Of the semantic conventions, in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const inSeconds = { unit: "s", advice: { explicitBucketBoundaries: buckets } };

/** RFC 9110, PATCH (RFC 5789) and QUERY. */
const methods: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"],
]);

/** A method as the conventions write it: what they do not know is `_OTHER`. */
export function toMethod(method: string): string {
  return methods.has(method) ? method : "_OTHER";
}

/** What names a call in labels and spans. */
export function labelsOf({ provider, version, operation }: CallInfo): Attributes {
  return { "couplet.provider": provider, "couplet.version": version, "couplet.operation": operation };
}

type Recorder = Required<Omit<TelemetryHooks, "callStart" | "attemptStart" | "cacheFault" | "invalid" | "hookFault">>;

const level = { closed: 0, probing: 1, open: 2 } as const;

/** Hooks that record every event they hear of. */
export function createRecorder(meter: Meter): Recorder {
  const requests = meter.createHistogram("http.client.request.duration", {
    description: "Duration of HTTP client requests.",
    ...inSeconds,
  });
  const calls = meter.createHistogram("couplet.client.call.duration", {
    description: "Duration of calls, all waits and attempts included.",
    ...inSeconds,
  });
  const waits = meter.createHistogram("couplet.client.wait.duration", {
    description: "Waits of calls for limits, credentials and the next attempt.",
    ...inSeconds,
  });
  const retries = meter.createCounter("couplet.client.retries", { description: "Attempts after a failed one." });
  const tokens = meter.createHistogram("couplet.client.token_request.duration", {
    description: "Requests to token endpoints.",
    ...inSeconds,
  });
  const breakers = meter.createCounter("couplet.client.breaker.transitions", {
    description: "Moves of circuit breakers, by the state that they came to.",
  });
  const states = meter.createGauge("couplet.client.breaker.state", {
    description: "State of a server's circuit breaker: 0 closed, 1 probing, 2 open.",
  });
  const notices = meter.createCounter("couplet.client.deprecations", {
    description: "Answers that announce the end of an operation.",
  });
  const mismatches = meter.createCounter("couplet.client.version_mismatches", {
    description: "Answers of another version than the one that was asked.",
  });

  return {
    attemptEnd({ call, server, status, error, duration }) {
      requests.record(duration / 1_000, {
        "http.request.method": toMethod(call.method),
        "server.address": server.declared,
        "server.port": server.port,
        "url.template": call.template,
        ...(status !== undefined && status > 0 && { "http.response.status_code": status }),
        ...(error !== undefined && { "error.type": error }),
      });
    },
    callEnd({ call, duration, outcome, error }) {
      const attributes = { ...labelsOf(call), "couplet.outcome": outcome };
      calls.record(duration / 1_000, error === undefined ? attributes : { ...attributes, "error.type": error });
    },
    wait: ({ call, duration, for: what }) =>
      waits.record(duration / 1_000, { ...labelsOf(call), "couplet.wait.for": what }),
    retry: ({ call, error }) => retries.add(1, { ...labelsOf(call), "error.type": error }),
    refresh({ provider, version, duration, status }) {
      const attributes = { "couplet.provider": provider, "couplet.version": version };
      const error = status === undefined ? "no_answer" : String(status);
      const isFine = status !== undefined && status >= 200 && status < 300;
      tokens.record(duration / 1_000, isFine ? attributes : { ...attributes, "error.type": error });
    },
    breaker({ provider, version, server, tenant, state }) {
      const labels = {
        "couplet.provider": provider,
        "couplet.version": version,
        "server.address": server.declared,
        "server.port": server.port,
      };
      const scope = tenant === undefined ? "server" : "tenant";
      breakers.add(1, { ...labels, "couplet.breaker.state": state, "couplet.breaker.scope": scope });
      if (tenant === undefined) states.record(level[state], labels);
    },
    deprecation: ({ call, sunsetAt }) =>
      notices.add(1, { ...labelsOf(call), "couplet.sunset": sunsetAt !== undefined }),
    versionMismatch: ({ call }) => mismatches.add(1, labelsOf(call)),
  };
}
