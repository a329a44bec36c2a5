/** `bindings.json` of a generated version, read back. */
import { z } from "zod";
import { type Diagnostic, InputError } from "../../errors.ts";
import { pointerTo } from "../../json-pointer.ts";

export interface OperationBinding {
  readonly file: string;
  /** Interface and method. */
  readonly method: readonly [string, string];
  /** `SpecOperation.key` */
  readonly operation: string;
  readonly pointer: string;
  /** Name of the input's type, and the pointers of its members. */
  readonly input?: string | undefined;
  readonly members?: Readonly<Record<string, string>> | undefined;
  readonly outcome: string;
  readonly streamOutcome?: string | undefined;
  readonly headers?: string | undefined;
  readonly headerMembers?: Readonly<Record<string, string>> | undefined;
}

export interface TypeBinding {
  readonly file: string;
  readonly pointer?: string | undefined;
  /** Members that do not follow by name: path of names -> pointers below that of the type. */
  readonly members?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export interface Bindings {
  readonly provider: string;
  readonly version: string;
  /** By the name of the operation's constant. */
  readonly operations: Readonly<Record<string, OperationBinding>>;
  readonly types: Readonly<Record<string, TypeBinding>>;
}

const text = z.string();
const texts = z.record(text, text).optional();
const schema: z.ZodType<Bindings> = z.object({
  provider: text,
  version: text,
  operations: z.record(
    text,
    z.object({
      file: text,
      method: z.tuple([text, text]),
      operation: text,
      pointer: text,
      input: text.optional(),
      members: texts,
      outcome: text,
      streamOutcome: text.optional(),
      headers: text.optional(),
      headerMembers: texts,
    }),
  ),
  types: z.record(
    text,
    z.object({
      file: text,
      pointer: text.optional(),
      members: z.record(text, z.union([text, z.array(text)])).optional(),
    }),
  ),
});

function refuse(file: string, message: string): InputError {
  const finding: Diagnostic = {
    file,
    line: 1,
    column: 1,
    code: "D301",
    severity: "error",
    message,
    fix: "generate the package again: couplet generate",
  };
  return new InputError([finding]);
}

/** Throws `InputError` for a file that an older couplet wrote, or that is no bindings file. */
export function parseBindings(file: string, content: string): Bindings {
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch {
    throw refuse(file, "this is no JSON, so that nothing tells which symbol stands for which field");
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join(".") ?? "";
  throw refuse(file, `these bindings do not lead to fields (${place || "no object"}): an older couplet wrote them`);
}

/** Where a member of a type's declaration stands in the document; `path` are the names on the way to it. */
export function pointersOfMember({ pointer, members = {} }: TypeBinding, path: readonly string[]): readonly string[] {
  if (pointer === undefined) return [];
  const last = path.at(-1);
  if (last === undefined) return [pointer];
  const key = pointerTo("", ...path);
  if (Object.hasOwn(members, key)) return [members[key]!].flat().map((below) => pointer + below);
  return pointersOfMember({ pointer, members, file: "" }, path.slice(0, -1)).map((parent) =>
    pointerTo(parent, "properties", last),
  );
}
