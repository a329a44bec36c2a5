/** The windows that a document gives to an operation, kept by the runtime with the generated connector. */
import { expect, test } from "vitest";
import { imagesUpload as uploadInWinter } from "../../../generated/klaviyo/2026-01-15/images.ts";
import { imagesUpload as uploadInSpring } from "../../../generated/klaviyo/2026-04-15/images.ts";
import { profilesList } from "../../../generated/klaviyo/2026-04-15/profiles.ts";
import type { OperationDescriptor } from "../../../runtime/descriptor.ts";
import type { Permit } from "../../../runtime/limits.ts";
import { exchangeOf } from "../../runtime/policy-fixture.ts";
import { simulatedClock } from "../../runtime/simulated-clock.ts";

const second = 1_000;
const day = 86_400_000;

test.each([
  ["2026-01-15", uploadInWinter, 100],
  ["2026-04-15", uploadInSpring, 500],
] as const)(
  "%s: 3 uploads a second, 100 a minute, and as many a day as this revision allows",
  async (_, upload, daily) => {
    const clock = simulatedClock();
    const limits = upload.connector.limits!(upload.connector, { clock });
    const caller = { tenant: undefined, credential: "key", priority: "normal" } as const;
    const wait = { signal: new AbortController().signal, deadlineAt: Number.MAX_SAFE_INTEGER };
    let sent = 0;
    const send = (permit: Permit): void => {
      sent++;
      permit.settle(exchangeOf({}));
    };
    for (let call = 0; call < 800; call++) Promise.resolve(limits.admit(upload, caller, wait)).then(send, () => {});
    const sentAfter = async (milliseconds: number): Promise<number> => {
      await clock.advance(milliseconds - clock.mono());
      return sent;
    };
    expect(await sentAfter(0)).toBe(3);
    expect(await sentAfter(second)).toBe(6);
    expect(await sentAfter(59 * second)).toBe(100);
    expect(await sentAfter(119 * second)).toBe(Math.min(200, daily));
    expect(await sentAfter(day - second)).toBe(daily);
    expect(await sentAfter(day)).toBe(daily + 3);
  },
);

test("another operation counts apart", async () => {
  const limits = uploadInSpring.connector.limits!(uploadInSpring.connector, { clock: simulatedClock() });
  const caller = { tenant: undefined, credential: "key", priority: "normal" } as const;
  const wait = { signal: new AbortController().signal, deadlineAt: 0 };
  const admit = (of: OperationDescriptor): Permit | Promise<Permit> => limits.admit(of, caller, wait);
  for (let call = 0; call < 3; call++) (admit(uploadInSpring) as Permit).settle(exchangeOf({}));
  await expect(admit(uploadInSpring)).rejects.toThrow(/rate limit/);
  for (let call = 0; call < 75; call++) (admit(profilesList) as Permit).settle(exchangeOf({}));
  await expect(admit(profilesList)).rejects.toThrow(/rate limit/);
});
