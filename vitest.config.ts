import { defineConfig } from "vitest/config";

const at = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "test/{rules,integration,corpus}/**/*.test.ts",
          ],
          exclude: ["apps/web/**", "**/node_modules/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        oxc: { jsx: { runtime: "automatic" } },
        resolve: { alias: { "@": at("./apps/web/src"), "server-only": at("./apps/web/src/testing/empty.ts") } },
        test: { name: "web", include: ["apps/web/src/**/*.test.{ts,tsx}"] },
      },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 90_000 } },
    ],
  },
});
