import type { Telemetry } from "@couplet/runtime";
import { type OpenTelemetryOptions, openTelemetry } from "@couplet/runtime/otel";
import type { MeterProvider as Meters, TracerProvider } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span as a test looks at it. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: unknown }[];
  readonly status: number;
  readonly ended: boolean;
  readonly spanId: string;
  readonly traceId: string;
  readonly parent: string | undefined;
}

export interface SeenMetric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly { readonly attributes: Readonly<Record<string, unknown>>; readonly value: unknown }[];
}

/** The real SDK with exporters in memory. */
export interface Sdk {
  readonly telemetry: Telemetry;
  readonly tracerProvider: TracerProvider;
  spans(): readonly SeenSpan[];
  metrics(): Promise<readonly SeenMetric[]>;
  exported(): Promise<unknown>;
}

export function inMemory(options: OpenTelemetryOptions & { readonly sampler?: Sampler } = {}): Sdk {
  const spanExporter = new InMemorySpanExporter();
  const { sampler, ...rest } = options;
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spanExporter)],
    ...(sampler && { sampler }),
  });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const sdk: Sdk = {
    tracerProvider,
    telemetry: openTelemetry({ tracerProvider, meterProvider: meterProvider as Meters, ...rest }),
    spans: () => spanExporter.getFinishedSpans().map(toSeen),
    async metrics() {
      exporter.reset();
      await reader.forceFlush();
      const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
      return scopes.flatMap(({ metrics }) =>
        metrics.map(({ descriptor, dataPoints }) => ({
          name: descriptor.name,
          unit: descriptor.unit,
          points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
        })),
      );
    },
    async exported() {
      return [sdk.spans(), await sdk.metrics().finally(() => meterProvider.shutdown())];
    },
  };
  return sdk;
}

function toSeen(span: ReadableSpan): SeenSpan {
  return {
    name: span.name,
    kind: span.kind,
    attributes: span.attributes,
    events: span.events.map(({ name, attributes }) => ({ name, attributes })),
    status: span.status.code,
    ended: span.ended,
    spanId: span.spanContext().spanId,
    traceId: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
  };
}
