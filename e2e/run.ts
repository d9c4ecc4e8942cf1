/**
 * Runs the tests in real windows: finds (or installs) a Chromium, looks for an Electron and a screen for it, says which, and
 * starts Playwright.
 */
import { spawn } from 'node:child_process'
import { findChromium } from './chromium.ts'
import { findElectron, findScreen } from './find-electron.ts'

const browser = findChromium()
console.log(`Browser for the tests: ${browser.says}`)
const electron = findElectron()
const screen = 'path' in electron ? await findScreen() : undefined
const shown = screen && 'close' in screen ? screen : undefined
if ('path' in electron && shown) console.log(`Desktop for the tests: ${electron.says}`)
else {
  const why = 'why' in electron ? electron.why : screen && 'why' in screen ? screen.why : ''
  console.log(`The tests in the desktop program are left out: ${why}.`)
}

const child = spawn(
  process.execPath,
  ['node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      SIGHTLINE_CHROMIUM: browser.path,
      ...('path' in electron && shown && { SIGHTLINE_ELECTRON: electron.path }),
      ...(shown?.display !== undefined && { DISPLAY: shown.display }),
    },
  },
)
child.on('exit', (code) => {
  shown?.close()
  process.exit(code ?? 1)
})
