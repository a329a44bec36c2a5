import { type BaseClientOptions, hooks, logTo } from "@couplet/runtime";
import { openTelemetry } from "@couplet/runtime/otel";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";

const nothing = (): void => {};
const listening = hooks({
  callStart: nothing,
  callEnd: nothing,
  attemptStart: nothing,
  attemptEnd: nothing,
  wait: nothing,
});

/** Client options of a bench run: `hooks` that do nothing, a `log` that writes nothing, `otel` with the real SDK and no exporter. */
export function telemetryOptions(mode: string | undefined): BaseClientOptions {
  switch (mode) {
    case undefined:
      return {};
    case "hooks":
      return { telemetry: listening };
    case "log":
      return { telemetry: logTo({ debug: nothing, warn: nothing }) };
    case "otel":
      return {
        telemetry: openTelemetry({ tracerProvider: new BasicTracerProvider(), meterProvider: new MeterProvider() }),
      };
    default:
      throw new Error(`unknown telemetry "${mode}": hooks, log or otel`);
  }
}
