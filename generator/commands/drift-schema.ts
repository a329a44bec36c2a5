/** `couplet drift schema`: the JSON Schema of the reports. */
import { printReportSchema } from "../drift/report/report-schema.ts";
import type { Console } from "./console.ts";

export function runDriftSchema(console: Console): number {
  console.out(printReportSchema());
  return 0;
}
