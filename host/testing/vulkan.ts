/**
 * Before the unit tests: finds SwiftShader, a software GPU that comes with every Chromium and Electron, for the tests of the
 * GPU's kernels. A process finds libraries by its initial environment, hence before the tests' own processes start.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium } from '@playwright/test'

const driver = 'vk_swiftshader_icd.json'

function folders(): string[] {
  const { ELECTRON_OVERRIDE_DIST_PATH, SIGHTLINE_CHROMIUM } = process.env
  const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  return [
    ...(ELECTRON_OVERRIDE_DIST_PATH ? [ELECTRON_OVERRIDE_DIST_PATH] : []),
    join(electron, 'dist'),
    ...(SIGHTLINE_CHROMIUM ? [dirname(SIGHTLINE_CHROMIUM)] : []),
    dirname(chromium.executablePath()),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
  ]
}

export default function setup(): void {
  if (process.platform !== 'linux') return
  const folder = folders().find((path) => existsSync(join(path, driver)) && existsSync(join(path, 'libvulkan.so.1')))
  if (!folder) return
  process.env.SIGHTLINE_TEST_DRIVER = join(folder, driver)
  const before = process.env.LD_LIBRARY_PATH
  // After the existing entries: used only if the system has no loader of its own.
  process.env.LD_LIBRARY_PATH = before ? `${before}:${folder}` : folder
}
