/** Where a number comes from: click a pixel, every earlier result is outlined, and the sum in the panel equals the number. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './app.ts'

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Where this number comes from' })
/** As the window writes numbers, with a real minus sign. */
const read = async (locator: Locator): Promise<number> =>
  Number((await locator.innerText()).replace('−', '-').replace('= ', '').trim())

/** The centre of a drawn outline as a fraction of its picture, and its relative size. */
const placeOf = (outline: Locator) =>
  outline.evaluate((svg: SVGSVGElement) => {
    const { width, height } = svg.viewBox.baseVal
    const box = (svg.lastElementChild as SVGGraphicsElement).getBBox()
    return { x: (box.x + box.width / 2) / width, y: (box.y + box.height / 2) / height }
  })

test('a Sobel pixel: outlines before it, and the sum that it is', async ({ editor, page }) => {
  await editor.hasPicture('edges')
  await editor.node('edges').getByRole('heading').first().click()
  await page.keyboard.press('1')
  const stage = page.getByRole('application', { name: 'Picture of Sobel edges' })
  const viewer = page.getByRole('region', { name: 'Viewer' })
  await expect(viewer.getByText('400 × 600 × 1 data')).toBeVisible()
  const box = await stage.boundingBox()
  if (!box) throw new Error('no viewer')
  // A quarter to the left of the picture's centre.
  const pictureWidth = Math.min(box.width, box.height * 1.5)
  const [x, y] = [box.x + box.width / 2 - pictureWidth / 4, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await expect(viewer.getByRole('listitem').first(), 'the picture is there to be probed').toHaveText(/\d/)
  await page.mouse.click(x, y)

  const told = panel(page)
  const value = told.getByRole('application').locator('output')
  await expect(value).toHaveText(/^[\d.]+$/)
  const number = await read(value)
  const probe = viewer.getByRole('listitem').first()
  expect(await read(probe)).toBeCloseTo(number, 3)

  // Both sums, each made of its products, and the root of their squares.
  const sums: number[] = []
  for (const name of ['x', 'y']) {
    const part = told.getByRole('figure').filter({ has: page.getByText(name, { exact: true }) })
    const numbers = await part.getByRole('definition').allInnerTexts()
    const products = numbers.map((text) => Number(text.replace('−', '-')))
    const total = products.pop() ?? Number.NaN
    expect(products.length).toBe(6)
    expect(products.reduce((a, b) => a + b, 0)).toBeCloseTo(total, 2)
    sums.push(total)
  }
  expect(Math.hypot(...sums)).toBeCloseTo(number, 3)

  for (const [id, output] of [
    ['blur', 'blur.image'],
    ['gray', 'gray.image'],
    ['photo', 'photo.image'],
  ] as const) {
    const outline = editor.node(id).locator(`[data-outline="${output}"]`)
    await expect(outline).toHaveAttribute('data-kind', 'source')
    await expect(outline).toHaveAttribute('data-exact', 'true')
    const place = await placeOf(outline)
    expect(place.x, id).toBeCloseTo(0.25, 1)
    expect(place.y, id).toBeCloseTo(0.5, 1)
  }
  await expect(editor.node('edges').locator('[data-outline]')).toHaveAttribute('data-kind', 'number')
  // Later results have nothing to do with it.
  await expect(editor.node('strong').locator('[data-outline]')).toHaveCount(0)
  // σ 2 has 17 taps; Sobel one more on each side.
  await expect(told.getByText('19 × 19')).toHaveCount(2)

  // The keyboard moves the pixel, and closes the explanation.
  const before = await told.getByRole('application').getAttribute('aria-label')
  await page.keyboard.press('ArrowRight')
  await expect(told.getByRole('application')).not.toHaveAttribute('aria-label', before ?? '')
  await page.keyboard.press('Escape')
  await expect(told).toHaveCount(0)
  await expect(page.locator('[data-outline]')).toHaveCount(0)
})

test("a pixel of a node's own picture; it follows a slider, and waits for the full result", async ({
  editor,
  page,
}) => {
  await editor.hasPicture('blur')
  await editor.node('blur').getByRole('heading').first().click()
  const preview = await editor.preview('blur').boundingBox()
  if (!preview) throw new Error('no preview')
  await page.mouse.click(preview.x + preview.width / 2, preview.y + preview.height / 2)
  const told = panel(page)
  await expect(told).toContainText('289 numbers of Convert colour')
  await expect(told.getByRole('application'), 'the keyboard goes to the pixel').toBeFocused()
  const value = told.getByRole('application').locator('output')
  const first = await value.innerText()

  await editor.dragSlider(editor.node('blur').getByRole('slider', { name: 'Sigma' }), 0.13, 0.5)
  await expect(told).not.toContainText('289 numbers')
  await expect(told).toContainText(/weighted sum of [\d ]+ numbers of Convert colour/)
  expect(await value.innerText()).not.toBe(first)
  await expect(told).not.toContainText('Waits')

  await told.getByRole('button', { name: 'End' }).click()
  await expect(page.locator('[data-outline]')).toHaveCount(0)
})

test('a formula is shown with the numbers of its node, and so is the code', async ({ editor, page }) => {
  await editor.node('blur').getByRole('heading').first().click()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector).toContainText('cv2.GaussianBlur(image, (0, 0), 2)')
  const live = inspector.getByRole('figure', { name: 'The same with your numbers' }).locator('.live')
  await expect(live).toHaveText('2')
  await editor.dragSlider(editor.node('blur').getByRole('slider', { name: 'Sigma' }), 0.13, 0.5)
  await expect(live).not.toHaveText('2')
  await expect(inspector).not.toContainText('(0, 0), 2)')
})
