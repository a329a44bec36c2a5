/** `couplet policy schema`: the JSON Schema of the policy format. */
import { printPolicySchema } from "../policy-json-schema.ts";
import type { Console } from "./console.ts";

export function runPolicySchema(console: Console): number {
  console.out(printPolicySchema().trimEnd());
  return 0;
}
