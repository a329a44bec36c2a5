import { hooks, type Telemetry, type TelemetryEvents } from "@couplet/runtime";

export interface Recorder {
  readonly hooks: Telemetry;
  /** Name and event of everything that was told. */
  readonly events: { readonly name: keyof TelemetryEvents; readonly event: Record<string, unknown> }[];
  /** One short line for each event. */
  lines(): string[];
}

const names: readonly (keyof TelemetryEvents)[] = [
  ...(["callStart", "callEnd", "attemptStart", "attemptEnd", "wait", "retry", "refresh"] as const),
  ...(["breaker", "deprecation", "versionMismatch"] as const),
];
const shown = [
  "attempt",
  "resend",
  "for",
  "delay",
  "outcome",
  "effect",
  "status",
  "error",
  "disposition",
  "answered",
  "state",
];

/** Listens to everything. Getters are read at once, as a hook that logs would. */
export function recorder(): Recorder {
  const events: Recorder["events"] = [];
  const listening = Object.fromEntries(
    names.map((name) => [name, (event: object) => void events.push({ name, event: { ...event } })]),
  );
  return {
    hooks: hooks(listening),
    events,
    lines: () =>
      events.map(({ name, event }) =>
        [name, ...shown.flatMap((key) => (event[key] === undefined ? [] : [`${key}=${String(event[key])}`]))].join(" "),
      ),
  };
}

/** A `fetch` that gives these in turn, the last one again and again; an Error is thrown. */
export function answering(
  ...answers: readonly (Error | (() => Response))[]
): typeof fetch & { readonly sent: Request[] } {
  const sent: Request[] = [];
  const send = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const { signal, ...rest } = init ?? {};
    sent.push(new Request(String(input), rest));
    signal?.throwIfAborted();
    const answer = answers[Math.min(sent.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer();
  };
  return Object.assign(send as typeof fetch, { sent });
}

export function answer(status: number, body: unknown = {}, headers: Record<string, string> = {}): () => Response {
  return () =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

export function redirect(location: string): () => Response {
  return () => new Response(null, { status: 302, headers: { location } });
}
