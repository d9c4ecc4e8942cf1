/** A mask painted with a brush on a picture in the viewer. */
import { type Editor, expect, type Spot, test } from './app.ts'

const painted = {
  nodes: [
    { id: 'photo', type: 'io/sample-image', params: { name: 'coffee' }, position: { x: 0, y: 0 } },
    { id: 'mask', type: 'draw/mask', position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'mask.image' }],
}

const brush = (editor: Editor) => editor.viewer.getByRole('group', { name: 'Painted mask on the picture' })
const surface = (editor: Editor) => brush(editor).getByRole('button', { name: /^Paint with the brush/ })

test('a drag paints, Alt erases, brackets size the brush, each stroke is undone by itself', async ({
  editor,
  page,
}) => {
  await editor.open(painted)
  await editor.settled('photo')
  await page.keyboard.press('Control+3')
  await editor.select('mask')
  await expect(surface(editor)).toBeVisible({ timeout: 60_000 })
  const canvas = editor.viewer.locator('canvas').first()
  await expect(canvas).toBeVisible()
  const box = await surface(editor).boundingBox()
  if (!box) throw new Error('no stage')
  // The picture has 600 × 400 pixels, and fits.
  const scale = Math.min(box.width / 600, box.height / 400)
  const at = (x: number, y: number): Spot => ({
    x: box.x + box.width / 2 + (x - 300) * scale,
    y: box.y + box.height / 2 + (y - 200) * scale,
  })
  /** How much bluer than before the picture is drawn at a place, where the mask lies over it. */
  const blue = async (x: number, y: number): Promise<number> =>
    canvas.evaluate(
      (element: HTMLCanvasElement, spot) => {
        const box = element.getBoundingClientRect()
        const scale = element.width / box.width
        const pixel = element.getContext('2d')?.getImageData((spot.x - box.x) * scale, (spot.y - box.y) * scale, 1, 1)
        const [red = 0, , blue = 0] = pixel?.data ?? []
        return blue - red
      },
      at(x, y),
    )
  const field = editor.inspector.getByRole('status').filter({ hasText: /stroke|Paint on/ })
  const before = { middle: await blue(300, 150), end: await blue(420, 150) }
  await expect(brush(editor)).toContainText('30 px')

  await editor.drag(at(180, 150), at(420, 150))
  await page.mouse.up()
  await expect(field).toHaveText('1 stroke')
  await expect.poll(() => blue(300, 150)).toBeGreaterThan(before.middle + 30)
  await expect(brush(editor).locator('path[data-drawn]')).toHaveAttribute('d', '')

  for (let i = 0; i < 4; i++) await page.keyboard.press('[')
  await expect(brush(editor)).toContainText('12 px')
  await page.keyboard.down('Alt')
  await editor.drag(at(300, 100), at(300, 200))
  await page.mouse.up()
  await page.keyboard.up('Alt')
  await expect(field).toHaveText('2 strokes')
  await expect.poll(() => blue(300, 150)).toBeLessThan(before.middle + 10)
  expect(await blue(420, 150)).toBeGreaterThan(before.end + 30)

  await page.keyboard.press('Control+z')
  await expect(field).toHaveText('1 stroke')
  await expect.poll(() => blue(300, 150)).toBeGreaterThan(before.middle + 30)

  // By keyboard: the eraser, a dab, a straight stroke.
  await page.keyboard.press('e')
  await expect(brush(editor).getByRole('radio', { name: 'Erase' })).toBeChecked()
  await page.keyboard.press('e')
  await surface(editor).press('Enter')
  await surface(editor).press('b')
  await surface(editor).press('Shift+ArrowDown')
  await surface(editor).press('b')
  await expect(field).toHaveText('3 strokes')
  expect(await editor.faults('[aria-label="Viewer"]')).toEqual([])
  await brush(editor).getByRole('button', { name: 'Remove all strokes' }).click()
  await expect(field).toHaveText('Paint on the picture in the viewer.')
  await surface(editor).press('Escape')
  await expect(brush(editor)).toHaveCount(0)

  // Kept in a slot, the node shows its result, and its input with the brush at a click.
  await page.keyboard.press('1')
  const shown = editor.viewer.getByRole('radiogroup', { name: 'What the viewer shows of this node' })
  await expect(shown.getByRole('radio', { name: 'Result' })).toBeChecked()
  await expect(brush(editor)).toHaveCount(0)
  await shown.getByText('Input').click()
  await expect(surface(editor)).toBeVisible()
  await surface(editor).press('Escape')
  await expect(shown.getByRole('radio', { name: 'Result' })).toBeChecked()
})
