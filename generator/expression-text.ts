/** Pointers and conditions as a person writes them in a policy. */

import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "./json-pointer.ts";

/** `$response.body#/error/code`. */
export function toExpression(pointer: Pointer): string {
  if (pointer.from === "status") return "$statusCode";
  if (pointer.from === "body" || pointer.from === "request.body") {
    const path = pointerTo("", ...pointer.path);
    return `${pointer.from === "body" ? "$response.body" : "$request.body"}${path === "" ? "" : `#${path}`}`;
  }
  return `${pointer.from === "header" ? "$response.header" : `$${pointer.from}`}.${pointer.name}`;
}

function literal(value: string | number | boolean | null): string {
  return typeof value === "string" ? `'${value.replace(/['\\]/g, "\\$&")}'` : String(value);
}

/** `$statusCode == 429 && !($response.body#/ok == true)`. Reads back as the same condition. */
export function toConditionText(condition: Condition): string {
  if (condition.op === "!") return `!(${toConditionText(condition.of[0])})`;
  if ("of" in condition) {
    const parts = condition.of.map((one) =>
      "of" in one && one.op !== "!" ? `(${toConditionText(one)})` : toConditionText(one),
    );
    return parts.join(` ${condition.op} `);
  }
  const left = toExpression(condition.left);
  if (condition.op === "matches") return `${left} matches /${condition.pattern.replaceAll("/", "\\/")}/`;
  return `${left} ${condition.op} ${literal(condition.right)}`;
}
