import type { StoredToken } from "../token-store.ts";
import { StoreFailure } from "./store-failure.ts";

/** A token as it is stored: JSON without its version, which the store keeps beside it. */
export function writeToken({ access, refresh, expiresAt, refreshAt }: StoredToken): string {
  return JSON.stringify({ access, refresh, expiresAt, refreshAt });
}

/** Throws a StoreFailure, which does not show the text, for what is no token. */
export function readToken(text: unknown, version: number): StoredToken {
  const token = parse(text);
  if (typeof token !== "object" || token === null) throw unreadable();
  const { access, refresh, expiresAt, refreshAt } = token as Readonly<Record<string, unknown>>;
  if (typeof access !== "string" || !isMaybe(refresh, "string")) throw unreadable();
  if (!isMaybe(expiresAt, "number") || !isMaybe(refreshAt, "number")) throw unreadable();
  return {
    access,
    version,
    ...(refresh !== undefined && { refresh }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(refreshAt !== undefined && { refreshAt }),
  };
}

function parse(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isMaybe<K extends "string" | "number">(
  value: unknown,
  kind: K,
): value is (K extends "string" ? string : number) | undefined {
  return value === undefined || typeof value === kind;
}

function unreadable(): StoreFailure {
  return new StoreFailure(
    "The token store holds something that is no token of this runtime. Give it a prefix of its own.",
  );
}
