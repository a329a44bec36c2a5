/**
 * Run as a child process, with the folder of the package of media.openapi.yaml: calls generated clients while
 * `Object.prototype` is polluted, and prints what was sent and what came back. With `hidden` the pollution is not
 * enumerable, and validators are on: zod lists what is enumerable, and stops working when the prototype has any of it.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient as createStripe } from "@connectors/stripe/2022-11-15";
import { validators as stripeValidators } from "@connectors/stripe/2022-11-15/validators";
import { logTo } from "@couplet/runtime";
import { pollute } from "./pollute.ts";

const [, , folder = "", kind] = process.argv;
const hidden = kind === "hidden";
const load = async (file: string) => import(pathToFileURL(join(folder, file)).href);
const { createClient } = await load("index.ts");
const { validators } = await load("validators/index.ts");

const sent: string[] = [];
const warned: string[] = [];
const answers: (() => Response)[] = [];
const options = {
  fetch: (async (input, init = {}) => {
    const headers = Object.hasOwn(init, "headers") ? [...new Headers(init.headers)] : [];
    sent.push(JSON.stringify([String(input), headers, Object.hasOwn(init, "body") ? String(init.body) : ""]));
    return answers.shift()!();
  }) as typeof fetch,
  telemetry: logTo({ warn: (_fields: object, text: string) => void warned.push(text) }),
};
const answer = (text: string, type: string) => () => new Response(text, { headers: { "content-type": type } });
const page = (ids: string[], more: boolean) =>
  answer(
    JSON.stringify({ object: "list", url: "/v1/charges", has_more: more, data: ids.map((id) => ({ id })) }),
    "application/json",
  );

// Made while nothing is polluted, as an application does at its start; the others below are not.
const media = createClient({ ...options, ...(hidden && { validators }) });
const outcomes: Record<string, unknown> = {};
async function note(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    outcomes[name] = await work();
  } catch (error) {
    outcomes[name] = String(error);
  }
}
async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const clean = pollute(!hidden);
await note("pages", async () => {
  answers.push(page(["ch_1", "ch_2"], true), page(["ch_3"], false));
  const stripe = createStripe({
    ...options,
    auth: { secretKey: "sk_own" },
    ...(hidden && { validators: stripeValidators }),
  });
  return (await all(stripe.charges.list({ limit: 2 }))).map((charge) => (charge as { id: string }).id);
});
await note("events", async () => {
  answers.length = 0;
  answers.push(
    answer(
      'data: {"kind":"added","at":1}\n\ndata: {"kind":"removed","__proto__":{"admin":true}}\n\n',
      "text/event-stream",
    ),
  );
  const events = (await all(media.events.follow())) as { data: { kind: string; admin?: boolean } }[];
  return events.map(({ data }) => [data.kind, data.admin ?? false]);
});
await note("lines", async () => {
  answers.push(answer('{"kind":"added","at":1}\n{"kind":"removed","at":2}\n', "application/x-ndjson"));
  return (await all(media.events.readLog())).map((change) => (change as { kind: string }).kind);
});
await note("valid", async () => {
  answers.push(answer('{"id":"i_1","__proto__":{"admin":true}}', "application/json"));
  const image = await createClient({ ...options, ...(hidden && { validators }) }).images.create({ body: { url: "u" } });
  return [image.id, image.admin ?? false];
});
if (hidden) await note("not valid", () => media.chat.create({ body: {} }));
clean();
console.log(JSON.stringify({ outcomes, sent, warned }));
