/** P601: credentials written into text that ends up in a URL, or stands there for all to read. */
import type { Leaf } from "./layers.ts";
import type { Planning } from "./planning.ts";

/** Reports `{name}` in a text when it is a credential of the policy, and says whether it is one. */
export function refuseCredential(planning: Planning, leaf: Leaf, name: string, where: string): boolean {
  const { source, version, findings } = planning;
  const [first] = name.split(".");
  const paths = [
    ["credentials", first!],
    ["versions", version, "policy", "credentials", first!],
  ];
  if (first === "" || !paths.some((path) => source?.has(path))) return false;
  const placeholder = `{${name}}`;
  const offset = String(leaf.value).indexOf(placeholder);
  findings.add(
    { path: leaf.path, spot: { of: "value", offset, length: placeholder.length } },
    {
      code: "P601",
      message: `\`${placeholder}\` is a credential, and ${where}`,
      fix: "send it with `auth.apply`, in a header; or in the query with `allowInUrl: true` if the provider knows no other way",
    },
  );
  return true;
}
