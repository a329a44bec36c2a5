/**
 * Setup of a contract suite whose tests run while `Object.prototype` is polluted. Not enumerable: ajv, the suite's judge,
 * lists what is enumerable. Without `headers`: the fetch of Node takes that for an option of its own.
 */
import { afterEach, beforeEach } from "vitest";
import { pollute } from "./pollute.ts";

let clean: () => void;
beforeEach(() => {
  clean = pollute(false, ["headers"]);
});
afterEach(() => clean());
