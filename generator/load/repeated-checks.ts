/**
 * A validator asks every schema of `allOf`, `anyOf` and `oneOf` about the same value. Where these meet again in one
 * schema, level over level, it is asked 2^n times: such documents are hostile or broken, and their validators stop there.
 */
import type { Schema } from "../model.ts";

/** How often named schemas may be asked about one value; real documents stay below a hundredth of it. */
export const MAX_CHECKS = 10_000;

type Schemas = ReadonlyMap<string, Schema>;

const prefix = "#/components/schemas/";

function refOf(schema: Schema): string | undefined {
  return schema.$ref?.startsWith(prefix) ? schema.$ref.slice(prefix.length) : undefined;
}

/** Named schemas that are asked about the same value, as often as they are; twice in one list is once. */
function askedBy(schema: Schema): string[] {
  const own = refOf(schema);
  const asked = own === undefined ? [] : [own];
  for (const parts of [schema.allOf, schema.anyOf, schema.oneOf]) {
    const refs = new Set<string>();
    for (const part of parts ?? []) {
      const name = refOf(part);
      if (name === undefined) asked.push(...askedBy(part));
      else refs.add(name);
    }
    asked.push(...refs);
  }
  return asked;
}

interface Step {
  readonly name: string;
  readonly asked: readonly string[];
  next: number;
  checks: number;
}

/** Names of the schemas at which a check must stop, so that none takes more than `MAX_CHECKS`. Linear; never recurses. */
export function repeatedChecks(schemas: Schemas): string[] {
  const checks = new Map<string, number>();
  const stops: string[] = [];
  for (const root of schemas.keys()) {
    const path: Step[] = [];
    const open = new Set<string>();
    const enter = (name: string): void => {
      open.add(name);
      path.push({ name, asked: askedBy(schemas.get(name) ?? {}), next: 0, checks: 1 });
    };
    if (!checks.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = top.asked[top.next];
      if (target === undefined) {
        const isTooMuch = top.checks > MAX_CHECKS;
        if (isTooMuch) stops.push(top.name);
        checks.set(top.name, isTooMuch ? 1 : top.checks);
        open.delete(top.name);
        path.pop();
        continue;
      }
      const known = checks.get(target);
      // A circle without a property in between is cut where validators are made.
      if (known === undefined && !open.has(target) && schemas.has(target)) {
        enter(target);
        continue;
      }
      top.checks += known ?? 0;
      top.next++;
    }
  }
  return stops;
}
