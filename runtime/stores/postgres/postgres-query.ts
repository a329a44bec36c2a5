import { StoreFailure } from "../shared/store-failure.ts";

/** Any client of Postgres: `(text, params) => pool.query(text, params)`. The result is the rows, or has them as `rows`. */
export type PostgresQuery = (text: string, params: unknown[]) => Promise<unknown>;

export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement. Throws a StoreFailure when the result has no rows in it, or the tables are not there. */
export async function rowsOf(query: PostgresQuery, text: string, params: unknown[]): Promise<readonly Row[]> {
  let result: unknown;
  try {
    result = await query(text, params);
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== "42P01") throw error;
    throw new StoreFailure("Postgres does not have the tables of the stores. Run the SQL of `postgresSchema` once.");
  }
  const rows = Array.isArray(result) ? result : (result as { readonly rows?: unknown } | null)?.rows;
  if (Array.isArray(rows)) return rows as readonly Row[];
  throw new StoreFailure("The query function for Postgres gave neither rows nor an object with `rows`.");
}
