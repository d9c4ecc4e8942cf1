/** 1,000 boxes over a picture of 12 megapixels in the viewer: what panning and zooming cost the window. Without boxes beside it. */
import { startProgram } from '../e2e/program.ts'
import type { Mark } from '../engine/values/mark.ts'
import { measureDrag } from './canvas.ts'
import { clocks, quiet, recorded } from './frames.ts'
import type { Suite } from './report.ts'
import { benchWindow, closeBrowser, withPhoto } from './window.ts'

const [width, height] = [4000, 3000]
const many = 1000

const pipeline = {
  format: 'sightline',
  version: 1,
  nodes: [
    { id: 'photo', type: 'io/load-image', params: { path: 'photo.jpg' }, position: { x: 0, y: 0 } },
    { id: 'gray', type: 'colour/convert', position: { x: 260, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'gray.image' }],
}

/** Boxes of a crowd, always the same: 40 to 400 pixels, of 20 classes. */
function boxes(): readonly Mark[] {
  let seed = 1
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  return Array.from({ length: many }, (_, row): Mark => {
    const [wide, high] = [40 + 360 * random() ** 2, 40 + 360 * random() ** 2]
    const [x, y] = [random() * (width - wide), random() * (height - high)]
    const group = Math.floor(20 * random())
    return { kind: 'rect', box: [x, y, x + wide, y + high], label: `class ${group}`, group, weight: random(), row }
  })
}

/**
 * Runs in the page before anything else: previews of `gray` have these marks, as if the engine had sent them. What writing them
 * costs is part of the figures, so their text is made once.
 */
function bringMarks(marks: readonly unknown[]): void {
  const text = JSON.stringify(marks)
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  Object.defineProperty(MessageEvent.prototype, 'data', {
    get(this: MessageEvent) {
      const buffer: unknown = data?.get?.call(this)
      if (!(buffer instanceof ArrayBuffer)) return buffer
      const length = new DataView(buffer).getUint32(0, true)
      const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
      if (head.type !== 'previews') return buffer
      const items = head.items.map((item: { node: string }) =>
        item.node === 'gray' ? { ...item, marks: 'here' } : item,
      )
      const written = JSON.stringify({ ...head, items }).replaceAll('"marks":"here"', `"marks":${text}`)
      const json = new TextEncoder().encode(written)
      const aligned = (n: number): number => (n + 7) & ~7
      const tail = new Uint8Array(buffer, Math.min(aligned(4 + length), buffer.byteLength))
      const frame = new Uint8Array(aligned(4 + json.length) + tail.length)
      new DataView(frame.buffer).setUint32(0, json.length, true)
      frame.set(json, 4)
      frame.set(tail, aligned(4 + json.length))
      return frame.buffer
    },
  })
}

export const marks: Suite = ({ report, say }) =>
  withPhoto(width, height, pipeline, async (file) => {
    say(`\nmarks: ${many} boxes over ${width} × ${height} pixels in the viewer, panned and zoomed`)
    const program = await startProgram(file.replace(/[^/]+$/, ''), file)
    try {
      for (const some of [true, false]) {
        const { page, close } = await benchWindow(
          program.url,
          some ? { script: bringMarks, given: boxes() } : undefined,
        )
        const times = await clocks(page)
        await page.locator('[data-node="gray"]').waitFor()
        await quiet(page)
        await page.locator('[data-node="gray"]').click({ position: { x: 60, y: 8 } })
        await page.keyboard.press('1')
        await quiet(page)
        const box = await page.getByRole('region', { name: 'Viewer' }).getByRole('application').boundingBox()
        if (!box) throw new Error('no stage')
        const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 - 100 }
        const named = (what: string): string => `${some ? `${many} boxes` : 'no boxes'}, ${what}`
        const row = async (what: string, figures: Awaited<ReturnType<typeof measureDrag>>): Promise<void> =>
          report({ suite: 'marks', name: named(what), figures })
        await row('panning, all in view', await measureDrag(page, times, middle, 'left'))
        await page.keyboard.press('f')
        await row(
          'zooming in and out',
          await recorded(page, times, (i) => ({
            type: 'mouseWheel',
            ...middle,
            deltaX: 0,
            deltaY: i % 90 < 45 ? -60 : 60,
          })),
        )
        await page.mouse.wheel(0, -900)
        await row('panning, zoomed in', await measureDrag(page, times, middle, 'left'))
        await close()
      }
    } finally {
      program.process.kill()
    }
    await closeBrowser()
  })
