/**
 * A scene of a million splats in a real browser without a graphics card: how long until the page shows some
 * of it and all of it, how long a drag waits meanwhile, and how long a frame takes while it is turned, with as many
 * splats as keep it quick.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { findChromium } from '../e2e/chromium.ts'
import { startProgram } from '../e2e/program.ts'
import { scene, softwareGraphics } from '../e2e/scenes.ts'
import { quantile } from './pairs.ts'
import type { Suite } from './report.ts'

const many = 1_000_000
const side = 100
/** Frames of a turn. */
const turns = 24

/** Rows of small balls, as a .splat: 32 bytes each. */
function splatFile(): Uint8Array {
  const bytes = new Uint8Array(32 * many)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < many; i++) {
    const place = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)].map((v) => (v - side / 2) / 20)
    for (const [k, v] of [...place, 0.02, 0.02, 0.02].entries()) view.setFloat32(32 * i + 4 * k, v, true)
    bytes.set([i & 255, (i >> 8) & 255, (i >> 12) & 255, 200, 255, 128, 128, 128], 32 * i + 24)
  }
  return bytes
}

/** Told by the page: when splats were drawn, in ms. */
const watch = (): void => {
  const times: number[] = []
  Object.assign(globalThis, { times })
  const { drawElementsInstanced: draw } = WebGL2RenderingContext.prototype
  WebGL2RenderingContext.prototype.drawElementsInstanced = function (...args) {
    if (args[4] > 0) times.push(performance.now())
    draw.apply(this, args)
  }
}

/** ms between two frames while the scene is turned by hand until so many are drawn, and how many splats of the last were drawn. */
async function turned(page: Page, frames: number) {
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  const drawn = () => page.evaluate(() => (globalThis as unknown as { times: number[] }).times)
  const before = (await drawn()).length
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  let times: number[] = []
  for (let i = 1; times.length < frames; i++) {
    await page.mouse.move(x + 3 * (i % 100), y)
    await page.waitForTimeout(16)
    times = (await drawn()).slice(before)
  }
  const facts = (await page.getByTestId('facts').textContent()) ?? ''
  await page.mouse.up()
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  // The first frames find out how many splats there is time for.
  return { gaps: gaps.slice(Math.floor(gaps.length / 2)), facts }
}

/** ms from a drag until it is drawn, while more and more of the scene is: the number of splats then falls. */
async function answered(page: Page): Promise<number> {
  await page
    .getByTestId('facts')
    .filter({ hasText: /drawing [2-9]\d\d,/ })
    .waitFor()
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  await page.mouse.move(box.x + 100, box.y + 100)
  // Well into the next step.
  await page.waitForTimeout(1500)
  const began = performance.now()
  await page.mouse.down()
  await page.mouse.move(box.x + 110, box.y + 100)
  await page
    .getByTestId('facts')
    .filter({ hasText: /drawing \d\d,/ })
    .waitFor()
  const took = performance.now() - began
  await page.mouse.up()
  return took
}

export const sceneBench: Suite = async ({ report, say }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const path = join(folder, 'many.splat')
  await writeFile(path, splatFile())
  let browser: Browser | undefined
  let program: Awaited<ReturnType<typeof startProgram>> | undefined
  try {
    program = await startProgram(folder, path)
    browser = await chromium.launch({ ...softwareGraphics, executablePath: findChromium().path })
    say(`\nscene: ${many.toLocaleString('en')} splats in a browser without a graphics card (SwiftShader), 1000 × 700`)
    const page = await (await browser.newContext({ viewport: { width: 1000, height: 700 } })).newPage()
    // A frame may keep the page from answering for as long.
    page.setDefaultTimeout(300_000)
    await page.addInitScript(watch)
    const began = performance.now()
    await page.goto(program.url)
    await expect(scene(page)).toHaveAttribute('data-state', 'shown', { timeout: 300_000 })
    const there = performance.now()
    const answer = await answered(page)
    await page
      .getByTestId('facts')
      .filter({ hasText: `${many.toLocaleString('en')} splats` })
      .waitFor()
    const whole = performance.now()
    const all = await turned(page, turns)
    report({
      suite: 'scene',
      name: 'a million splats',
      figures: {
        'first picture, ms': there - began,
        'a drag meanwhile, ms': answer,
        'all of them, that drag included, ms': whole - there,
        'frame median ms, budget': quantile(all.gaps, 0.5),
        'frame p95 ms, budget': quantile(all.gaps, 0.95),
      },
    })
    say(`while turned: ${all.facts}`)
  } finally {
    program?.process.kill()
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  }
}
