import { isPromise } from "./is-promise.ts";
import type { TelemetryEvents, TelemetryHooks } from "./telemetry.ts";

/** Tells one event to whoever listens. */
export type Emit = <Name extends keyof TelemetryEvents>(name: Name, event: TelemetryEvents[Name]) => void;

/** Joins listeners. The others hear of a broken one, once. */
export function createEmit(
  listeners: readonly TelemetryHooks[],
  of: { readonly provider: string; readonly version: string },
): Emit {
  const broken = new Set<TelemetryHooks>();
  const fault = (listener: TelemetryHooks, hook: keyof TelemetryEvents): void => {
    if (broken.has(listener)) return;
    broken.add(listener);
    tell("hookFault", { provider: of.provider, version: of.version, hook });
  };
  const tell: Emit = (name, event) => {
    for (const listener of listeners) {
      try {
        const done: unknown = listener[name]?.(event);
        // An async function is a hook too; nobody would hear its rejection.
        if (isPromise(done)) done.then(undefined, () => fault(listener, name));
      } catch {
        fault(listener, name);
      }
    }
  };
  return tell;
}
