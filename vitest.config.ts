import { defineConfig } from "vitest/config";

const conditions = ["@couplet/source", "module", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts", "generated/**/*.test.ts"],
    // For all, since any test that starts a process or runs a property passes vitest's own 5 s on a loaded machine.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    exclude: ["**/node_modules/**", "test/bench/**", "test/.tmp/**"],
  },
});
