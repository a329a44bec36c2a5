/** Writes the table of keys in the generator's guide; `npm run format` runs it. */
import { readFileSync, writeFileSync } from "node:fs";
import { withKeyTable } from "./key-table.ts";

const guide = new URL("../../../generator/README.md", import.meta.url);
writeFileSync(guide, withKeyTable(readFileSync(guide, "utf8")));
