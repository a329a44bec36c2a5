import type { ConnectorError, Effect, ErrorContext } from "./errors.ts";
import type { Redactor } from "./redact.ts";
import type { AttemptOutcome } from "./retry.ts";

/** What the caller's error is made of, should the call end with this attempt. */
interface Breakage {
  readonly Type: new (message: string, context: ErrorContext) => ConnectorError;
  /** For log lines. */
  readonly label: string;
  readonly effect: Effect;
  readonly code?: string | undefined;
  readonly cause?: Error | undefined;
  /** Absent: it is never tried again. */
  readonly outcome?: AttemptOutcome;
}

/** Ends an attempt: no answer came, or one that cannot be used. It tells what it means where it is found out. */
export class Broken extends Error {
  readonly breakage: Breakage;

  constructor(message: string, breakage: Breakage) {
    super(message);
    this.breakage = breakage;
  }

  /** The message as it may be shown. */
  text(_redactor: Redactor): string {
    return this.message;
  }
}
