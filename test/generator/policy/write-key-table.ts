/** Writes the README's table of keys; `npm run format` runs it. */
import { readFileSync, writeFileSync } from "node:fs";
import { withKeyTable } from "./key-table.ts";

const readme = new URL("../../../README.md", import.meta.url);
writeFileSync(readme, withKeyTable(readFileSync(readme, "utf8")));
