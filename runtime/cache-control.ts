/** Directives of Cache-Control by name (RFC 9111 section 5.2). */
export function directives(text: string | null | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of (text ?? "").slice(0, 1_024).split(",")) {
    const [name = "", value = ""] = part.split("=", 2);
    found.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1"));
  }
  return found;
}
