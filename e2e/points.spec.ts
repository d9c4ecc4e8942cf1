/** Points and boxes on a picture, and the mask that SAM 2 makes of them, drawn over it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { modelFolder } from '../host/store/places.ts'
import { type Editor, expect, type Spot, test } from './app.ts'
import { lendModels } from './lend-models.ts'

const installed = modelFolder('sam2')
const sam = (params: object) => ({
  nodes: [
    { id: 'photo', type: 'io/sample-image', params: { name: 'coffee' }, position: { x: 0, y: 0 } },
    { id: 'sam', type: 'segment/sam2', params, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'sam.image' }],
})

const marks = (editor: Editor) => editor.viewer.getByRole('group', { name: 'SAM 2 on the picture' })
const grip = (editor: Editor, name: string) => marks(editor).getByRole('button', { name: new RegExp(`^${name}:`) })
const surface = (editor: Editor) => marks(editor).getByRole('button', { name: /^Add points/ })

async function opened(editor: Editor, params: object = {}): Promise<(x: number, y: number) => Spot> {
  await editor.open(sam(params))
  // Where the weights are installed, the network is read and loaded at the same time.
  await expect(editor.node('photo')).toHaveAttribute('data-state', /^(done|unchanged)$/, { timeout: 60_000 })
  await editor.page.keyboard.press('Control+3')
  await editor.select('sam')
  await expect(surface(editor)).toBeVisible({ timeout: 60_000 })
  const box = await surface(editor).boundingBox()
  const canvas = editor.viewer.locator('canvas').first()
  await expect(canvas).toBeVisible()
  if (!box) throw new Error('no stage')
  // The picture has 600 × 400 pixels, and fits.
  const scale = Math.min(box.width / 600, box.height / 400)
  return (x, y) => ({
    x: box.x + box.width / 2 + (x - 300) * scale,
    y: box.y + box.height / 2 + (y - 200) * scale,
  })
}

test('clicks add points, a drag draws a box; they move, change, go, and come back by undo', async ({
  editor,
  page,
}) => {
  const at = await opened(editor)
  const click = async (spot: Spot, options: Parameters<typeof page.mouse.click>[2] = {}) =>
    page.mouse.click(spot.x, spot.y, options)
  await expect(marks(editor)).toContainText('Click on a thing, or drag a box around it.')
  await click(at(300, 200))
  await expect(grip(editor, 'Point 1, object')).toHaveAccessibleName(/x (299|300|301), y (199|200|201)\./)
  await page.keyboard.down('Alt')
  await click(at(60, 60))
  await page.keyboard.up('Alt')
  await expect(grip(editor, 'Point 2, background')).toBeVisible()
  await click(at(540, 60), { button: 'right' })
  await expect(grip(editor, 'Point 3, background')).toBeVisible()
  await editor.drag(at(150, 100), at(450, 350))
  await page.mouse.up()
  await expect(grip(editor, 'Box 1')).toHaveAccessibleName(/x (299|300|301), y (224|225|226)\./)

  // Dragged, nudged, relabelled, removed; then all of it undone, a step each.
  await editor.drag(at(300, 200), at(320, 180))
  await page.mouse.up()
  await expect(grip(editor, 'Point 1, object')).toHaveAccessibleName(/x (319|320|321), y (179|180|181)\./)
  await page.keyboard.press('Control+z')
  await expect(grip(editor, 'Point 1, object')).toHaveAccessibleName(/x (299|300|301), y (199|200|201)\./)
  await grip(editor, 'Point 3, background').press('Enter')
  await expect(grip(editor, 'Point 3, object')).toBeVisible()
  await grip(editor, 'Point 3, object').press('Delete')
  await expect(grip(editor, 'Point 3, object')).toHaveCount(0)
  await grip(editor, 'Box 1').press('Delete')
  await expect(grip(editor, 'Box 1')).toHaveCount(0)
  for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z')
  await expect(grip(editor, 'Point 1, object')).toBeVisible()
  await expect(grip(editor, 'Point 2, background')).toBeVisible()
  await expect(marks(editor).getByRole('button')).toHaveCount(3)

  // By keyboard: a cross, a background point there, a box from corner to corner.
  await surface(editor).press('Shift+ArrowRight')
  await surface(editor).press('Shift+Enter')
  await expect(grip(editor, 'Point 3, background')).toHaveAccessibleName(/x 330, y 200\./)
  await surface(editor).press('b')
  await surface(editor).press('Shift+ArrowDown')
  await surface(editor).press('Shift+ArrowRight')
  await surface(editor).press('b')
  await expect(grip(editor, 'Box 1')).toBeVisible()
  expect(await editor.faults('[aria-label="Viewer"]')).toEqual([])

  await surface(editor).press('Escape')
  await expect(marks(editor)).toHaveCount(0)
  await editor.viewer.getByRole('radio', { name: 'Input' }).click()
  await expect(marks(editor)).toBeVisible()
})

test('a click on a dropped picture shows its mask over it', { tag: '@desktop' }, async ({ editor, page, program }) => {
  test.skip(!existsSync(installed), 'the weights are not installed: sightline models pull sam2 --yes')
  test.setTimeout(240_000)
  lendModels(program.folder, [installed])
  const at = await opened(editor)
  await expect(editor.node('sam')).toHaveAttribute('data-state', /^(done|unchanged)$/, { timeout: 200_000 })
  const canvas = editor.viewer.locator('canvas').first()
  /** The colour of the viewer at a place of the picture. */
  const colour = async (x: number, y: number): Promise<number[]> => {
    const spot = at(x, y)
    return canvas.evaluate((element: HTMLCanvasElement, spot) => {
      const box = element.getBoundingClientRect()
      const scale = element.width / box.width
      const pixel = element.getContext('2d')?.getImageData((spot.x - box.x) * scale, (spot.y - box.y) * scale, 1, 1)
      return [...(pixel?.data ?? [])]
    }, spot)
  }
  // On the table beside the cup, and in the cup.
  const inside = [310, 150] as const
  const outside = [40, 40] as const
  const [before, besides] = [await colour(...inside), await colour(...outside)]
  const spot = at(290, 170)
  await page.mouse.click(spot.x, spot.y)
  await expect.poll(() => colour(...inside), { timeout: 60_000 }).not.toEqual(before)
  const after = await colour(...inside)
  expect((after[2] ?? 0) - (after[0] ?? 0), 'it is blue').toBeGreaterThan((before[2] ?? 0) - (before[0] ?? 0) + 40)
  expect(await colour(...outside)).toEqual(besides)
  if (process.env.SIGHTLINE_SHOTS) await page.screenshot({ path: join(process.env.SIGHTLINE_SHOTS, 'sam.png') })
  await page.keyboard.press('Control+z')
  await expect.poll(() => colour(...inside), { timeout: 60_000 }).toEqual(before)
})
