/** A message taken apart at its backticks: names and values between them are code. */

export interface Segment {
  readonly kind: "text" | "code";
  readonly text: string;
}

/** Backticks that make no pairs are text like any other. */
export function segmentsOf(message: string): Segment[] {
  const parts = message.split("`");
  if (parts.length % 2 === 0) return [{ kind: "text", text: message }];
  return parts.flatMap((text, index) => (text === "" ? [] : [{ kind: index % 2 === 0 ? "text" : "code", text }]));
}
