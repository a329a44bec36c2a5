import { watchCalls } from "./call-watch.ts";
import type { Telemetry, TelemetryHooks } from "./telemetry.ts";

/** Hooks for the option `telemetry` of a client: `createClient({ telemetry: hooks({ callEnd: (end) => … }) })`. */
export function hooks(given: TelemetryHooks): Telemetry {
  return { hooks: given, watch: watchCalls };
}
