import { defineConfig } from "vitest/config";

// Those of Node itself: `module` would give it files that only bundlers can read.
const conditions = ["@couplet/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts", "generated/**/*.test.ts"],
    // For all, since any test that starts a process or runs a property passes vitest's own 5 s on a loaded machine.
    // `npm run test:long` tries properties fifty times as often.
    testTimeout: process.env["COUPLET_LONG"] ? 600_000 : 20_000,
    hookTimeout: 20_000,
    exclude: ["**/node_modules/**", "test/bench/**", "test/.tmp/**"],
  },
});
