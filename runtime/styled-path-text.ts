import { elements, encode, isObject, members, type ParameterWriter, toJsonText, toText } from "./parameters.ts";
import { encoder } from "./reserved-encoding.ts";

/** The text that stands for a path parameter in any style: `label`, `matrix` and `allowReserved` too. */
export const styledPathText: ParameterWriter = (name, value, style) => {
  const enc = encoder(style, "path", value);
  if (style.style === "json") return enc(toJsonText(value));
  const lead = style.style === "label" ? "." : style.style === "matrix" ? ";" : "";
  // RFC 6570 3.2.7: of an empty value only the name is written.
  const pair = (key: string, text: string): string =>
    text === "" && style.style === "matrix" ? encode(key) : `${encode(key)}=${text}`;
  const named = (text: string): string => lead + (style.style === "matrix" ? pair(name, text) : text);
  if (!Array.isArray(value) && !isObject(value)) return named(enc(toText(value)));
  const flat = (Array.isArray(value) ? elements(value) : members(value).flat()).map((part) => enc(toText(part)));
  if (flat.length === 0) return "";
  if (!style.explode) return named(flat.join(","));
  if (Array.isArray(value)) return lead === "" ? flat.join(",") : flat.map(named).join("");
  const pairs = members(value as Record<string, unknown>).map(([k, v]) => pair(k, enc(toText(v))));
  return lead + pairs.join(lead || ",");
};
