import { takeFunction } from "./take-function.ts";

/** The tables and the function of the Postgres stores. Needs the right to create them; run again, it changes nothing. */
export const postgresSchema: string = `
create table if not exists couplet_rates (
  key text primary key,
  full_at float8 not null default 0,
  paused_until float8 not null default 0,
  max_units float8,
  server_left float8 not null default 0,
  server_until float8 not null default 0,
  moments float8[] not null default '{}',
  counts float8[] not null default '{}',
  idle_at float8 not null default 'infinity'
);
create table if not exists couplet_processes (
  id text primary key,
  seen_at timestamptz not null
);
create table if not exists couplet_breakers (
  key text primary key,
  open_until timestamptz not null
);
create table if not exists couplet_tokens (
  key text primary key,
  version bigint not null default 0,
  token text,
  fence bigint not null default 0,
  locked_until timestamptz
);
${takeFunction}`;
