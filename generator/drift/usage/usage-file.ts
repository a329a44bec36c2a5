/** `usage.json`: which operations and fields a consumer uses, without its text. For whoever owns the clients, or the provider. */
import { z } from "zod";
import { InputError } from "../../errors.ts";
import type { Json } from "../../model.ts";
import type { UsageKind } from "../finding.ts";

/** One way in which a field is used at one place. */
export interface FieldUse {
  readonly how: UsageKind;
  /** Only values that the document itself lists. */
  readonly value?: Json | undefined;
  /** Through a variable: it matters only with its value. */
  readonly held?: true | undefined;
  /** `src/billing.ts:14:7` */
  readonly at: string;
}

export interface PackageUsage {
  readonly provider: string;
  readonly version: string;
  /** Operation key -> its pointer, and where it is called. */
  readonly operations: Readonly<Record<string, { readonly pointer: string; readonly calls: readonly string[] }>>;
  /** JSON Pointer in the normalised document -> uses. */
  readonly fields: Readonly<Record<string, readonly FieldUse[]>>;
}

export interface UsageFile {
  readonly schemaVersion: 1;
  /** Name of the consumer's package, or of its folder. */
  readonly consumer: string;
  readonly packages: readonly PackageUsage[];
}

const text = z.string();
const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const how: z.ZodType<UsageKind> = z.enum([
  "call",
  "read",
  "write",
  "compare",
  "exhaustive",
  "type",
  "reexport",
  "escape",
]);
const use: z.ZodType<FieldUse> = z.object({
  how,
  value: json.optional(),
  held: z.literal(true).optional(),
  at: text.regex(/:\d+:\d+$/),
});
const schema: z.ZodType<UsageFile> = z.object({
  schemaVersion: z.literal(1),
  consumer: text,
  packages: z.array(
    z.object({
      provider: text,
      version: text,
      operations: z.record(text, z.object({ pointer: text, calls: z.array(text.regex(/:\d+:\d+$/)) })),
      fields: z.record(text, z.array(use)),
    }),
  ),
});

/** Sorted, one entry a line: the same code gives the same bytes. */
export function printUsageFile(file: UsageFile): string {
  const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const packages = file.packages.map((one) => ({
    ...one,
    operations: sorted(one.operations),
    fields: sorted(one.fields),
  }));
  return `${JSON.stringify({ ...file, packages }, null, 1)}\n`;
}

/** Throws `InputError` for what is no usage file. */
export function parseUsageFile(file: string, content: string): UsageFile {
  const refuse = (message: string): InputError => {
    const fix = "write it again: couplet impact --project tsconfig.json --usage-out <file>";
    return new InputError([{ file, line: 1, column: 1, code: "D303", severity: "error", message, fix }]);
  };
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch {
    throw refuse("this is no JSON, and so no usage file");
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join(".") || "the whole";
  throw refuse(`this is no usage file: ${place} is not as it should be`);
}
