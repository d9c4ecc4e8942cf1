import { defineConfig } from '@playwright/test'
import type { Where } from './app.ts'
import { electron } from './desktop.ts'

/** What only the desktop program has. */
const inDesktop = ['desktop', 'updates']

export default defineConfig<object, Where>({
  testDir: '.',
  outputDir: '../test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  // On shared machines; what passes only then is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  projects: [
    {
      name: 'browser',
      use: { where: 'browser', permissions: ['clipboard-read', 'clipboard-write'] },
      testIgnore: inDesktop.map((name) => `${name}.spec.ts`),
    },
    // Without an Electron its tests would all be left out: `run.ts` says so once.
    ...(electron
      ? [
          {
            name: 'desktop',
            use: { where: 'desktop' as const },
            grepInvert: /@browser/,
          },
        ]
      : []),
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.SIGHTLINE_CHROMIUM,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    },
  },
})
