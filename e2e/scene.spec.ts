/** 3D scenes: opened in every possible way, drawn as the mathematics says, orbited by hand, and refused with a message. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { fov, inSight } from '../renderer/scene/orbit.ts'
import { type Editor, expect, test } from './app.ts'
import { startProgram } from './program.ts'
import { ply, type Splat, scene, shown, softwareGraphics, sog, splat } from './scenes.ts'

test.use({
  start: true,
  launchOptions: softwareGraphics,
})
test.slow()

/** From the start screen, through its third door. */
const openByDoor = (opened: Editor, path: string): Promise<void> =>
  opened.choose(() => opened.start.getByRole('button', { name: 'View 3D' }).click(), path)

interface Picture {
  readonly width: number
  readonly height: number
  at(x: number, y: number): readonly [number, number, number]
}

async function pictureOf(page: Page): Promise<Picture> {
  // The hint covers it until the first gesture.
  await scene(page).dispatchEvent('wheel', { deltaY: 0 })
  const { data, info } = await sharp(await scene(page).screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  return {
    width,
    height,
    at: (x, y) =>
      [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)] as unknown as [number, number, number],
  }
}

/** The focus ring is at the edge. */
const edge = 4

/** The centre of the region where one channel exceeds the others, and its width at half height. The words over it are too faint to count. */
function blob({ width, height, at }: Picture, channel: 0 | 1 | 2) {
  const rest = [0, 1, 2].filter((c) => c !== channel)
  const amounts: { x: number; y: number; v: number }[] = []
  for (let y = edge; y < height - edge; y++)
    for (let x = edge; x < width - edge; x++) {
      const pixel = at(x, y)
      const v = (pixel[channel] ?? 0) - Math.max(...rest.map((c) => pixel[c] ?? 0))
      if (v > 0) amounts.push({ x, y, v })
    }
  const most = amounts.reduce((largest, { v }) => Math.max(largest, v), 0)
  let [sum, sx, sy, area] = [0, 0, 0, 0]
  for (const { x, y, v } of amounts) {
    if (v > most / 2) area++
    if (v < most / 8) continue
    sum += v
    sx += v * (x + 0.5)
    sy += v * (y + 0.5)
  }
  return { x: sx / sum, y: sy / sum, most, halfRadius: Math.sqrt(area / Math.PI) }
}

const size = 0.1
const opacity = 0.998
const red: Splat = { at: [0, 0, 0], size, colour: [1, 0, 0], opacity }
/** To its right, and above it where y is up. */
const green: Splat = { at: [1, 0, 0], size, colour: [0, 1, 0], opacity }
const blue: Splat = { at: [0, 1, 0], size, colour: [0, 0, 1], opacity }

/** Alpha goes no higher, so half of what is seen in the middle is half of this. */
const most = 0.99
/** A Gaussian falls to half of what is seen in its middle this many standard deviations from there. */
const half = Math.sqrt(2 * Math.log((2 * opacity) / most))
/** Pixels of a picture so high at distance 1. */
const focalOf = (height: number): number => height / 2 / Math.tan((fov * Math.PI) / 360)

const black = async (page: Page): Promise<void> => {
  await page.getByRole('combobox', { name: 'Background' }).click()
  await page.getByRole('option', { name: 'Black' }).click()
}

for (const [format, bytes] of [
  ['ply', ply([red])],
  ['splat', splat([red])],
] as const)
  test(`one red splat in a .${format} is a disc in the middle, as large as its size says`, {
    tag: format === 'ply' ? [] : '@browser',
  }, async ({ opened, page, folder }) => {
    const path = join(folder, `one.${format}`)
    writeFileSync(path, bytes)
    await openByDoor(opened, path)
    await shown(page)
    await expect(page.getByTestId('facts')).toContainText('1 splat ')
    await black(page)
    const picture = await pictureOf(page)
    const disc = blob(picture, 0)
    expect(disc.x).toBeCloseTo(picture.width / 2, 0)
    expect(disc.y).toBeCloseTo(picture.height / 2, 0)
    expect(disc.most).toBeGreaterThan(248)
    expect(picture.at(5, 5)).toEqual([0, 0, 0])
    const { distance } = inSight(
      { target: [0, 0, 0], distance: 1, yaw: 0, pitch: 0, up: 'y', fov },
      { centre: [0, 0, 0], radius: 2 * size },
      picture.width / picture.height,
    )
    const wanted = ((focalOf(picture.height) * size) / distance) * half
    expect(Math.abs(disc.halfRadius / wanted - 1)).toBeLessThan(0.005)
    if (format !== 'ply') return

    // However near, it is a Gaussian up to the edge of the window.
    await scene(page).focus()
    const zoomed = async (): Promise<{ radius: number; row: number[] }> => {
      const { at, width, height } = await pictureOf(page)
      const row = Array.from({ length: width / 2 - edge }, (_, x) => at(width / 2 + x, height >> 1)[0])
      return { row, radius: row.findIndex((v) => v < (255 * most) / 2) / half }
    }
    let near = await zoomed()
    for (let i = 0; i < 20 && near.radius > 0 && near.radius < picture.width / 5; i++) {
      await page.keyboard.press('+')
      await page.waitForTimeout(400)
      near = await zoomed()
    }
    expect(near.row.length).toBeGreaterThan(512)
    expect(near.radius).toBeGreaterThan(picture.width / 5)
    for (const x of [0.5, 0.8, 0.9, 1].map((part) => Math.floor(part * (near.row.length - 1))))
      expect(
        Math.abs((near.row[x] ?? 0) - Math.min(255 * most, 255 * opacity * Math.exp(-((x / near.radius) ** 2) / 2))),
      ).toBeLessThan(3)
  })

test('right is right, up is up, distances are kept, and R turns it upright', { tag: '@browser' }, async ({
  opened,
  page,
  folder,
}) => {
  const path = join(folder, 'three.ply')
  writeFileSync(path, ply([red, green, blue]))
  await openByDoor(opened, path)
  await shown(page)
  await black(page)
  const places = async () => {
    const picture = await pictureOf(page)
    return ([0, 1, 2] as const).map((channel) => {
      const disc = blob(picture, channel)
      const away = Math.hypot(disc.x - picture.width / 2, disc.y - picture.height / 2) / focalOf(picture.height)
      // EWA makes a ball this much longer away from the axis, so its area is as much larger.
      return { ...disc, halfRadius: disc.halfRadius / (1 + away ** 2) ** 0.25 }
    })
  }
  const [r, g, b] = await places()
  if (!r || !g || !b) throw new Error('three splats')
  // A .ply has the axes of its capture: y is down.
  const unit = g.x - r.x
  expect(unit).toBeGreaterThan(100)
  expect(Math.abs(g.y - r.y)).toBeLessThan(1)
  expect(Math.abs(b.x - r.x)).toBeLessThan(1)
  expect(Math.abs((b.y - r.y) / unit - 1)).toBeLessThan(0.01)
  for (const { halfRadius } of [r, g, b]) expect(Math.abs(halfRadius / unit / (size * half) - 1)).toBeLessThan(0.01)

  await scene(page).focus()
  await page.keyboard.press('r')
  await expect(page.getByRole('combobox', { name: 'Which way is up' })).toHaveText('Y up')
  await page.waitForTimeout(500)
  const [r2, g2, b2] = await places()
  if (!r2 || !g2 || !b2) throw new Error('three splats')
  expect(Math.abs((r2.x - g2.x) / unit - 1)).toBeLessThan(0.01)
  expect(Math.abs((r2.y - b2.y) / unit - 1)).toBeLessThan(0.01)
})

test('what is in front hides what is behind, from either side', { tag: '@browser' }, async ({
  opened,
  page,
  folder,
}) => {
  const path = join(folder, 'order.ply')
  const wide = { size: 0.3, opacity: 0.998 }
  writeFileSync(
    path,
    ply([
      { ...wide, at: [0, 0, -1], colour: [1, 0, 0] },
      { ...wide, at: [0, 0, 1], colour: [0, 1, 0] },
    ]),
  )
  await openByDoor(opened, path)
  await shown(page)
  await black(page)
  const middle = async () => {
    const picture = await pictureOf(page)
    const [red, green] = picture.at(picture.width >> 1, picture.height >> 1)
    return red > 240 && green < 15 ? 'red' : green > 240 && red < 15 ? 'green' : `${red} ${green}`
  }
  await expect.poll(middle).toBe('red')
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  // The whole height is half a turn.
  await page.mouse.move(box.x + 20, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + 20 + box.height, box.y + 100, { steps: 5 })
  await page.mouse.up()
  await expect.poll(middle).toBe('green')
})

test('keys turn, move, zoom and fit; Escape goes back to the door, with the editor as it was', {
  tag: '@browser',
}, async ({ opened, page, folder }) => {
  const path = join(folder, 'one.ply')
  writeFileSync(path, ply([red]))
  await openByDoor(opened, path)
  await shown(page)
  await black(page)
  await scene(page).focus()
  const disc = async () => blob(await pictureOf(page), 0)
  const before = await disc()
  for (let i = 0; i < 3; i++) await page.keyboard.press('-')
  await expect.poll(async () => (await disc()).halfRadius).toBeLessThan(before.halfRadius * 0.7)
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await disc()).x).toBeGreaterThan(before.x + 60)
  await page.keyboard.press('f')
  await expect.poll(async () => Math.round((await disc()).x - before.x)).toBe(0)
  expect(Math.abs((await disc()).halfRadius / before.halfRadius - 1)).toBeLessThan(0.01)
  // Left while it sorts for the new view: nothing may be uncaught then.
  await page.evaluate(() => {
    const press = (key: string, shiftKey = false) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }))
    press('ArrowRight', true)
    requestAnimationFrame(() => requestAnimationFrame(() => press('Escape')))
  })
  await expect(scene(page)).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Start' })).toBeVisible()
})

test('held keys fly, faster with Shift, and stop when they are let go', async ({ opened, page, folder }) => {
  const path = join(folder, 'one.ply')
  writeFileSync(path, ply([red]))
  await openByDoor(opened, path)
  await shown(page)
  await black(page)
  await scene(page).focus()
  const radius = async () => blob(await pictureOf(page), 0).halfRadius
  const before = await radius()
  // Away from it, and back: seen from nearer, Spark draws so large a splat no larger.
  await page.keyboard.down('Shift')
  await page.keyboard.down('s')
  await page.waitForTimeout(1500)
  await page.keyboard.up('s')
  await page.keyboard.up('Shift')
  await expect.poll(radius).toBeLessThan(0.9 * before)
  const far = await radius()
  await page.waitForTimeout(400)
  expect(Math.abs((await radius()) / far - 1)).toBeLessThan(0.01)
  await page.keyboard.down('w')
  await page.waitForTimeout(1500)
  await page.keyboard.up('w')
  await expect.poll(radius).toBeGreaterThan(1.02 * far)
})

test('a picture of it is as large as asked, and transparent', { tag: '@browser' }, async ({ opened, page, folder }) => {
  const path = join(folder, 'one.ply')
  writeFileSync(path, ply([red]))
  await openByDoor(opened, path)
  await shown(page)
  await page.getByRole('button', { name: 'Save as a picture' }).click()
  await page.getByRole('textbox', { name: 'Width' }).fill('2000')
  await page.keyboard.press('Enter')
  await page.getByRole('switch', { name: 'Transparent' }).click()
  const coming = page.waitForEvent('download', { timeout: 60_000 })
  await page.getByRole('button', { name: 'Save PNG' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toBe('one.png')
  const { data, info } = await sharp(await download.path())
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.channels]).toEqual([2000, 4])
  const at = (x: number, y: number) => [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)]
  expect(at(3, 3)[3]).toBe(0)
  const [r = 0, g = 0, b = 0, a = 0] = at(info.width >> 1, info.height >> 1)
  expect(Math.min(r, a)).toBeGreaterThan(240)
  expect(Math.max(g, b)).toBeLessThan(15)
})

test('a scene that is dropped is shown; what is no scene, or not all of one, says so', async ({ page, editor }) => {
  const drop = async (name: string, bytes: Buffer) => {
    const transfer = await page.evaluateHandle(
      ({ name, base64 }) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name))
        return transfer
      },
      { name, base64: bytes.toString('base64') },
    )
    const target = (await scene(page).count()) > 0 ? scene(page) : page.locator('.react-flow__pane')
    await target.dispatchEvent('drop', { dataTransfer: transfer })
  }
  await expect(editor.node('photo')).toBeVisible()
  await drop('two.splat', splat([red, green]))
  await shown(page)
  await expect(page.getByTestId('facts')).toContainText('2 splats')
  await drop('cut.ply', ply([red, green]).subarray(0, -10))
  await expect(page.getByRole('alert')).toContainText('"cut.ply" is incomplete')
  await drop('page.spz', Buffer.from('<!doctype html>'))
  await expect(page.getByRole('alert')).toContainText('does not begin as a .spz file does')
  await drop('empty.ply', ply([]))
  await expect(page.getByRole('alert')).toContainText('no splats')
  await drop('one.ply', ply([red]))
  await shown(page)
  // In a narrow window its tools stay in one line, and nothing is missing.
  const bar = page.locator('header').filter({ has: page.getByRole('button', { name: 'Turn upright' }) })
  for (const width of [620, 480]) {
    await page.setViewportSize({ width, height: 520 })
    await expect.poll(async () => (await bar.boundingBox())?.height).toBeLessThan(50)
    await expect(page.getByTestId('facts')).toContainText('1 splat')
  }
  await page.getByRole('button', { name: 'Display' }).click()
  await page.getByRole('combobox', { name: 'Background' }).click()
  await page.getByRole('option', { name: 'White' }).click()
  await page.keyboard.press('Escape')
  await expect(scene(page)).toHaveAttribute('data-background', 'white')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Editor' }).click()
  await expect(editor.node('photo')).toBeVisible()
})

test('a .ply is shown whatever its header looks like, a .sog unpacked, and a cloud of points as dots', {
  tag: '@browser',
}, async ({ opened, page, folder }) => {
  // Three scenes, each of which takes a minute where graphics are slow.
  test.setTimeout(600_000)
  /** Red in the middle, green one unit to its right, blue one below (y is down). Returns the unit in pixels. */
  const three = async (name: string, bytes: Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    if ((await scene(page).count()) > 0) await page.getByRole('button', { name: 'Editor' }).click()
    await openByDoor(opened, path)
    await shown(page)
    const blobs = async () => {
      const picture = await pictureOf(page)
      return ([0, 1, 2] as const).map((channel) => blob(picture, channel))
    }
    // The first frames after a gesture may be empty on slow graphics.
    const unitOf = async () => {
      const [r, g] = await blobs()
      return (g?.x ?? 0) - (r?.x ?? 0)
    }
    await expect.poll(unitOf, { message: name, timeout: 60_000 }).toBeGreaterThan(100)
    const [r, g, b] = await blobs()
    if (!r || !g || !b) throw new Error('three splats')
    const unit = g.x - r.x
    for (const apart of [g.y - r.y, b.x - r.x, b.y - r.y - unit]) expect(Math.abs(apart), name).toBeLessThan(2)
    return [r, g, b].map(({ halfRadius }) => halfRadius / unit)
  }
  const plain = ply([red, green, blue])
  const end = plain.indexOf('end_header\n') + 'end_header\n'.length
  const head = plain
    .subarray(0, end)
    .toString()
    .replace('little', 'big')
    .replace('element', 'element camera 2\nproperty double focal\nproperty list uchar int ids\nelement')
    .replaceAll('\n', '\r\n')
  // Two cameras, the second with a list of one number.
  const cameras = Buffer.from([...Array(8).fill(1), 0, ...Array(8).fill(1), 1, 0, 0, 0, 7])
  await three('odd.ply', Buffer.concat([Buffer.from(head), cameras, Buffer.from(plain.subarray(end)).swap32()]))
  await expect(page.getByRole('list', { name: 'How it is drawn' })).toHaveCount(0)

  // An unpacked .sog, by its list.
  mkdirSync(join(folder, 'three'))
  const files = await sog([red, green, blue])
  for (const [name, bytes] of files) writeFileSync(join(folder, 'three', name), bytes)
  await three('three/meta.json', files.get('meta.json') ?? Buffer.of())
  await expect(page.getByRole('heading', { name: 'three.sog' })).toBeVisible()

  const points = ['0 0 0 255 0 0', '1 0 0 0 255 0', '0 1 0 0 0 255']
  // Black on black is not seen. With these, most points have a neighbour at 0.3, so the dots are small and lie apart.
  for (const place of ['0.8 0.8', '1.1 0.8', '0.8 1.1', '1.1 1.1']) points.push(`${place} 0 0 0 0`)
  const properties = [...['x', 'y', 'z'].map((axis) => `float ${axis}`), 'uchar red', 'uchar green', 'uchar blue']
  const lines = [
    'ply',
    'format ascii 1.0',
    `element vertex ${points.length}`,
    ...properties.map((each) => `property ${each}`),
  ]
  const radii = await three('cloud.ply', Buffer.from([...lines, 'end_header', ...points, ''].join('\n')))
  await expect(page.getByRole('list', { name: 'How it is drawn' })).toContainText('points without sizes')
  // A third of that distance is 0.1.
  for (const radius of radii) {
    expect(radius).toBeGreaterThan(0.09)
    expect(radius).toBeLessThan(0.135)
  }
  await page.screenshot({ path: test.info().outputPath('cloud.png') })
})

test('named on the command line it is what one sees first, and again after a reload', { tag: '@browser' }, async ({
  page,
  folder,
}) => {
  const path = join(folder, 'named.ply')
  writeFileSync(path, ply([red, green]))
  const other = await startProgram(folder, path)
  try {
    await page.goto(other.url)
    await shown(page)
    await expect(page.getByRole('heading', { name: 'named.ply' })).toBeVisible()
    await page.reload()
    await shown(page)
  } finally {
    other.process.kill()
  }
})

test('graphics that are lost come back with the same view', async ({ opened, page, folder }) => {
  const path = join(folder, 'one.ply')
  writeFileSync(path, ply([red]))
  await openByDoor(opened, path)
  await shown(page)
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[role="application"] canvas[data-engine]')
    canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
  })
  await expect(page.getByRole('alert')).toContainText('lost its graphics context')
  await shown(page)
})

const data = process.env.SIGHTLINE_TEST_DATA
for (const [name, splats] of [
  ['biker.compressed.ply', '152,746 splats'],
  ['biker.spz', '152,746 splats'],
] as const)
  test(`shows ${name}`, { tag: '@browser' }, async ({ opened, page }) => {
    test.skip(!data, 'SIGHTLINE_TEST_DATA names no folder with splats/biker.*')
    // Drawn in software, a quarter of the pixels shows the same figure in a third of the time.
    await page.setViewportSize({ width: 720, height: 450 })
    await openByDoor(opened, join(String(data), 'splats', name))
    await shown(page)
    await expect(page.getByTestId('facts')).toContainText(splats)
    const picture = await pictureOf(page)
    const at = (x: number, y: number) => picture.at(Math.round(x * picture.width), Math.round(y * picture.height))
    // The figure stands in the middle, in black, with empty background on both sides.
    expect(Math.max(...at(0.52, 0.5))).toBeLessThan(70)
    expect(at(0.1, 0.5)).toEqual(at(0.9, 0.5))
  })
