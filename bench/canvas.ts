/** What the canvas costs with 500 nodes that all have previews: time of the main thread for each frame, and frames dropped. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from '@playwright/test'
import { startProgram } from '../e2e/app.ts'
import { quantile } from './pairs.ts'
import type { Suite } from './report.ts'
import { benchWindow, closeBrowser } from './window.ts'

const columns = 20
const rows = 25

/** 25 chains of 20: a sample picture and 19 blurs. */
function manyNodes() {
  const id = (row: number, column: number): string => `n${row}-${column}`
  const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const)
  return {
    format: 'sightline',
    version: 1,
    nodes: places.map(([row, column]) => ({
      id: id(row, column),
      type: column === 0 ? 'io/sample-image' : 'filter/gaussian-blur',
      ...(column > 0 && { params: { sigma: 0.5 + row / 10 } }),
      position: { x: column * 300, y: row * 420 },
    })),
    edges: places
      .filter(([, column]) => column > 0)
      .map(([row, column]) => ({ from: `${id(row, column - 1)}.image`, to: `${id(row, column)}.image` })),
  }
}

/** Seconds of main-thread tasks since the page began. */
async function taskTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

const frames = 120

/** Drags from the middle of the canvas in a circle, a step each animation frame. */
async function measure(page: Page, cdp: CDPSession, start: { x: number; y: number }): Promise<Record<string, number>> {
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x + 8, start.y + 8)
  await page.evaluate(() => {
    const times: number[] = []
    const tick = (time: number): void => {
      times.push(time)
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    Object.assign(window, { times })
  })
  const before = await taskTime(cdp)
  for (let i = 1; i <= frames; i++) {
    const angle = (i / frames) * 2 * Math.PI
    await page.mouse.move(start.x + 150 * Math.sin(angle), start.y + 150 * (1 - Math.cos(angle)))
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  const spent = (await taskTime(cdp)) - before
  const times = (await page.evaluate('times')) as number[]
  await page.mouse.up()
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time))
  const period = 1000 / 60
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / period) - 1), 0)
  return {
    'task ms/frame': (1000 * spent) / gaps.length,
    'frame p50 ms': quantile(gaps, 0.5),
    'frame p95 ms': quantile(gaps, 0.95),
    frames: gaps.length,
    dropped,
  }
}

/** An empty spot of the canvas near the middle. */
async function emptySpot(page: Page): Promise<{ x: number; y: number }> {
  const spot = await page.evaluate(() => {
    for (let y = 300; y < 700; y += 7)
      for (let x = 500; x < 900; x += 7)
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return { x, y }
    return undefined
  })
  if (!spot) throw new Error('no empty spot on the canvas')
  return spot
}

async function titleOf(page: Page): Promise<{ x: number; y: number }> {
  const node = page.locator('[data-node]:visible').first()
  for (const candidate of await page.locator('[data-node]:visible').all()) {
    const box = await candidate.boundingBox()
    if (box && box.x > 450 && box.x + box.width < 1000 && box.y > 250 && box.y < 500)
      return { x: box.x + box.width / 2, y: box.y + 12 }
  }
  const box = await node.boundingBox()
  if (!box) throw new Error('no node in view')
  return { x: box.x + box.width / 2, y: box.y + 12 }
}

/** Where nodes are drawn by one overlay, they have no elements: a point that is not the bare canvas is on one. */
export const canvas: Suite = async ({ report, say }) => {
  say(`\ncanvas: ${rows * columns} nodes with previews, 120 steps of a pointer drag, one each animation frame`)
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const pipeline = join(folder, 'many.sightline.json')
  await writeFile(pipeline, JSON.stringify(manyNodes()))
  const program = await startProgram(folder, pipeline)
  try {
    const { page, close } = await benchWindow(program.url)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable')
    await page.locator('.react-flow__pane').waitFor()
    await page.waitForFunction('recording.frames.some((f) => f.quality === "full")', undefined, { timeout: 120_000 })
    await page.waitForTimeout(3000)
    const row = async (name: string, start: { x: number; y: number }) =>
      report({ suite: 'canvas', name, figures: await measure(page, cdp, start) })
    await page.keyboard.press('f')
    await page.waitForTimeout(1500)
    await row('all in view, box selection', await emptySpot(page))
    await row('all in view, dragging a node', await titleOf(page))
    await page.keyboard.press('f')
    await page.mouse.move(700, 450)
    for (let i = 0; i < 12; i++) {
      await page.mouse.wheel(0, -240)
      await page.waitForTimeout(60)
    }
    await page.waitForTimeout(1500)
    await row('zoomed in, box selection', await emptySpot(page))
    await row('zoomed in, dragging a node', await titleOf(page))
    await close()
  } finally {
    program.process.kill()
    await rm(folder, { recursive: true, force: true })
  }
  await closeBrowser()
}
