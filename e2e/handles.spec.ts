/** Parameters on the picture: the box of a crop over the picture that it cuts. */
import type { Locator } from '@playwright/test'
import { type Editor, expect, type Spot, test } from './app.ts'

const width = 600
const height = 400
const pipeline = {
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

const grip = (editor: Editor, name: string): Locator =>
  editor.viewer
    .getByRole('group', { name: 'Crop on the picture' })
    .getByRole('button', { name: new RegExp(`^${name}:`) })

/** The parameters as the form shows them. */
async function values(editor: Editor): Promise<number[]> {
  const fields = ['Left', 'Top', 'Width', 'Height'].map((name) =>
    editor.inspector.getByRole('textbox', { name, exact: true }).inputValue(),
  )
  return (await Promise.all(fields)).map((text) => Number.parseFloat(text))
}

/** Pixels of the screen to one of the picture while it fits the stage. */
async function zoom(editor: Editor): Promise<number> {
  const box = await editor.viewer.getByRole('application').boundingBox()
  if (!box) throw new Error('no stage')
  return Math.min(box.width / width, box.height / height)
}

async function opened(editor: Editor): Promise<void> {
  await editor.open(pipeline)
  await editor.settled('crop')
  await editor.page.keyboard.press('Control+3')
  await editor.select('crop')
  await expect(grip(editor, 'Box')).toBeVisible()
}

const by = ({ x, y }: Spot, dx: number, dy: number): Spot => ({ x: x + dx, y: y + dy })

test('a crop is dragged over its input: whole pixels, live, one undo step', async ({ editor, page }) => {
  await opened(editor)
  await expect.poll(() => values(editor)).toEqual([100, 50, 200, 150])
  const scale = await zoom(editor)
  const corner = await editor.middle(grip(editor, 'Bottom right corner'))
  await editor.drag(corner, by(corner, 50.3 * scale, -20.2 * scale))
  await expect.poll(() => values(editor), { message: 'while it is held' }).toEqual([100, 50, 250, 130])
  await page.mouse.up()
  await expect(editor.node('crop')).toContainText(/130 × 250/)
  const box = await editor.middle(grip(editor, 'Box'))
  await editor.drag(box, by(box, -999, 0))
  await page.mouse.up()
  await expect.poll(() => values(editor), { message: 'it stays in the picture' }).toEqual([0, 50, 250, 130])
  await page.keyboard.press('Control+z')
  await expect.poll(() => values(editor)).toEqual([100, 50, 250, 130])
  await page.keyboard.press('Control+z')
  await expect.poll(() => values(editor)).toEqual([100, 50, 200, 150])
  await expect(editor.node('crop')).toContainText(/150 × 200/)
})

test('Escape takes a drag back, arrow keys nudge, and the result is one click away', async ({ editor, page }) => {
  await opened(editor)
  const left = await editor.middle(grip(editor, 'Left edge'))
  await editor.drag(left, by(left, 60, 0))
  await expect.poll(async () => (await values(editor))[0]).not.toBe(100)
  await page.keyboard.press('Escape')
  await expect.poll(() => values(editor)).toEqual([100, 50, 200, 150])
  await page.mouse.up()
  await grip(editor, 'Box').press('ArrowRight')
  await grip(editor, 'Box').press('Shift+ArrowDown')
  await expect.poll(() => values(editor)).toEqual([101, 60, 200, 150])
  await grip(editor, 'Top edge').press('ArrowUp')
  await expect.poll(() => values(editor)).toEqual([101, 59, 200, 151])
  expect(await editor.faults('[aria-label="Viewer"]')).toEqual([])
  await editor.viewer.getByRole('radio', { name: 'Result' }).click()
  await expect(grip(editor, 'Box')).toHaveCount(0)
  await expect(editor.viewer.getByRole('heading')).toHaveText('Crop')
  await editor.viewer.getByRole('radio', { name: 'Input' }).click()
  await expect(grip(editor, 'Box')).toBeVisible()
})
