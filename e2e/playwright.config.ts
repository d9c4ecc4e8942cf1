import { defineConfig } from '@playwright/test'
import type { Where } from './app.ts'
import { electron } from './desktop.ts'

/**
 * What runs in the desktop program as well: its own tests, and those of wiring, palette and explanations, which need no file
 * dialog of the page, no address, and no keyboard that the system's menus share.
 */
const inDesktop = ['desktop', 'palette', 'wires', 'explain']

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
    { name: 'browser', use: { where: 'browser' }, testIgnore: 'desktop.spec.ts' },
    // Without an Electron its tests would all be left out: `run.ts` says so once.
    ...(electron
      ? [
          {
            name: 'desktop',
            use: { where: 'desktop' as const },
            testMatch: inDesktop.map((name) => `${name}.spec.ts`),
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
