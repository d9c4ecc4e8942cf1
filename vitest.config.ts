import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['engine/**/*.test.ts', 'nodes/**/*.test.ts', 'host/**/*.test.ts', 'renderer/**/*.test.ts'],
    globalSetup: ['host/testing/lists.ts', 'host/testing/vulkan.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
