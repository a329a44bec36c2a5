import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ownOptions } from "../../runtime/own-options.ts";

const script = fileURLToPath(new URL("./polluted-call.ts", import.meta.url));

test("a polluted Object.prototype supplies no option: the other server sees nothing", async () => {
  const flags = ["--conditions=@couplet/source", "--disable-proto=throw"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const told = JSON.parse(stdout) as {
    stolen: number;
    seen: { headers: Record<string, string> }[];
    outcomes: string[];
  };
  expect(told.stolen).toBe(0);
  for (const { headers } of told.seen) expect(headers["x-polluted"]).toBeUndefined();
  expect(JSON.stringify(told)).not.toContain("deadline of 1 ms");
}, 60_000);

test("inherited options do not count, own ones do", () => {
  const options = ownOptions(Object.assign(Object.create({ baseUrl: "https://attacker.example" }), { tenant: "a" }));
  expect((options as { baseUrl?: string }).baseUrl).toBeUndefined();
  expect((options as { tenant?: string }).tenant).toBe("a");
});
