/** The viewer: what is compared, where, with which numbers, and whether those are the file's. */
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { type Editor, expect, test } from './app.ts'

const chart = {
  nodes: [
    { id: 'chart', type: 'io/sample-image', params: { name: 'colour-chart' }, position: { x: 0, y: 0 } },
    { id: 'gray', type: 'colour/convert', position: { x: 280, y: 0 } },
    { id: 'edges', type: 'edge/sobel', position: { x: 560, y: 0 } },
  ],
  edges: [
    { from: 'chart.image', to: 'gray.image' },
    { from: 'gray.image', to: 'edges.image' },
  ],
}
const file = 'assets/samples/colour-chart.png'
const width = 600
const height = 400
const truth = sharp(file).removeAlpha().raw().toBuffer()

const stages = (editor: Editor): Locator => editor.viewer.getByRole('application')

interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Buffer
}

/** The content of a stage once it has stopped changing: on a busy machine an enlarged stand-in may stay for a while. */
async function seen(stage: Locator): Promise<Pixels> {
  const read = () =>
    stage.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      // While the centre is empty, there is no picture yet.
      const [, , , alpha] =
        canvas.getContext('2d')?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data ?? []
      return alpha === 255 ? canvas.toDataURL() : ''
    })
  let last = await read()
  await expect
    .poll(
      async () => {
        const before = last
        last = await read()
        return last !== '' && last === before
      },
      { message: 'the picture has come to rest', intervals: [600] },
    )
    .toBe(true)
  const png = Buffer.from(last.slice(last.indexOf(',') + 1), 'base64')
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** Whether a stage shows these pixels. Returns a boolean, because a matcher would take forever on a million numbers. */
const same = async (stage: Locator, pixels: Pixels): Promise<boolean> => (await seen(stage)).data.equals(pixels.data)

const at = ({ width: w, data }: Pixels, x: number, y: number): number[] => [
  ...data.subarray(4 * (y * w + x), 4 * (y * w + x) + 3),
]
const isGray = ([r, g, b]: number[]): boolean => r === g && g === b

/** The screen position of the centre of a pixel of the chart while the picture fits its stage. */
async function placeOf(stage: Locator, x: number, y: number) {
  const box = await stage.boundingBox()
  if (!box) throw new Error('no stage')
  // The stage's whole device pixels: its box may end between two.
  const room = await stage.locator('canvas').evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height])
  const [wide, high] = room as [number, number]
  const zoom = Math.min(wide / width, high / height)
  return {
    x: box.x + (wide / 2 + (x + 0.5 - width / 2) * zoom) * (box.width / wide),
    y: box.y + (high / 2 + (y + 0.5 - height / 2) * zoom) * (box.height / high),
  }
}

async function twoInViewer(editor: Editor): Promise<void> {
  await editor.open(chart)
  await editor.settled('chart', 'gray', 'edges')
  await editor.select('chart')
  await editor.page.keyboard.press('1')
  await editor.page.keyboard.press('f')
  await editor.select('gray')
  await editor.page.keyboard.press('2')
  await expect(stages(editor)).toHaveCount(2)
}

test('the probe tells the numbers of the file, in every notation', async ({ editor, page }) => {
  await editor.open(chart)
  await editor.settled('chart')
  await editor.select('chart')
  await page.keyboard.press('1')
  const stage = stages(editor)
  await seen(stage)
  const pixels = await truth
  const bar = editor.viewer.locator('p', { hasText: /^x \d+/ }).locator('..')
  for (const [x, y] of [
    [3, 2],
    [150, 90],
    [301, 77],
    [455, 260],
    [598, 397],
  ] as const) {
    const place = await placeOf(stage, x, y)
    await page.mouse.move(place.x, place.y)
    await expect(bar).toContainText(new RegExp(`x ${x}\\s+y ${y}`))
    const expected = [...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)]
    const numbers = async () => {
      const text = await bar.locator('ul').innerText()
      return [...text.matchAll(/-?\d+(\.\d+)?/g)].map(([n]) => Number(n))
    }
    for (const [label, factor, digits] of [
      ['Native', 1 / 255, 5],
      ['0–255', 1, 1],
      ['0–1', 1 / 255, 4],
    ] as const) {
      await bar.getByRole('radio', { name: label }).click()
      await page.mouse.move(place.x, place.y)
      await expect
        .poll(numbers, { message: `${label} at ${x}, ${y}` })
        .toEqual(expected.map((v) => expect.closeTo(v * factor, digits)))
    }
  }
})

test('keys 1 to 9 hold outputs; four of them are seen, the others wait', async ({ editor, page }) => {
  await editor.select('photo')
  await page.keyboard.press('1')
  await expect(editor.viewer.getByRole('heading', { name: 'Sample image' })).toBeVisible()
  for (const [key, id] of [
    ['2', 'gray'],
    ['3', 'blur'],
    ['4', 'edges'],
    ['9', 'strong'],
  ] as const) {
    await page.keyboard.press('f')
    await editor.select(id)
    await page.keyboard.press(key)
  }
  await expect(stages(editor)).toHaveCount(4)
  const slots = editor.viewer.getByRole('list', { name: 'Outputs in the viewer' }).getByRole('listitem')
  await expect(slots).toHaveCount(5)
  await expect(slots.last()).toContainText('9')
  await slots.first().getByRole('button').first().click()
  await expect(stages(editor)).toHaveCount(1)
  await expect(editor.viewer.getByRole('heading')).toHaveText('Sample image')
  // With nothing selected a key shows the content of its slot.
  await page.keyboard.press('Escape')
  await editor.pane.click({ position: { x: 10, y: 10 } })
  await page.keyboard.press('9')
  await expect(stages(editor)).toHaveCount(2)
  await editor.button('Take Threshold out of the viewer').click()
  await expect(slots).toHaveCount(4)
})

test('wipe, blink and difference show what they say, pixel by pixel', async ({ editor, page }) => {
  await twoInViewer(editor)
  const mode = (name: string) => editor.viewer.getByRole('radio', { name }).click()
  await page.keyboard.press('\\')
  const stage = stages(editor)
  await expect(stage).toHaveCount(1)
  const b = await seen(stage)
  await page.keyboard.press('\\')
  const a = await seen(stage)
  await page.keyboard.press('\\')
  await expect.poll(() => same(stage, b), { message: 'A, B, A, B' }).toBe(true)
  expect(isGray(at(b, Math.round(b.width / 2) + 20, 40))).toBe(true)

  // Signed, of the true numbers: gray is no difference, and the whole range lies on either side of it.
  await mode('Difference')
  const d = await seen(stage)
  let worst = 0
  let coloured = 0
  for (let i = 0; i < d.data.length; i += 4)
    for (let c = 0; c < 3; c++) {
      if (a.data[i + 3] !== 255) continue
      const apart = (a.data[i + c] ?? 0) - (b.data[i + c] ?? 0)
      worst = Math.max(worst, Math.abs((d.data[i + c] ?? 0) - (255 + apart) / 2))
      coloured += Number(Math.abs(apart) > 30)
    }
  expect(worst, 'A − B').toBeLessThanOrEqual(2)
  expect(coloured, 'and there is something to see').toBeGreaterThan(1000)
  // Δ is written with the two numbers it is made of.
  const rgb = await truth
  const red = Array.from({ length: width * (height - 8) }, (_, p) => p).find((p) =>
    [p, p + 4 * width + 4].every((q) => (rgb[3 * q] ?? 0) - (rgb[3 * q + 2] ?? 0) > 120),
  )
  const pixel = (red ?? 0) + 2 * width + 2
  const place = await placeOf(stage, pixel % width, Math.floor(pixel / width))
  await page.mouse.move(place.x, place.y)
  await expect(editor.viewer.locator('[data-difference]')).toContainText(/[+−]0\.\d/)
  const [first = '', second = '', apart = ''] = await editor.viewer.locator('ul[aria-live] > li').allTextContents()
  const redOf = (text: string): number => Number(/R([+−-]?[\d.]+)/.exec(text)?.[1]?.replace('−', '-'))
  const gray = Number(/([\d.]+)$/.exec(second)?.[1]?.replace(/^2(?=0?\.)/, ''))
  expect(redOf(apart)).toBeCloseTo(redOf(first) - gray, 3)

  await mode('Wipe')
  const divider = editor.viewer.getByRole('slider', { name: /^Divider/ })
  const box = await stage.boundingBox()
  if (!box) throw new Error('no stage')
  const from = await editor.middle(divider)
  await editor.drag(from, { x: box.x + box.width * 0.4, y: from.y })
  await page.mouse.up()
  const w = await seen(stage)
  const line = Math.round(w.width * 0.4)
  for (const y of [5, w.height >> 1, w.height - 6]) {
    for (const x of [line - 60, line - 4]) expect(at(w, x, y), `A left of the line, ${x} ${y}`).toEqual(at(a, x, y))
    for (const x of [line + 4, line + 60]) expect(at(w, x, y), `B right of it, ${x} ${y}`).toEqual(at(b, x, y))
  }
  await divider.press('Home')
  await expect.poll(() => same(stage, b), { message: 'all of B' }).toBe(true)
})

test('zoom and pan are linked: both show the same place', async ({ editor, page }) => {
  await twoInViewer(editor)
  await editor.select('chart')
  await page.keyboard.press('2')
  const [one, two] = [stages(editor).first(), stages(editor).last()]
  await seen(two)
  const zoom = editor.viewer.getByRole('button', { name: /%$/ })
  const fitted = await zoom.innerText()
  const middle = await editor.middle(one)
  await page.mouse.move(middle.x + 60, middle.y - 20)
  await page.mouse.wheel(0, -600)
  await page.mouse.wheel(0, -600)
  await expect(zoom).not.toHaveText(fitted)
  await editor.drag(middle, { x: middle.x - 90, y: middle.y + 40 })
  await page.mouse.up()
  const [a, b] = [await seen(one), await seen(two)]
  // The two stages may differ by a pixel in width; their centres agree.
  const patch = (p: Pixels) =>
    Array.from({ length: 400 }, (_, i) =>
      at(p, (p.width >> 1) - 10 + (i % 20), (p.height >> 1) - 10 + Math.floor(i / 20)),
    )
  const [pa, pb] = [patch(a).flat(), patch(b).flat()]
  const off = pa.filter((v, i) => Math.abs(v - (pb[i] ?? 0)) > 8).length
  expect(off / pa.length).toBeLessThan(0.06)
  await zoom.click()
  await expect(zoom).toHaveText('100 %')
  await editor.button('Fit the picture').click()
  await expect(zoom).toHaveText(fitted)
  // A double click toggles between the two.
  await page.mouse.dblclick(middle.x, middle.y)
  await expect(zoom).toHaveText('100 %')
})

test('at 100 % every pixel on the screen is one of the file', { tag: '@desktop' }, async ({ editor, page }) => {
  await editor.open(chart)
  await editor.settled('chart')
  await editor.select('chart')
  await page.keyboard.press('1')
  const stage = stages(editor)
  await seen(stage)
  await stage.focus()
  await page.keyboard.press('z')
  await expect(editor.viewer.getByRole('button', { name: '100 %' })).toBeVisible()
  const pixels = await truth
  const differing = async (): Promise<number> => {
    const shown = await seen(stage)
    // The picture's centre is in the middle of the stage; which of two pixels is there is measured, not assumed.
    const wrong = [0, 1].flatMap((dx) =>
      [0, 1].map((dy) => {
        const left = Math.floor((shown.width - width) / 2) + dx
        const top = Math.floor((shown.height - height) / 2) + dy
        let bad = 0
        for (let y = Math.max(0, -top); y < Math.min(height, shown.height - top); y += 3)
          for (let x = Math.max(0, -left); x < Math.min(width, shown.width - left); x += 3)
            for (let c = 0; c < 3; c++)
              bad += Number(
                shown.data[4 * ((y + top) * shown.width + x + left) + c] !== pixels[3 * (y * width + x) + c],
              )
        return bad
      }),
    )
    return Math.min(...wrong)
  }
  // Until they arrive, those of the smaller picture are enlarged.
  await expect.poll(differing, 'pixels that differ').toBe(0)
})

test('one channel, the mapping in words, and marks', async ({ editor, page }) => {
  await editor.open(chart)
  await editor.settled('chart', 'edges')
  await editor.select('chart')
  await page.keyboard.press('1')
  const stage = stages(editor)
  const words = editor.viewer.getByTitle('How the numbers are shown')
  await expect(words).toHaveText('clipped 0–1')
  await words.click()
  await page.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: 'R', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(words).toHaveText('R, clipped 0–1')
  const red = await seen(stage)
  const pixels = await truth
  const box = await stage.boundingBox()
  if (!box) throw new Error('no stage')
  for (const [x, y] of [
    [40, 60],
    [300, 90],
    [520, 60],
  ] as const) {
    const place = await placeOf(stage, x, y)
    const pixel = at(red, Math.round(place.x - box.x), Math.round(place.y - box.y))
    expect(isGray(pixel), 'one channel is gray').toBe(true)
    expect(Math.abs((pixel[0] ?? 0) - (pixels[3 * (y * width + x)] ?? 0)), `red at ${x}, ${y}`).toBeLessThan(20)
  }

  await page.keyboard.press('f')
  await editor.select('edges')
  await page.keyboard.press('1')
  await expect(words).toHaveText(/viridis 0–\d/)
  await editor.viewer.getByRole('combobox', { name: 'Output of Sobel edges' }).click()
  await page.getByRole('option', { name: 'x', exact: true }).click()
  await expect(words).toHaveText(/−[\d.]+ … [\d.]+ diverging$/)
})

test('histogram and statistics are those of the file', async ({ editor, page }) => {
  await editor.settled('photo')
  await editor.select('photo')
  await page.keyboard.press('1')
  await page.keyboard.press('Shift+H')
  const panel = page.getByRole('region', { name: 'Histogram and statistics' })
  const { channels } = await sharp('assets/samples/coffee.jpg').stats()
  for (const [i, name] of ['R', 'G', 'B'].entries()) {
    const cells = panel
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      .getByRole('cell')
    const wanted = channels[i]
    if (!wanted) throw new Error('no channel')
    await expect(cells).toHaveCount(4)
    const [min, max, mean, std] = (await cells.allInnerTexts()).map(Number)
    expect(min).toBeCloseTo(wanted.min / 255, 2)
    expect(max).toBeCloseTo(wanted.max / 255, 2)
    expect(mean).toBeCloseTo(wanted.mean / 255, 2)
    expect(std).toBeCloseTo(wanted.stdev / 255, 2)
  }
  // The curve is drawn by a library that is loaded on first use.
  const inRed = () =>
    panel.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const data =
        canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
      const is = (i: number, c: number): number => data[i + c] ?? 0
      let found = 0
      for (let i = 0; i < data.length; i += 4)
        found += Number(is(i, 3) > 100 && is(i, 0) > is(i, 1) + 40 && is(i, 0) > is(i, 2) + 40)
      return found
    })
  await expect.poll(inRed, { message: 'the curve of the red channel is drawn in red' }).toBeGreaterThan(20)
})

test('with no slot filled the viewer follows the selection', async ({ editor, page }) => {
  await page.keyboard.press('Control+3')
  await expect(editor.viewer).toContainText('Select a node to see its result')
  await editor.select('gray')
  await expect(editor.viewer.getByRole('heading')).toHaveText('Convert colour')
  const gray = await seen(stages(editor))
  for (let i = 0; i < gray.data.length; i += 4 * 97)
    if (!isGray([...gray.data.subarray(i, i + 3)])) throw new Error('a coloured pixel')
  await editor.select('photo')
  await expect(editor.viewer.getByRole('heading')).toHaveText('Sample image')
})
