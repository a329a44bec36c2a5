import { defineConfig } from "vitest/config";

const conditions = ["@couplet/source", "module", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts", "generated/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/bench/**", "test/.tmp/**"],
  },
});
