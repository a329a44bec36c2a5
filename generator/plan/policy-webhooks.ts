/** P603: webhooks that a stranger could forge. They are not honoured yet; their mistakes are told all the same. */
import { at, type Branch, entriesAt, isNone, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { durationAt, type Planning, unknownName } from "./planning.ts";

const longestTolerance = 15 * 60_000;

function report(
  planning: Planning,
  node: Node,
  of: "key" | "value",
  message: string,
  fix: string,
  severity?: "warning",
): void {
  planning.findings.add(
    { path: node.path, spot: { of } },
    { code: "P603", message, fix, ...(severity && { severity }) },
  );
}

function checkTimestamp(planning: Planning, signature: Branch): void {
  const timestamp = at(signature, "timestamp");
  if (isNone(timestamp)) return;
  if (timestamp === undefined) {
    if (!planning.source?.has([...signature.path, "timestamp"]))
      report(
        planning,
        signature,
        "key",
        "a signature without a time can be replayed for ever",
        "add `timestamp: { format: epochSeconds, tolerance: 5m }`, or `timestamp: none` if the provider signs no time",
      );
    return;
  }
  const tolerance = leafAt(timestamp, "tolerance");
  if (tolerance && (durationAt(tolerance) ?? 0) > longestTolerance)
    report(
      planning,
      tolerance,
      "value",
      `a message may be replayed for ${tolerance.value}`,
      "write at most `15m`; 5m is usual",
      "warning",
    );
}

function checkCertificate(planning: Planning, signature: Branch): void {
  const certificate = at(signature, "certificate");
  if (certificate === undefined) return;
  const hosts = leafAt(certificate, "hosts");
  const list = listAt(hosts) ?? [];
  if (list.length === 0)
    report(
      planning,
      hosts ?? certificate,
      "key",
      "a certificate is fetched from any host that a message names",
      "add `hosts: [api.provider.example]`: the only hosts it may come from",
    );
  for (const [index, host] of list.entries())
    if (typeof host === "string" && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$/i.test(host))
      report(
        planning,
        { ...hosts!, path: [...hosts!.path, index] },
        "value",
        `\`${host}\` is not the name of one host`,
        "write whole host names, without wildcards, schemes and paths",
      );
}

/** What must stand in the signed text for the body to be protected. */
const protects = /\{(?:rawBody|sortedForm|crc32)\}/;

export function checkWebhooks(planning: Planning, top: Branch): void {
  const webhooks = at(top, "webhooks");
  if (webhooks?.kind !== "branch") return;
  const signature = at(webhooks, "signature");
  if (signature?.kind !== "branch") {
    if (!planning.source?.has([...webhooks.path, "signature"]) || isNone(signature))
      report(
        planning,
        signature ?? webhooks,
        "key",
        "webhooks without a signature are open to anyone who knows the address",
        'add `signature: { scheme: hmac, hash: sha256, key: { credential: … }, header: …, signed: "{rawBody}" }`',
      );
    return;
  }
  checkTimestamp(planning, signature);
  const hash = leafAt(signature, "hash");
  if (hash && /^md[0-9]/i.test(String(hash.value)))
    report(
      planning,
      hash,
      "value",
      `\`${hash.value}\` can be forged`,
      "write `sha256`, or what the provider documents",
    );
  const signed = leafAt(signature, "signed");
  const asks = textAt(signature, "scheme") === "providerCall" || at(signature, "each") !== undefined;
  if (signed && !asks && !protects.test(String(signed.value)))
    report(
      planning,
      signed,
      "value",
      "the signed text does not contain the body, so the body can be changed",
      "add `{rawBody}`, or `{sortedForm}` where the provider signs form fields",
    );
  checkCertificate(planning, signature);
  const credential = leafAt(signature, "key", "credential");
  const known = entriesAt(top, "credentials").map(([name]) => name);
  if (credential && typeof credential.value === "string" && !known.includes(credential.value))
    unknownName(planning, credential, "credential", credential.value, known, ["credentials", credential.value]);
}
