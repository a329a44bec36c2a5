import { describe, expect, test } from "vitest";
import { isConfidential, isSameOrigin, resolveServers } from "../../runtime/origin.ts";
import { connector } from "./pay.ts";

const shop = {
  ...connector,
  servers: [
    { name: "live", url: "https://{shop}.shop.example/admin/{version}/" },
    { name: "test", url: "https://sandbox.shop.example" },
    { name: "own", url: "{host}" },
    { name: "any", url: "{scheme}://{domain}:{port}" },
  ],
  serverVariables: {
    shop: { pattern: "[a-z0-9-]+" },
    version: { default: "2026-10", enum: ["2026-07", "2026-10"] },
    scheme: { default: "https" },
    port: { default: "443" },
  },
};
const base = (options: Parameters<typeof resolveServers>[1]) => resolveServers(shop, options).baseOf(undefined);
const shopOf = (value: string) => base({ serverVariables: { shop: value } });

test.each([
  [{ serverVariables: { shop: "north" } }, "https://north.shop.example/admin/2026-10"],
  [{ serverVariables: { shop: "north", version: "2026-07" } }, "https://north.shop.example/admin/2026-07"],
  [{ server: "test" }, "https://sandbox.shop.example"],
  [{ server: "own", serverVariables: { host: "https://a.example/x" } }, "https://a.example/x"],
  [{ server: "any", serverVariables: { domain: "a.example", port: "8443" } }, "https://a.example:8443"],
  [{ baseUrl: "https://proxy.example/pay/" }, "https://proxy.example/pay"],
  [{ baseUrl: "http://localhost:8080" }, "http://localhost:8080"],
  [{ baseUrl: "http://127.0.0.1:1/x" }, "http://127.0.0.1:1/x"],
  [{ baseUrl: "http://[::1]:1" }, "http://[::1]:1"],
])("%j is %s", (options, wanted) => {
  expect(base(options)).toBe(wanted);
});

test.each([
  [{}, /"shop".* has no value: give createClient\(\{ serverVariables: \{ shop/],
  [{ serverVariables: { shop: "a", version: "1" } }, /must be one of "2026-07", "2026-10"/],
  [{ server: "lvie" }, /Unknown server "lvie".*"live", "test"/],
  [{ baseUrl: "http://api.example" }, /must use https/],
  [{ baseUrl: "ftp://localhost" }, /must use https/],
  [{ baseUrl: "api.example" }, /not an absolute URL/],
  [{ baseUrl: "https://user:pw@a.example" }, /must not hold a user name/],
  [{ baseUrl: "https://a.example?key=1" }, /query/],
  [{ baseUrl: "https://a.example/v1?" }, /query/],
  [{ baseUrl: "https://a.example/v1#" }, /fragment/],
  [{ baseUrl: "http://localhost.evil.example" }, /must use https/],
  [{ server: "any", serverVariables: { domain: "a.example", scheme: "javascript" } }, /structure/],
  [{ server: "own", serverVariables: { host: "https://a.example@evil.example" } }, /structure/],
])("refuses %j", (options, wanted) => {
  expect(() => base(options)).toThrow(wanted);
});

test.each(["evil.example/", "a@evil.example", "a#", "a?x", "a:1", "a\\", "a b", "", "evil.example%2f", "..", "A"])(
  "the variable of the host cannot be %j, by its pattern",
  (value) => {
    expect(() => shopOf(value)).toThrow(/does not match/);
  },
);

test.each([
  "evil.example/",
  "a@evil.example",
  "a#",
  "a?x",
  "a:1",
  "a\\",
  "a b",
  "evil.example%2f",
  "-a",
  "a.",
  "[::1]",
])("nor %j, without one", (value) => {
  const open = { ...shop, serverVariables: { ...shop.serverVariables, shop: {} } };
  expect(() => resolveServers(open, { serverVariables: { shop: value } })).toThrow(/structure/);
});

test.each(["../x", "a/../b", "a?b", "a#b", "a%2e"])("nor can a variable of the path be %j", (value) => {
  const open = { ...shop, serverVariables: { shop: {}, version: {} } };
  expect(() => resolveServers(open, { serverVariables: { shop: "a", version: value } })).toThrow(/structure/);
});

test("own-property lookups only", () => {
  const odd = { ...shop, servers: [{ name: "x", url: "https://{constructor}.example" }] };
  expect(() => resolveServers(odd, {})).toThrow(/has no value/);
  expect(() => resolveServers(shop, { serverVariables: Object.create({ shop: "a" }) })).toThrow(/has no value/);
});

test("an operation's own server is checked too, and baseUrl replaces it", () => {
  const servers = resolveServers(shop, { server: "test" });
  expect(servers.baseOf("https://files.shop.example/v1/")).toBe("https://files.shop.example/v1");
  expect(() => servers.baseOf("http://files.shop.example")).toThrow(/https/);
  expect(resolveServers(shop, { baseUrl: "http://localhost:1" }).baseOf("https://files.shop.example")).toBe(
    "http://localhost:1",
  );
});

test.each([
  ["https://a.example/x", "https://a.example:443/y", true],
  ["https://a.example", "http://a.example", false],
  ["https://a.example", "https://a.example:8443", false],
  ["https://a.example", "https://b.a.example", false],
  ["https://a.example", "https://A.EXAMPLE", true],
  ["data:x", "data:x", false],
])("%s and %s are of one origin: %s", (one, other, wanted) => {
  expect(isSameOrigin(new URL(one), new URL(other))).toBe(wanted);
});

test.each([
  ["http://localhost", true],
  ["http://a.localhost", true],
  ["http://127.9.9.9", true],
  ["http://127.1", true],
  ["http://[::1]", true],
  ["http://127.0.0.1.evil.example", false],
  ["http://0.0.0.0", false],
  ["http://10.0.0.1", false],
  ["http://notlocalhost", false],
  ["https://10.0.0.1", true],
  ["ws://localhost", false],
])("secrets may be sent to %s: %s", (url, wanted) => {
  expect(isConfidential(new URL(url))).toBe(wanted);
});

describe("the server of one operation", () => {
  const own = (template: string, serverVariables = {}): string =>
    resolveServers(shop, { server: "test", serverVariables }).baseOf(template);

  test.each([
    ["https://{shop}.up.example/x/", { shop: "north" }, "https://north.up.example/x"],
    ["/v2", {}, "https://sandbox.shop.example/v2"],
    ["/", {}, "https://sandbox.shop.example"],
    ["/v2/{version}/", { version: "2026-07" }, "https://sandbox.shop.example/v2/2026-07"],
    // What a resolver of references would take for a host.
    ["/\\evil.example", {}, "https://sandbox.shop.example//evil.example"],
    ["/@evil.example", {}, "https://sandbox.shop.example/@evil.example"],
  ])("%s with %j is %s", (template, variables, wanted) => {
    expect(own(template, variables)).toBe(wanted);
  });

  test.each([
    ["//evil.example", {}, /not an absolute URL/],
    ["v2", {}, /not an absolute URL/],
    ["http://up.example", {}, /must use https/],
    ["/v2/{version}", { version: "1" }, /must be one of/],
    ["/{shop}", { shop: "/evil.example" }, /does not match/],
  ])("refuses %s with %j", (template, variables, wanted) => {
    expect(() => own(template, variables)).toThrow(wanted);
  });

  test("is the base that the client is given", () => {
    expect(resolveServers(shop, { baseUrl: "https://proxy.example/x" }).baseOf("/v2")).toBe("https://proxy.example/x");
  });
});
