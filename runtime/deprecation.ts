/** What an answer says of the end of an operation: Deprecation (RFC 9745), Sunset (RFC 8594) and their links. */
import { linkTarget } from "./link-target.ts";
import { printable } from "./printable.ts";
import type { Redactor } from "./redact.ts";
import type { DeprecationNotice } from "./telemetry.ts";

/** Reads the notice off an answer's headers: a feature that generated code names. Undefined when there is none. */
export type DeprecationReader = (headers: Headers, redactor: Redactor) => DeprecationNotice | undefined;

/**
 * Reads `Deprecation: @1688169599` as well as the `true` and the HTTP dates of its drafts, `Sunset` and Link rel=deprecation
 * and rel=sunset. One of them is enough. A header whose text cannot be read as a moment still is a notice, without one.
 */
export const deprecationNotices: DeprecationReader = (headers, redactor) => {
  const deprecation = headers.get("deprecation")?.trim();
  const sunset = headers.get("sunset");
  const link = headers.get("link");
  if (deprecation === undefined && sunset === null && link === null) return undefined;
  const isDeprecated = deprecation !== undefined && !/^(?:|false|\?0)$/i.test(deprecation);
  const links = ["deprecation", "sunset"].flatMap((rel) => {
    const target = link === null ? undefined : linkTarget(link, rel);
    return target === undefined ? [] : [printable(redactor.url(target))];
  });
  if (!isDeprecated && sunset === null && links.length === 0) return undefined;
  return {
    deprecatedAt: isDeprecated ? moment(deprecation) : undefined,
    sunsetAt: sunset === null ? undefined : moment(sunset.trim()),
    links,
  };
};

/** Years 1970 to 9999: `Date` ends later, but people do not plan there. */
const latest = 253_402_300_799_999;

function moment(text: string): number | undefined {
  const date = /^@(-?\d{1,15})$/.exec(text);
  // Date.parse takes much; an HTTP date starts with the name of a day.
  const value =
    date !== null ? Number(date[1]) * 1_000 : /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return value >= 0 && value <= latest ? value : undefined;
}
