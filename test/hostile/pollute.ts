/** What an attacker would like to be options, on `Object.prototype`. */
const attacker = "https://attacker.example";
const wanted: Readonly<Record<string, unknown>> = {
  baseUrl: attacker,
  server: "attacker",
  serverVariables: { host: attacker },
  auth: { secretKey: "polluted" },
  headers: { "x-polluted": "1" },
  tenant: "polluted",
  idempotencyKey: "polluted",
  businessId: "polluted",
  retry: false,
  deadline: 1,
  query: "polluted=1",
  username: "polluted",
  extra: attacker,
  url: attacker,
  once: true,
  refresh: () => Promise.resolve(true),
};

/** Pollutes the prototype; the returned function cleans it. `but` leaves names out. */
export function pollute(enumerable: boolean, but: readonly string[] = []): () => void {
  const names = Object.keys(wanted).filter((name) => !but.includes(name));
  for (const name of names) {
    const value = wanted[name];
    Object.defineProperty(Object.prototype, name, { value, enumerable, configurable: true, writable: true });
  }
  return () => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  };
}
