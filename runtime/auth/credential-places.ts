import type { CredentialPlace } from "./template.ts";

/** The rest of the query keeps its own encoding. */
export const inQuery: CredentialPlace = (name, value) => (_, url) => {
  url.search = replaced(url.search.slice(1), "&", encodeURIComponent(name), encodeURIComponent(value));
};

export const inCookie: CredentialPlace = (name, value) => {
  if (/[^\x21-\x7e\x80-\xff]|[;,\s]/.test(value)) return undefined;
  return (headers) => headers.set("cookie", replaced(headers.get("cookie") ?? "", "; ", name, value));
};

function replaced(pairs: string, separator: string, name: string, value: string): string {
  const others = pairs === "" ? [] : pairs.split(separator).filter((pair) => !pair.startsWith(`${name}=`));
  return [...others, `${name}=${value}`].join(separator);
}
