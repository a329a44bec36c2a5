import { StoreFailure } from "./store-failure.ts";

/** A number of a store's answer, which drivers give as text or as a number. Throws a StoreFailure for anything else. */
export function readNumber(value: unknown): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  if (typeof number === "bigint") return Number(number);
  throw new StoreFailure(`The store answered with ${typeof value} where a number was expected.`);
}
