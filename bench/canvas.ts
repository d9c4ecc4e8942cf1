/** The cost of the canvas with 500 nodes that all have previews: main-thread time per frame, and dropped frames. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { startProgram } from '../e2e/program.ts'
import { type Clocks, clocks, type Figures, type Point, quiet, recorded, steps } from './frames.ts'
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

/**
 * Drags from `start` in a circle as a hand does: a move each sixtieth of a second, whether the page keeps up or not. What is
 * late is a frame that was dropped.
 */
export async function measureDrag(
  page: Page,
  clocks: Clocks,
  start: Point,
  button: 'left' | 'middle',
): Promise<Figures> {
  await page.mouse.move(start.x, start.y)
  await page.mouse.down({ button })
  await page.mouse.move(start.x + 8, start.y + 8)
  const figures = await recorded(page, clocks, (i) => {
    const angle = (i / steps) * 2 * Math.PI
    const at = { x: start.x + 150 * Math.sin(angle), y: start.y + 150 * (1 - Math.cos(angle)) }
    return { type: 'mouseMoved', button, buttons: button === 'left' ? 1 : 4, ...at }
  })
  await page.mouse.up({ button })
  return figures
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
        report({ suite: 'canvas', name: full, figures: await measureDrag(page, times, await spot(page, on), button) })
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
