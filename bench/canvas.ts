/** The cost of the canvas with 500 nodes that all have previews: main-thread time per frame, and dropped frames. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from '@playwright/test'
import { startProgram } from '../e2e/app.ts'
import { quantile } from './pairs.ts'
import type { Row, Suite } from './report.ts'
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
      position: { x: column * 220, y: row * 290 },
    })),
    edges: places
      .filter(([, column]) => column > 0)
      .map(([row, column]) => ({ from: `${id(row, column - 1)}.image`, to: `${id(row, column)}.image` })),
  }
}

/** Screen pixels per graph unit. */
const zoomOf = (page: Page): Promise<number> =>
  page.locator('.react-flow__viewport').evaluate((viewport) => new DOMMatrix(getComputedStyle(viewport).transform).a)

/** Zooms to the nearest step: a wheel notch is a fixed factor. */
async function zoomTo(page: Page, zoom: number): Promise<void> {
  await page.mouse.move(700, 450)
  for (let i = 0; i < 60 && (await zoomOf(page)) * 1.05 < zoom; i++) {
    await page.mouse.wheel(0, -40)
    await page.waitForTimeout(60)
  }
}

/** Waits until no more previews arrive. Not `waitForFunction`, which uses eval, which the page's policy forbids. */
async function quiet(page: Page): Promise<void> {
  let before = -1
  for (;;) {
    const now = (await page.evaluate('recording.frames.length')) as number
    if (now > 0 && now === before) return
    before = now
    await sleep(2500)
  }
}

/** Chromium's count of main-thread task time: wall clock, and CPU time, which other programs do not disturb. */
type Clocks = readonly [wall: CDPSession, processor: CDPSession]

async function clocks(page: Page): Promise<Clocks> {
  const session = async (timeDomain: 'timeTicks' | 'threadTicks'): Promise<CDPSession> => {
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain })
    return cdp
  }
  return [await session('timeTicks'), await session('threadTicks')]
}

/** Seconds since the page started. */
async function taskTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

type Figures = Row['figures']

const steps = 180
const period = 1000 / 60

type Point = { x: number; y: number }

/** Runs in the page: records every animation frame, and how many of them a pointer move fell into. */
function recordFrames(): void {
  const frames: { at: number; moves: number }[] = []
  let moves = 0
  const move = (): void => {
    moves++
  }
  addEventListener('pointermove', move, true)
  let going = true
  const tick = (at: number): void => {
    if (!going) return
    frames.push({ at, moves })
    moves = 0
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  const stop = () => {
    going = false
    removeEventListener('pointermove', move, true)
    return frames
  }
  Object.assign(window, { stopFrames: stop })
}

/**
 * Drags from `start` in a circle as a hand would: one move every sixtieth of a second, whether or not the page keeps up. A late
 * frame counts as dropped.
 */
async function measure(
  page: Page,
  [wall, processor]: Clocks,
  start: Point,
  button: 'left' | 'middle',
): Promise<Figures> {
  await page.mouse.move(start.x, start.y)
  await page.mouse.down({ button })
  await page.mouse.move(start.x + 8, start.y + 8)
  await page.waitForTimeout(1000)
  await page.evaluate(recordFrames)
  const before = [await taskTime(wall), await taskTime(processor)] as const
  const began = performance.now()
  const sent: Promise<unknown>[] = []
  for (let i = 1; i <= steps; i++) {
    const angle = (i / steps) * 2 * Math.PI
    const at = { x: start.x + 150 * Math.sin(angle), y: start.y + 150 * (1 - Math.cos(angle)) }
    sent.push(
      wall.send('Input.dispatchMouseEvent', {
        type: 'mouseMoved',
        button,
        buttons: button === 'left' ? 1 : 4,
        ...at,
      }),
    )
    await sleep(Math.max(0, began + i * period - performance.now()))
  }
  await Promise.all(sent)
  const spent = [(await taskTime(wall)) - before[0], (await taskTime(processor)) - before[1]] as const
  const frames = (await page.evaluate('stopFrames()')) as { at: number; moves: number }[]
  await page.mouse.up({ button })
  const gaps = frames.slice(1).map(({ at }, i) => at - (frames[i]?.at ?? at))
  return {
    'task ms/frame': (1000 * spent[0]) / frames.length,
    'of it computing': (1000 * spent[1]) / frames.length,
    'frame p95 ms': quantile(gaps, 0.95),
    frames: frames.length,
    moved: frames.filter(({ moves }) => moves > 0).length,
    dropped: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / period) - 1), 0),
  }
}

/**
 * A spot near the middle of the canvas, bare or on a node. In the overview a node may be an element only while the pointer is
 * on it, so the pointer moves there to find out.
 */
async function spot(page: Page, on: 'canvas' | 'node'): Promise<Point> {
  const wanted = on === 'canvas' ? '.react-flow__pane' : '[data-node]'
  for (let y = 330; y < 640; y += 9)
    for (let x = 560; x < 860; x += 9) {
      await page.mouse.move(x, y)
      const found = await page.evaluate(
        ({ x, y, wanted }) => {
          const element = document.elementFromPoint(x, y)
          return element?.closest('.react-flow__pane, [data-node]')?.matches(wanted) && !element.closest('.nodrag')
        },
        { x, y, wanted },
      )
      if (found) return { x, y }
    }
  throw new Error(`no spot on a ${on}`)
}

export const canvas: Suite = async ({ report, say, only }) => {
  say(
    `\ncanvas: ${rows * columns} nodes with previews, ${steps} moves of a pointer that drags, one each sixtieth of a second`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const pipeline = join(folder, 'many.sightline.json')
  await writeFile(pipeline, JSON.stringify(manyNodes()))
  const program = await startProgram(folder, pipeline)
  try {
    const { page, close } = await benchWindow(program.url)
    const times = await clocks(page)
    await page.locator('.react-flow__pane').waitFor()
    await quiet(page)
    const rowsAt = async (name: string): Promise<void> => {
      await quiet(page)
      const row = async (what: string, on: 'canvas' | 'node', button: 'left' | 'middle'): Promise<void> => {
        const full = `${name}, ${what}`
        if (only !== undefined && !full.includes(only)) return
        report({ suite: 'canvas', name: full, figures: await measure(page, times, await spot(page, on), button) })
        await page.waitForTimeout(500)
      }
      await row('panning', 'canvas', 'middle')
      await row('dragging a node', 'node', 'left')
      await row('box selection', 'canvas', 'left')
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('f')
    await rowsAt('all in view')
    for (const zoom of [0.5, 1]) {
      await zoomTo(page, zoom)
      await rowsAt(`zoom ${(await zoomOf(page)).toFixed(2)}`)
    }
    await close()
  } finally {
    program.process.kill()
    await rm(folder, { recursive: true, force: true })
  }
  await closeBrowser()
}
