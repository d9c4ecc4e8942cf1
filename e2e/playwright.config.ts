import { defineConfig } from '@playwright/test'
import type { Where } from './app.ts'
import { electron } from './desktop.ts'

/** What only the desktop program has. */
const inDesktop = ['desktop', 'updates']
/**
 * What the desktop program does its own way: files and dialogs, the menu bar and its keys, recovery, graphics. The rest is the
 * same page in the same engine of the browser; of that, tests tagged `@desktop` run there too, one or two an area.
 */
const differs = [
  'access',
  'failures',
  'files',
  'pipelines',
  'recovery',
  'scene',
  'settings',
  'start',
  'window',
  'words',
]

export default defineConfig<object, Where>({
  testDir: '.',
  outputDir: '../test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // One per core of the smallest machine: a test waits for its page or its engine much of the time.
  workers: 2,
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
    // Without Electron its tests would all be skipped: `run.ts` says so once.
    ...(electron
      ? [
          {
            name: 'desktop',
            use: { where: 'desktop' as const },
            grep: new RegExp(`\\b(${[...inDesktop, ...differs].join('|')})\\.spec\\.ts|@desktop`),
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
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        // Without a GPU, Chromium's software compositor is faster than one that a GPU's stand-in draws for. WebGL stays on that.
        '--disable-gpu-compositing',
        // A camera that shows a moving pattern, and may be used.
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    },
  },
})
