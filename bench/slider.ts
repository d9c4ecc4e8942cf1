/**
 * Slider to preview in a real window: a 12-megapixel photograph, six nodes with six previews, 100 moves of a real pointer. A
 * move counts when a frame with it or a newer one is drawn. Beside it the floor: the same window with an engine that computes
 * nothing and answers every change with a frame of the same size. Then a 4K photograph with the viewer open on the last node,
 * at 1:1: what it shows has no smaller version.
 */
import { expect, type Page } from '@playwright/test'
import { startProgram } from '../e2e/program.ts'
import { startFloor } from './floor.ts'
import { median, quantile } from './pairs.ts'
import type { Suite } from './report.ts'
import { benchWindow, closeBrowser, type Recording, withPhoto } from './window.ts'

const names = ['photo', 'blur', 'gray', 'edges', 'strong', 'clean']
const types = [
  'io/load-image',
  'filter/gaussian-blur',
  'colour/convert',
  'edge/sobel',
  'math/threshold',
  'filter/median',
]

/** photo → blur → gray → edges → strong → clean, two rows of three, all in view. */
export const sixNodes = {
  format: 'sightline',
  version: 1,
  nodes: names.map((id, i) => ({
    id,
    type: types[i],
    ...(id === 'photo' && { params: { path: 'photo.jpg' } }),
    ...(id === 'gray' && { params: { to: 'gray' } }),
    position: { x: (i % 3) * 300, y: Math.floor(i / 3) * 420 },
  })),
  edges: names.slice(1).map((id, i) => ({
    from: `${names[i]}.${names[i] === 'edges' ? 'magnitude' : 'image'}`,
    to: `${id}.image`,
  })),
}

const moves = 100

/** Selects the blur and drags its slider back and forth, one step per animation frame, as a hand would. */
async function drag(page: Page): Promise<Recording> {
  await page.locator('[data-node="blur"]').getByText('Gaussian blur').first().click()
  const slider = page.getByRole('slider', { name: /sigma/i }).last()
  const box = await slider.boundingBox()
  if (!box) throw new Error('the slider of sigma is not to be seen')
  const y = box.y + box.height / 2
  const x = (i: number): number => box.x + box.width * (0.1 + 0.5 * Math.abs(((i / 50) % 2) - 1))
  await page.mouse.move(x(0), y)
  await page.mouse.down()
  await page.evaluate('recording.moves.length = 0; recording.frames.length = 0')
  for (let i = 1; i <= moves; i++) {
    await page.mouse.move(x(i), y)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  // The last quick preview is drawn before the slider is released.
  await page.waitForTimeout(100)
  const quick = (await page.evaluate('recording')) as Recording
  await page.mouse.up()
  await expect
    .poll(async () => ((await page.evaluate('recording')) as Recording).frames.at(-1)?.quality, { timeout: 30_000 })
    .toBe('full')
  const all = (await page.evaluate('recording')) as Recording
  return { moves: quick.moves, frames: all.frames }
}

/** Milliseconds from each move to the first frame that shows it or a newer one. */
function latencies({ moves: made, frames }: Recording): number[] {
  return made.map(({ at, rev }) => (frames.find((frame) => frame.rev >= rev)?.at ?? Number.POSITIVE_INFINITY) - at)
}

function figures(recording: Recording): Record<string, number> {
  const times = latencies(recording)
  const quick = recording.frames.filter(({ quality }) => quality === 'draft')
  const { at: last = Number.NaN, rev: newest = Number.NaN } = recording.moves.at(-1) ?? {}
  const full = recording.frames.findLast(({ rev, quality }) => quality === 'full' && rev >= newest)
  return {
    moves: times.length,
    'p50 ms': median(times),
    'p95 ms': quantile(times, 0.95),
    'max ms': Math.max(...times),
    frames: quick.length,
    'full after ms': (full?.at ?? Number.NaN) - last,
  }
}

/** Opens the viewer on the last node and zooms it to one pixel of the picture for each of the screen. */
async function lookClosely(page: Page): Promise<void> {
  await page.locator('[data-node="clean"]').click({ position: { x: 60, y: 8 } })
  await page.keyboard.press('1')
  const stage = page.getByRole('region', { name: 'Viewer' }).getByRole('application')
  await stage.focus()
  await page.keyboard.press('z')
  await expect(page.getByRole('region', { name: 'Viewer' }).getByText('100 %').first()).toBeVisible()
  // The full result of what is shown now arrives too.
  await page.waitForTimeout(1000)
}

async function measure(url: string, prepare?: (page: Page) => Promise<void>): Promise<Record<string, number>> {
  const { page, close } = await benchWindow(url)
  try {
    await page.locator('[data-node="clean"]').waitFor()
    await expect
      .poll(async () => ((await page.evaluate('recording')) as Recording).frames.some((f) => f.quality === 'full'), {
        timeout: 60_000,
      })
      .toBe(true)
    await prepare?.(page)
    // The first drag creates the reduced versions of the photo, as it does for a user.
    await drag(page)
    return figures(await drag(page))
  } finally {
    await close()
  }
}

/** The program on a photograph of this size, in three windows; then whatever else is to be measured on it. */
async function inThreeWindows(
  { report, say }: Parameters<Suite>[0],
  { name, width, height }: { readonly name: string; readonly width: number; readonly height: number },
  prepare?: (page: Page) => Promise<void>,
  then?: (pipeline: string) => Promise<void>,
): Promise<void> {
  say(`\nslider to preview: ${width} × ${height}, ${name}, six previews, 100 pointer moves, one each animation frame`)
  await withPhoto(width, height, sixNodes, async (pipeline) => {
    const program = await startProgram(pipeline.replace(/[^/\\]*$/, ''), pipeline)
    try {
      for (let round = 1; round <= 3; round++)
        report({ suite: 'slider', name: `${name} (${round})`, figures: await measure(program.url, prepare) })
    } finally {
      program.process.kill()
    }
    await then?.(pipeline)
  })
}

const photo = { name: 'six nodes, 12 MP', width: 4000, height: 3000 }
const close = { name: 'six nodes, 4K, viewer at 1:1', width: 3840, height: 2160 }

export const slider: Suite = async (given) => {
  const { report, only = '' } = given
  if (photo.name.includes(only))
    await inThreeWindows(given, photo, undefined, async (pipeline) => {
      const floor = await startFloor(pipeline)
      try {
        report({ suite: 'slider', name: 'floor: an empty engine', figures: await measure(floor.url) })
      } finally {
        await floor.close()
      }
    })
  if (close.name.includes(only)) await inThreeWindows(given, close, lookClosely)
  await closeBrowser()
}
