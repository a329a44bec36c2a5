import type { PolicyValue } from "../policy-model.ts";

/** A rate as the policy writes it. */
export interface Rate {
  readonly amount: number;
  readonly per: string;
}

/** `10/s`, `150/minute`. */
export function parseRate(value: PolicyValue | undefined): Rate | undefined {
  const match = typeof value === "string" ? /^([0-9]{1,9})\s*\/\s*([smhd])[a-z]*$/.exec(value.trim()) : null;
  return match === null || Number(match[1]) < 1 ? undefined : { amount: Number(match[1]), per: `1${match[2]}` };
}
