import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bumpOf, highest, nextVersion } from "../../../generator/drift/bump.ts";
import type { Bump, Finding, Severity } from "../../../generator/drift/finding.ts";

const finding = (severity: Severity): Finding => ({
  ...{ fingerprint: "0", kind: "upstream", rule: "r", severity, effect: "narrow", direction: "both" },
  ...{ pointer: {}, location: {}, message: "", why: "", fix: "", occurrences: [] },
});

describe("the bump of a package", () => {
  it.each<[Severity[], Bump, Bump]>([
    [[], "none", "none"],
    [[], "patch", "patch"],
    [["safe"], "none", "patch"],
    [["safe"], "minor", "minor"],
    [["notice"], "none", "patch"],
    [["risky"], "patch", "minor"],
    [["safe", "breaking", "risky"], "minor", "major"],
    [[], "major", "major"],
  ])("is that of the worst of %j and of the declarations (%s): %s", (severities, surface, wanted) => {
    expect(bumpOf(severities.map(finding), surface)).toBe(wanted);
  });

  it("counts an approved finding like any other", () => {
    const approval = { fingerprint: "0", rule: "r", reason: "handled" };
    expect(bumpOf([{ ...finding("breaking"), approval }], "none")).toBe("major");
  });

  it("does not depend on the order", () => {
    const bumps = fc.array(fc.constantFrom<Bump>("none", "patch", "minor", "major"));
    fc.assert(
      fc.property(
        bumps,
        (all) => highest(all) === highest(all.toReversed()) && highest(all) === highest([highest(all)]),
      ),
    );
  });
});

describe("the next version", () => {
  it.each<[string, Bump, boolean, string | undefined]>([
    ["1.2.3", "none", false, "1.2.3"],
    ["1.2.3", "patch", false, "1.2.4"],
    ["1.2.3", "minor", false, "1.3.0"],
    ["1.2.3", "major", false, "2.0.0"],
    ["0.2.3", "patch", false, "0.2.4"],
    ["0.2.3", "minor", false, "0.3.0"],
    ["0.2.3", "major", false, "0.3.0"],
    ["0.2.3", "major", true, "1.0.0"],
    ["0.0.0", "major", false, "0.1.0"],
    ["1.0.0-rc.1", "minor", false, undefined],
    ["", "none", false, undefined],
    ["01.x.2", "patch", false, undefined],
  ])("after %s, %s (asked for: %s), is %s", (version, bump, asked, wanted) => {
    expect(nextVersion(version, bump, asked)).toBe(wanted);
  });
});
