import type { Connector } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { Redactor } from "./redact.ts";
import type { VersionMismatch } from "./telemetry.ts";

/** Tells when another version answered than the one that was asked. A feature that generated code names: `versionEcho`. */
export type EchoReader = (
  connector: Connector,
  exchange: Exchange,
  redactor: Redactor,
) => Omit<VersionMismatch, "call"> | undefined;

export const versionEcho: EchoReader = ({ echo }, exchange, redactor) => {
  const answered = echo && readPointer(echo.from, exchange);
  if (answered === undefined || String(answered) === echo!.expect) return undefined;
  return { expected: echo!.expect, answered: printable(redactor.text(String(answered))) };
};
