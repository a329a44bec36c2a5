import { encode, isCompound, members, type ParameterWriter, parts, toJsonText, toText } from "./parameters.ts";
import { encoder } from "./reserved-encoding.ts";

/**
 * The text that stands for a path parameter of any schema in any style: arrays and objects, JSON text, `label`, `matrix`
 * and `allowReserved` too.
 */
export const styledPathText: ParameterWriter = (name, value, style) => {
  const enc = encoder(style, "path", value);
  if (style.style === "json") return enc(toJsonText(value));
  const lead = style.style === "label" ? "." : style.style === "matrix" ? ";" : "";
  // RFC 6570 3.2.7: of an empty value only the name is written.
  const pair = (key: string, text: string): string =>
    text === "" && style.style === "matrix" ? encode(key) : `${encode(key)}=${text}`;
  const named = (text: string): string => lead + (style.style === "matrix" ? pair(name, text) : text);
  if (!isCompound(value)) return named(enc(toText(value)));
  const flat = parts(value).map((part) => enc(toText(part)));
  if (flat.length === 0) return "";
  if (!style.explode) return named(flat.join(","));
  if (Array.isArray(value)) return lead === "" ? flat.join(",") : flat.map(named).join("");
  const pairs = members(value).map(([k, v]) => pair(k, enc(toText(v))));
  return lead + pairs.join(lead || ",");
};
