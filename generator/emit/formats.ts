/** String formats of JSON Schema (2020-12, section 7.3) that samples are made for and examples are checked against. */

interface Format {
  readonly sample: string;
  readonly accepts: (text: string) => boolean;
}

function matches(expression: RegExp): (text: string) => boolean {
  return (text) => expression.test(text);
}

const date = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const dateTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

function isDay(text: string): boolean {
  return (
    !Number.isNaN(Date.parse(text)) &&
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10))
  );
}

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["date", { sample: "2026-01-31", accepts: (text) => date.test(text) && isDay(text) }],
  ["date-time", { sample: "2026-01-31T12:00:00Z", accepts: (text) => dateTime.test(text) && isDay(text) }],
  [
    "time",
    { sample: "12:00:00Z", accepts: matches(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i) },
  ],
  [
    "duration",
    {
      sample: "PT1H",
      accepts: matches(/^P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/),
    },
  ],
  ["email", { sample: "ada@example.com", accepts: matches(/^[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/) }],
  [
    "uuid",
    {
      sample: "123e4567-e89b-42d3-a456-426614174000",
      accepts: matches(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
    },
  ],
  [
    "uri",
    {
      sample: "https://example.com/",
      accepts: (text) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(text) && URL.canParse(text),
    },
  ],
  ["uri-reference", { sample: "/path", accepts: matches(/^[^\s<>"{}|\\^`]*$/) }],
  [
    "url",
    {
      sample: "https://example.com/",
      accepts: (text) => /^https?:\/\/[^\s]+\.[^\s]+$/i.test(text) && URL.canParse(text),
    },
  ],
  [
    "hostname",
    {
      sample: "example.com",
      accepts: matches(
        /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
      ),
    },
  ],
  ["ipv4", { sample: "192.0.2.1", accepts: matches(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/) }],
  ["ipv6", { sample: "2001:db8::1", accepts: matches(/^[0-9a-f:]+$/i) }],
  [
    "byte",
    { sample: "dGV4dA==", accepts: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/) },
  ],
]);

/** A text of the format; undefined for formats that mean nothing here. */
export function formatSample(format: string | undefined): string | undefined {
  return format === undefined ? undefined : formats.get(format)?.sample;
}

/** True unless the format is known and the text is not of it. */
export function hasFormat(format: string | undefined, text: string): boolean {
  return format === undefined || (formats.get(format)?.accepts(text) ?? true);
}
