/** What a client tells of its calls while they run. No event holds a body, a header or a secret. */
import type { WatchKind } from "./call-watch.ts";
import type { Disposition } from "./descriptor.ts";
import type { Effect, Issue } from "./errors.ts";

/** One call; the same object in all of its events. A page is a call of its own. */
export interface CallInfo {
  readonly provider: string;
  readonly version: string;
  /** `namespace.method`. */
  readonly operation: string;
  readonly method: string;
  /** Path with its parameters in braces. */
  readonly template: string;
  /** Whose call it is. There may be very many: for spans and logs, never for labels of metrics. */
  readonly tenant?: string | undefined;
}

export interface CallEnd {
  readonly call: CallInfo;
  /** Milliseconds, all waits included; of a stream until its head came. */
  readonly duration: number;
  readonly attempts: number;
  readonly outcome: "success" | "error" | "aborted";
  readonly effect: Effect;
  readonly status?: number | undefined;
  /** Kind of the error: the policy's name for it, or its class. One of few. */
  readonly error?: string | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** What `telemetry.attributes` of the policy read off the last answer. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** One HTTP request: an attempt of a call, or a redirect that it followed. */
export interface AttemptStart {
  readonly call: CallInfo;
  /** 1 for the first. A redirect belongs to the attempt that it is followed in. */
  readonly attempt: number;
  /** Requests that this call sent before this one, for whatever cause. */
  readonly resend: number;
  readonly server: {
    readonly origin: string;
    readonly address: string;
    readonly port: number;
    /** The address as the connector declares it, with server variables in braces: one of few. */
    readonly declared: string;
  };
  /** Without credentials and secrets; made when it is read. */
  readonly url: string;
  /**
   * Sends this `traceparent` (W3C Trace Context) with the request, unless the caller gave one. It is not part of a signature.
   * Throws a TypeError for a text that is none.
   */
  trace(traceparent: string): void;
}

export interface AttemptEnd {
  readonly call: CallInfo;
  readonly attempt: number;
  /** Milliseconds from sending to the whole body; of a stream, to its head. */
  readonly duration: number;
  readonly server: AttemptStart["server"];
  readonly resend: number;
  readonly status?: number | undefined;
  /** The status of an error answer, else what broke: `ECONNRESET`, `timeout`, `undecodable`. */
  readonly error?: string | undefined;
  readonly disposition?: Disposition | undefined;
  readonly requestId?: string | undefined;
}

/** A wait that ended, also one that ended badly. */
export interface Wait {
  readonly call: CallInfo;
  readonly for: "credentials" | "limits" | "backoff" | "breaker";
  /** Milliseconds. */
  readonly duration: number;
}

/** The call sends its request again after `delay` milliseconds. */
export interface Retry {
  readonly call: CallInfo;
  /** The attempt that failed. */
  readonly attempt: number;
  readonly delay: number;
  /** What failed, as in `AttemptEnd`. */
  readonly error: string;
}

/** One request to a token endpoint, which many calls may wait for. */
export interface Refresh {
  readonly provider: string;
  readonly version: string;
  /** Host of the token endpoint. */
  readonly address: string;
  /** Milliseconds. */
  readonly duration: number;
  /** Absent: no answer came. */
  readonly status?: number | undefined;
}

/** A circuit breaker moved: calls are held back, a few probe, or all is well again. */
export interface Breaker {
  readonly provider: string;
  readonly version: string;
  readonly server: AttemptStart["server"];
  /** Whose circuit it is; absent: that of the whole server. There may be very many: never for labels of metrics. */
  readonly tenant?: string | undefined;
  readonly state: "closed" | "open" | "probing";
  /** Epoch milliseconds; of `open`. */
  readonly openUntil?: number | undefined;
}

/** What an answer says of the end of an operation (RFC 9745, RFC 8594). */
export interface DeprecationNotice {
  /** Epoch milliseconds since or from which it is deprecated; absent where the provider tells no moment. */
  readonly deprecatedAt?: number | undefined;
  /** Epoch milliseconds from which it may be gone. */
  readonly sunsetAt?: number | undefined;
  /** Where the provider tells more: targets of Link rel=deprecation and rel=sunset, without secrets. */
  readonly links: readonly string[];
}

export interface Deprecation extends DeprecationNotice {
  readonly call: CallInfo;
}

/** Another version answered than the one that was asked: providers fall forward in silence. */
export interface VersionMismatch {
  readonly call: CallInfo;
  readonly expected: string;
  readonly answered: string;
}

/** An input, an answer or an item of a stream that is not as declared, where the policy says `validation: warn`. */
export interface Invalid {
  readonly call: CallInfo;
  readonly issues: readonly Issue[];
  /** All of it in one line. */
  readonly message: string;
}

/** A hook that threw or rejected. Told once for all of a listener's hooks, to the other listeners. */
export interface HookFault {
  readonly provider: string;
  readonly version: string;
  readonly hook: string;
}

/** The store of kept answers that was given fails, and counts as empty. Told once for a client. */
export interface CacheFault {
  readonly provider: string;
  readonly version: string;
  /** What went wrong, without secrets. */
  readonly message: string;
}

/** Every event by the name of its hook. */
export interface TelemetryEvents {
  callStart: CallInfo;
  callEnd: CallEnd;
  attemptStart: AttemptStart;
  attemptEnd: AttemptEnd;
  wait: Wait;
  retry: Retry;
  refresh: Refresh;
  breaker: Breaker;
  deprecation: Deprecation;
  versionMismatch: VersionMismatch;
  invalid: Invalid;
  cacheFault: CacheFault;
  hookFault: HookFault;
}

/** Hooks, all optional. They run while the call waits, so they must be quick; what they throw is told once and goes no further. */
export type TelemetryHooks = { readonly [Name in keyof TelemetryEvents]?: (event: TelemetryEvents[Name]) => void };

/** For the option `telemetry` of a client: hooks, and with them the code that tells them. Made by `hooks` or `logTo`. */
export interface Telemetry {
  readonly hooks: TelemetryHooks;
  readonly watch: WatchKind;
}
