import { describe, expect, test } from "vitest";
import type { ApiDocument } from "../../../generator/model.ts";
import { load, withOperation } from "./document-in.ts";

const list = { type: "array", items: { type: "string" } };
const findings = (api: ApiDocument): string[] => api.diagnostics.map(({ code }) => code);

describe("parameters", () => {
  const at = (place: string, more: object): object => ({ name: "p", in: place, schema: list, ...more });
  test.each<[object, object, string[]]>([
    [at("query", { style: "pipeDelimited" }), { style: "pipeDelimited" }, []],
    [at("query", { style: "pipeDelimited", explode: false }), { style: "pipeDelimited", explode: false }, []],
    [at("query", { style: "deepObject" }), { style: "deepObject" }, []],
    [at("query", { style: "deepObject", explode: false }), { style: "deepObject", explode: false }, []],
    [at("query", { allowReserved: true }), { allowReserved: true }, []],
    // Not defined by OpenAPI.
    [at("query", { style: "pipeDelimited", explode: true }), { style: "pipeDelimited", explode: true }, ["S035"]],
    [at("query", { style: "spaceDelimited", explode: true }), { style: "spaceDelimited", explode: true }, ["S035"]],
    // A style of another place is not followed.
    [at("query", { style: "matrix", explode: false }), { explode: false }, ["S020"]],
    [at("header", { style: "deepObject" }), {}, ["S020"]],
    [at("header", { style: "form" }), {}, ["S020"]],
    [at("cookie", { style: "pipeDelimited" }), {}, ["S020"]],
    [at("query", { style: "bogus" }), {}, ["S020"]],
    [at("query", { style: 5, explode: "yes" }), {}, ["S020", "S020"]],
  ])("%j", async (parameter, wanted, codes) => {
    const api = await load({ "a.json": withOperation({ parameters: [parameter] }) });
    const { style, explode, allowReserved } = api.operations[0]!.parameters[0]!;
    expect(JSON.parse(JSON.stringify({ style, explode, allowReserved }))).toEqual(wanted);
    expect(findings(api)).toEqual(codes);
  });

  test("the style cookie of OpenAPI 3.2 is read, and is in the bundled document", async () => {
    const parameters = [at("cookie", { style: "cookie" })];
    const api = await load({ "a.json": withOperation({ parameters }, {}, "3.2.0") });
    expect(api.operations[0]?.parameters).toMatchObject([{ in: "cookie", style: "cookie" }]);
    expect(JSON.stringify(api.bundled)).toContain('"style":"cookie"');
    expect(findings(api)).toEqual([]);
  });

  test("S035 names the place, what is sent, and what to do", async () => {
    const parameters = [at("query", { style: "spaceDelimited", explode: true })];
    const api = await load({ "a.json": withOperation({ parameters }) });
    expect(api.diagnostics[0]).toMatchObject({
      severity: "warning",
      excerpt: { text: expect.stringContaining('"explode": true') },
      message: expect.stringContaining("sent as style form"),
      fix: expect.stringContaining("explode: false"),
    });
  });
});

describe("Encoding Objects", () => {
  const urlencoded = "application/x-www-form-urlencoded";
  const multipart = "multipart/form-data";
  const pipes = { style: "pipeDelimited", explode: false };
  test.each<[openapi: string, type: string, encoding: object, wanted: object, codes: string[]]>([
    ["3.1.0", urlencoded, pipes, pipes, []],
    ["3.1.0", multipart, pipes, pipes, []],
    ["3.2.0", multipart, pipes, pipes, []],
    // Up to 3.0 these fields are ignored in multipart, from 3.1 on they are not.
    ["3.0.3", urlencoded, pipes, pipes, []],
    ["3.0.3", multipart, { ...pipes, contentType: "text/css" }, { contentType: "text/css" }, []],
    ["3.1.0", "multipart/mixed", pipes, {}, []],
    ["3.1.0", "application/json", pipes, {}, []],
    // There at all, a field turns the media type off.
    [
      "3.1.0",
      urlencoded,
      { contentType: "application/json", allowReserved: false },
      { style: "form", contentType: "application/json" },
      [],
    ],
    ["3.1.0", urlencoded, { explode: false }, { explode: false }, []],
    [
      "3.1.0",
      urlencoded,
      { style: "spaceDelimited", explode: true },
      { style: "spaceDelimited", explode: true },
      ["S035"],
    ],
  ])("%s %s %j", async (openapi, type, encoding, wanted, codes) => {
    const schema = { type: "object", properties: { p: list } };
    const requestBody = { content: { [type]: { schema, encoding: { p: encoding } } } };
    const api = await load({ "a.json": withOperation({ requestBody }, {}, openapi) });
    expect(api.operations[0]?.requestBody?.content[0]?.encoding?.["p"] ?? {}).toEqual(wanted);
    expect(findings(api)).toEqual(codes);
    // The contract suite reads the bundled document as 3.1: what 3.0 ignores must not stand there.
    if (openapi === "3.0.3" && type === multipart) expect(JSON.stringify(api.bundled)).not.toContain("pipeDelimited");
  });
});
