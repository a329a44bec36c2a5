/**
 * One request of one partition, in one statement: gives back, hears what the provider said, and grants units with a
 * start, all on the server's clock while it holds the row. A bucket is kept as the moment at which it is full again; a
 * window as the moments at which units were used at the latest. Grants are counted as used at the end of their hold,
 * until it is told when they were.
 */
export const takeFunction: string = `
create or replace function couplet_take(
  partition text, is_bucket bool, capacity float8, per float8, refill float8, units float8, hold float8, horizon float8,
  back_units float8, back_slot float8, remaining float8, told_limit float8, reset float8, pause float8, spent float8,
  used_units float8, used_slot float8, used_ago float8,
  out granted float8, out wait float8, out slot float8, out units_left float8
) language plpgsql as $$
declare
  now_ms float8;
  state couplet_rates;
  most float8;
  cost float8;
  used float8 := 0;
  later float8 := 0;
  start_ms float8;
  interval_ms float8 := per / refill;
  newest float8;
  grain float8 := case when capacity > 1000 then per / 100 else 0.001 end;
  used_at float8;
begin
  loop
    select * into state from couplet_rates where key = partition for update;
    exit when found;
    -- Somebody may clear it away again before it is locked.
    insert into couplet_rates (key) values (partition) on conflict (key) do nothing;
  end loop;
  -- Only now, because the wait for the row is over.
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  state.max_units := coalesce(told_limit, state.max_units);
  most := greatest(1, least(capacity, state.max_units));
  if not is_bucket then most := floor(most); end if;
  state.paused_until := greatest(state.paused_until, now_ms + pause);
  cost := least(units, most);
  start_ms := greatest(now_ms, state.paused_until);
  granted := 0;
  slot := 0;

  if is_bucket then
    state.full_at := greatest(now_ms, state.full_at);
    if back_units > 0 then
      state.full_at := greatest(now_ms, state.full_at - greatest(0, least(back_units * interval_ms, back_slot - now_ms)));
    end if;
    state.full_at := state.full_at + spent * interval_ms;
    -- greatest() passes over nothing, so what was not told must stay nothing.
    if remaining is not null then
      state.full_at := greatest(state.full_at, now_ms + (most - greatest(0, remaining)) * interval_ms);
    end if;
    start_ms := greatest(start_ms, state.full_at + (cost - most) * interval_ms);
    if cost > 0 and start_ms - now_ms <= horizon then
      granted := cost;
      state.full_at := greatest(state.full_at, start_ms + hold) + cost * interval_ms;
      slot := state.full_at;
    end if;
    units_left := most - (state.full_at - now_ms) / interval_ms;
    state.idle_at := state.full_at;
  else
    used_at := ceil((now_ms - used_ago) / grain) * grain;
    if used_at >= used_slot then used_units := 0; end if;
    for at in 1 .. cardinality(state.moments) loop
      if state.moments[at] = back_slot then
        state.counts[at] := state.counts[at] - back_units;
        back_units := 0;
      end if;
      if state.moments[at] = used_slot then
        state.counts[at] := state.counts[at] - used_units;
        state.moments := state.moments || used_at;
        state.counts := state.counts || used_units;
        used_units := 0;
      end if;
    end loop;
    select coalesce(array_agg(m order by m), '{}'), coalesce(array_agg(c order by m), '{}'), coalesce(sum(c), 0), max(m)
      into state.moments, state.counts, used, newest
      from (select m, sum(c) c from unnest(state.moments, state.counts) log (m, c) where c > 0 group by m) log
      where m + per > now_ms;
    if spent > 0 then
      newest := greatest(now_ms, newest);
      state.moments := state.moments || newest;
      state.counts := state.counts || spent;
      used := used + spent;
    end if;
    if remaining < least(most - used, case when now_ms < state.server_until then state.server_left end) then
      state.server_left := greatest(0, remaining);
      state.server_until := coalesce(now_ms + reset, greatest(state.server_until, now_ms + per));
    end if;
    for at in reverse cardinality(state.moments) .. 1 loop
      later := later + state.counts[at];
      if later > most - cost then
        start_ms := greatest(start_ms, state.moments[at] + per);
        exit;
      end if;
    end loop;
    if now_ms < state.server_until and state.server_left < cost then
      start_ms := greatest(start_ms, state.server_until);
    end if;
    if cost > 0 and start_ms - now_ms <= horizon then
      granted := cost;
      slot := greatest(start_ms + hold, newest);
      if capacity > 1000 then slot := ceil(slot / grain) * grain; end if;
      if slot = newest then
        state.counts[cardinality(state.counts)] := state.counts[cardinality(state.counts)] + cost;
      else
        state.moments := state.moments || slot;
        state.counts := state.counts || cost;
      end if;
      state.server_left := state.server_left - cost;
    end if;
    units_left := least(most - used - granted, case when now_ms < state.server_until then state.server_left end);
    state.idle_at := greatest(slot, newest) + per;
  end if;

  wait := start_ms - now_ms;
  units_left := greatest(0, units_left);
  state.idle_at := greatest(state.idle_at, state.paused_until, state.server_until, now_ms);
  update couplet_rates set full_at = state.full_at, paused_until = state.paused_until, max_units = state.max_units,
    server_left = state.server_left, server_until = state.server_until, moments = state.moments, counts = state.counts,
    idle_at = state.idle_at where key = partition;
end $$;
`;
