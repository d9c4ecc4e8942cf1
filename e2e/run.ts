/** Runs the tests in a real browser window: finds (or installs) a Chromium, says which, and hands over to Playwright. */
import { spawnSync } from 'node:child_process'
import { findChromium } from './chromium.ts'

const browser = findChromium()
console.log(`Browser for the tests: ${browser.says}`)
const { status } = spawnSync(
  process.execPath,
  ['node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, SIGHTLINE_CHROMIUM: browser.path } },
)
process.exit(status ?? 1)
