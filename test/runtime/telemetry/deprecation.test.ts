/** Announcements of an end: RFC 9745, RFC 8594 and their drafts, as headers and as what a client does about them. */
import { type BaseClientOptions, connect, isConnectorError, logTo } from "@couplet/runtime";
import { checkDeprecation, deprecationNotices, jsonLines } from "@couplet/runtime/codegen/v1";
import { describe, expect, test, vi } from "vitest";
import { createRedactor } from "../../../runtime/redact.ts";
import { connector, define } from "../pay.ts";
import { rejection, secret } from "../pay-client.ts";
import { answer, answering, recorder } from "./recorder.ts";

const june = Date.UTC(2023, 5, 30, 23, 59, 59);
const rows: readonly [headers: Record<string, string>, notice: object | undefined][] = [
  [{}, undefined],
  [{ deprecation: "@1688169599" }, { deprecatedAt: june, links: [] }],
  [{ deprecation: " @1688169599 " }, { deprecatedAt: june, links: [] }],
  [{ deprecation: "true" }, { links: [] }],
  [{ deprecation: "Fri, 30 Jun 2023 23:59:59 GMT" }, { deprecatedAt: june, links: [] }],
  [{ deprecation: "false" }, undefined],
  [{ deprecation: "?0" }, undefined],
  [{ deprecation: "" }, undefined],
  [{ deprecation: "2023" }, { links: [] }],
  [{ deprecation: "@99999999999999999999" }, { links: [] }],
  [{ deprecation: "@-1" }, { links: [] }],
  [{ sunset: "Fri, 30 Jun 2023 23:59:59 GMT" }, { sunsetAt: june, links: [] }],
  [{ sunset: "soon" }, { links: [] }],
  [{ link: '</docs>; rel="next"' }, undefined],
  [
    {
      link: '<https://x.example/why?api_key=k>; rel="deprecation", <https://x.example/end>; rel=sunset; type="text/html"',
    },
    { links: ["https://x.example/why?api_key=[redacted]", "https://x.example/end"] },
  ],
];

test.each(rows)("%j", (headers, notice) => {
  const found = deprecationNotices(new Headers(headers), createRedactor(connector));
  expect(found).toEqual(notice && { deprecatedAt: undefined, sunsetAt: undefined, ...notice });
});

describe("a client", () => {
  const ended = { deprecation: "@1688169599", sunset: "Sun, 30 Jun 2024 23:59:59 GMT" };
  const client = (
    action: "report" | "fail" | undefined,
    fetch: typeof globalThis.fetch,
    options: BaseClientOptions = {},
  ) => {
    const own =
      action === undefined
        ? connector
        : {
            ...connector,
            deprecation: { use: deprecationNotices, action, ...(action === "fail" && { check: checkDeprecation }) },
          };
    const lines = define({
      connector: own,
      id: "lines.follow",
      stream: { use: jsonLines, items: "json" },
      responses: { "200": "stream" },
    });
    return connect(
      { auth: { secretKey: secret }, fetch, ...options },
      { a: { get: define({ connector: own }), lines } },
    ).a;
  };

  test("that reports tells hooks of every answer, errors too, and the log once", async () => {
    const { hooks, events } = recorder();
    const warn = vi.fn();
    const fetch = answering(answer(404, {}, ended), answer(200, {}, ended));
    const pay = client("report", fetch, { telemetry: [hooks, logTo({ warn })] });
    await pay.get({}).result();
    expect(await pay.get({})).toEqual({});
    expect(events.filter(({ name }) => name === "deprecation")).toHaveLength(2);
    expect(warn.mock.calls).toEqual([
      [
        expect.objectContaining({
          event: "couplet.deprecation",
          deprecatedAt: june,
          sunsetAt: june + 366 * 86_400_000,
        }),
        "charges.get (pay 2026-09-30): the provider says that it is deprecated from 2023-06-30 and may be gone from 2024-06-30.",
      ],
    ]);
  });

  test("that ignores tells nobody", async () => {
    const { hooks, events } = recorder();
    await client(undefined, answering(answer(200, {}, ended)), { telemetry: hooks }).get({});
    expect(events.some(({ name }) => name === "deprecation")).toBe(false);
  });

  test("that fails keeps the answer and says that it took effect", async () => {
    const error = await rejection(client("fail", answering(answer(200, { id: "1" }, ended))).get({}));
    expect(isConnectorError(error, "DeprecationError")).toBe(true);
    expect(error.message).toBe(
      "charges.get (pay 2026-09-30): the provider says that it is deprecated from 2023-06-30, may be gone from 2024-06-30. Sent once. The policy says versioning.deprecation: fail; move to what replaces it, or say `report`.",
    );
    expect(error).toMatchObject({ effect: "applied", attempts: 1, value: { id: "1" }, notice: { deprecatedAt: june } });
    expect(JSON.stringify(error)).not.toContain('"value"');
  });

  test("that fails does not repeat credentials that the answer repeats", async () => {
    const link = `<https://x.example/of/${secret}>; rel=deprecation`;
    const error = await rejection(client("fail", answering(answer(200, {}, { ...ended, link }))).get({}));
    expect(error.message).toContain("tells more at https://x.example/of/[redacted]");
  });

  test("that fails leaves the provider's own error as it is, and fine answers alone", async () => {
    expect(await rejection(client("fail", answering(answer(404, {}, ended))).get({}))).toMatchObject({
      name: "NotFoundError",
    });
    expect(await client("fail", answering(answer(200, { id: "1" }))).get({})).toEqual({ id: "1" });
  });

  test("that fails closes a stream", async () => {
    const cancel = vi.fn();
    const body = () => new ReadableStream({ pull() {}, cancel });
    const fetch = answering(
      () => new Response(body(), { headers: { "content-type": "application/x-ndjson", ...ended } }),
    );
    expect(await rejection(client("fail", fetch).lines({}))).toMatchObject({ name: "DeprecationError" });
    expect(cancel).toHaveBeenCalledOnce();
  });
});
