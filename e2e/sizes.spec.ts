/** Windows of all sizes, interfaces of all sizes, and one picture over the whole screen. */
import { type Editor, expect, test } from './app.ts'

const widths = async ({ page, inspector, palette }: Editor) => {
  const [canvas, side, list] = await Promise.all(
    [page.locator('#main'), inspector, palette].map(async (part) => (await part.boundingBox())?.width ?? 0),
  )
  return { canvas, inspector: Math.round(side ?? 0), palette: Math.round(list ?? 0) }
}

test('a small window leaves the canvas its share, and the panels come back', { tag: '@browser' }, async ({
  editor,
  page,
}) => {
  const before = await widths(editor)
  for (const [width, height] of [
    [1024, 768],
    [900, 600],
  ] as const) {
    await editor.resize(width, height)
    await expect(async () => {
      const { canvas, inspector } = await widths(editor)
      expect(canvas).toBeGreaterThan(0.54 * width)
      expect(inspector).toBeLessThan(0.27 * width)
    }).toPass()
  }
  // Too narrow for both: the one that is asked for.
  await editor.resize(680, 600)
  await expect(editor.palette).toHaveCount(0)
  await expect(editor.button('Node list')).toHaveAttribute('aria-pressed', 'false')
  await editor.button('Node list').click()
  await expect(editor.palette).toBeVisible()
  await expect(editor.inspector).toHaveCount(0)
  await editor.button('Inspector').click()
  await editor.resize(1440, 900)
  await expect.poll(() => widths(editor)).toEqual(before)
  // What was shown whole is shown whole again.
  const [photo, strong] = await editor.boxes('photo', 'strong')
  const canvas = await editor.pane.boundingBox()
  expect((strong?.x ?? 0) + (strong?.width ?? 0) - (photo?.x ?? 0)).toBeGreaterThan(0.6 * (canvas?.width ?? 0))
  // A width that is chosen stays, also in a small window of the same size.
  await editor.resize(1024, 768)
  await expect.poll(async () => (await widths(editor)).inspector).toBeLessThan(0.27 * 1024)
  await page.getByRole('separator').last().focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await widths(editor)).inspector).toBeGreaterThan(280)
  const chosen = (await widths(editor)).inspector
  await page.reload()
  await editor.ready()
  await expect.poll(async () => (await widths(editor)).inspector).toBe(chosen)
})

const crop = {
  nodes: [
    { id: 'chart', type: 'io/sample-image', params: { name: 'colour-chart' }, position: { x: 0, y: 0 } },
    {
      id: 'crop',
      type: 'geometry/crop',
      params: { x: 100, y: 50, width: 200, height: 150 },
      position: { x: 280, y: 0 },
    },
  ],
  edges: [{ from: 'chart.image', to: 'crop.image' }],
}

test('at 150 % everything is larger, and the pointer meets what it points at', async ({ editor, page }) => {
  await editor.open(crop)
  await editor.settled('crop')
  const run = await editor.button('Run').boundingBox()
  await page.keyboard.press('Control+,')
  await editor.dialog.getByLabel('Size of the interface').click()
  await page.getByRole('option', { name: '150 %' }).click()
  await page.keyboard.press('Escape')
  await expect
    .poll(async () => (await editor.button('Run').boundingBox())?.height)
    .toBeCloseTo(1.5 * (run?.height ?? 0), 0)

  // A node follows the pointer; its menu opens there.
  await page.keyboard.press('f')
  await editor.rests()
  const title = await editor.middle(editor.node('crop').getByRole('heading'))
  await editor.drag(title, { x: title.x + 40, y: title.y + 90 })
  await page.mouse.up()
  await expect
    .poll(async () => {
      const now = await editor.middle(editor.node('crop').getByRole('heading'))
      return Math.hypot(now.x - title.x - 40, now.y - title.y - 90)
    })
    .toBeLessThan(14)
  const at = await editor.middle(editor.node('crop').getByRole('heading'))
  await page.mouse.click(at.x, at.y, { button: 'right' })
  const menu = await page.getByRole('menu').boundingBox()
  expect(Math.abs((menu?.x ?? 0) - at.x)).toBeLessThan(6)
  await page.keyboard.press('Escape')

  // A handle on the picture goes where it is dragged, in pixels of the picture.
  await page.keyboard.press('Control+3')
  await editor.select('crop')
  const stage = await editor.viewer.getByRole('application').boundingBox()
  const scale = Math.min((stage?.width ?? 0) / 600, (stage?.height ?? 0) / 400)
  const corner = await editor.middle(
    editor.viewer.getByRole('group', { name: 'Crop on the picture' }).getByRole('button', { name: /^Bottom right/ }),
  )
  await editor.drag(corner, { x: corner.x + 50.3 * scale, y: corner.y - 20.2 * scale })
  await page.mouse.up()
  await expect(editor.inspector.getByRole('textbox', { name: 'Width', exact: true })).toHaveValue(/^250/)
  await expect(editor.inspector.getByRole('textbox', { name: 'Height', exact: true })).toHaveValue(/^130/)

  // Keys, and their end.
  for (let i = 0; i < 6; i++) await page.keyboard.press('Control+Alt+-')
  await expect
    .poll(async () => (await editor.button('Run').boundingBox())?.height)
    .toBeCloseTo(0.8 * (run?.height ?? 0), 0)
  await page.keyboard.press('Control+Alt+0')
  await expect.poll(async () => (await editor.button('Run').boundingBox())?.height).toBe(run?.height)
})

test('presents one picture or one step, and nothing else', async ({ editor, page }) => {
  const screen = page.getByRole('dialog', { name: 'Presentation' })
  const said = screen.locator('[data-presented]')
  await editor.select('gray')
  await page.keyboard.press('F5')
  await expect(said).toHaveText('2 of 6: Convert colour')
  await expect(screen.getByRole('application')).toHaveCount(1)
  const box = await screen.boundingBox()
  expect([box?.width, box?.height]).toEqual(await page.evaluate(() => [innerWidth, innerHeight]))
  expect(await editor.faults('[role="dialog"]')).toEqual([])
  for (const [key, words] of [
    ['PageDown', '3 of 6: Gaussian blur'],
    ['Space', '4 of 6: Sobel edges'],
    ['ArrowLeft', '3 of 6: Gaussian blur'],
    ['PageUp', '2 of 6: Convert colour'],
    ['End', '6 of 6: Threshold'],
    ['ArrowRight', '6 of 6: Threshold'],
    ['Home', '1 of 6: Sample image'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(said).toHaveText(words)
  }
  await page.keyboard.press('Escape')
  await expect(screen).toHaveCount(0)
  await expect(editor.nodes.first()).toBeVisible()

  // A lesson: the text beside its pictures; the walker goes along.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Start screen')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Three numbers a pixel/ }).click()
  const walker = page.getByRole('complementary', { name: 'Lesson' })
  await expect(walker).toBeVisible()
  await page.keyboard.press('F5')
  const first = await screen.getByRole('heading', { level: 2 }).last().textContent()
  await page.keyboard.press('PageDown')
  await expect(screen.getByRole('heading', { level: 2 }).last()).not.toHaveText(first ?? '')
  const second = (await screen.getByRole('heading', { level: 2 }).last().textContent()) ?? ''
  await page.keyboard.press('F5')
  await expect(screen).toHaveCount(0)
  await expect(walker.getByRole('heading', { level: 3 })).toHaveText(second)
})
