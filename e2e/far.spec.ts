/** Many nodes seen from afar are drawn rather than elements: pointer, keyboard and screen reader work as before. */
import { type Editor, expect, type Spot, test } from './app.ts'

const columns = 12
const rows = 9
const id = (row: number, column: number): string => `n${row}-${column}`
const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const)

/** Sizes of nodes in the graph. */
const width = 184
const firstSocket = 30 + 16 + 4 + 11

const crowd = {
  nodes: places.map(([row, column]) => ({
    id: id(row, column),
    type: column === 0 ? 'io/sample-image' : 'filter/gaussian-blur',
    position: { x: column * 230, y: row * 290 },
  })),
  edges: places
    .filter(([, column]) => column > 0)
    .map(([row, column]) => ({ from: `${id(row, column - 1)}.image`, to: `${id(row, column)}.image` })),
}

const list = (editor: Editor) => editor.page.getByRole('list', { name: 'Nodes' })
const selected = (editor: Editor) => list(editor).locator('[aria-pressed="true"]')

async function open(editor: Editor): Promise<void> {
  const content = JSON.stringify({ format: 'sightline', version: 1, ...crowd })
  await editor.drop([{ name: 'crowd.sightline.json', type: 'application/json', content }], { x: 20, y: 20 })
  await expect(list(editor).getByRole('button')).toHaveCount(rows * columns)
  await expect(editor.nodes).toHaveCount(0)
}

/** The screen position of a point of the graph. */
async function spotOf(editor: Editor, at: Spot): Promise<Spot> {
  const [pane, [a, x, y]] = await Promise.all([
    editor.pane.boundingBox(),
    editor.page.locator('.react-flow__viewport').evaluate((viewport) => {
      const { a, e, f } = new DOMMatrix(getComputedStyle(viewport).transform)
      return [a, e, f] as const
    }),
  ])
  return { x: (pane?.x ?? 0) + x + at.x * a, y: (pane?.y ?? 0) + y + at.y * a }
}

const middleOf = (editor: Editor, row: number, column: number): Promise<Spot> =>
  spotOf(editor, { x: column * 230 + width / 2, y: row * 290 + 60 })

test('what is drawn is clicked, dragged, copied and put back', async ({ editor, page }) => {
  await open(editor)
  const at = await middleOf(editor, 4, 5)
  await page.mouse.click(at.x, at.y)
  await expect(selected(editor)).toHaveCount(1)
  await expect(editor.inspector).toContainText('cv2.GaussianBlur')
  const before = await editor.node('n4-5').boundingBox()
  await editor.drag(at, { x: at.x + 40, y: at.y + 90 }, 5)
  await page.mouse.up()
  const moved = async () => ((await editor.node('n4-5').boundingBox())?.y ?? 0) - (before?.y ?? 0)
  await expect.poll(moved).toBeCloseTo(90, -1)
  await page.keyboard.press('Control+z')
  await page.mouse.move(at.x + 1, at.y)
  await expect.poll(moved).toBeCloseTo(0, -1)

  await page.keyboard.down('Alt')
  await editor.drag(at, { x: at.x + 40, y: at.y + 90 }, 5)
  await page.mouse.up()
  await page.keyboard.up('Alt')
  await expect(list(editor).getByRole('button')).toHaveCount(rows * columns + 1)
})

test('several are dragged together, and their wires with them', async ({ editor, page }) => {
  await open(editor)
  const [one, other] = [await middleOf(editor, 2, 3), await middleOf(editor, 2, 4)]
  await page.mouse.click(one.x, one.y)
  await page.mouse.move(other.x, other.y)
  await page.keyboard.down('Shift')
  await page.mouse.click(other.x, other.y)
  await page.keyboard.up('Shift')
  await expect(selected(editor)).toHaveCount(2)
  await editor.drag(other, { x: other.x, y: other.y + 60 }, 5)
  await page.mouse.up()
  const y = async (spot: Spot, id: string): Promise<number> => {
    await page.mouse.move(spot.x, spot.y + 60)
    return (await editor.node(id).boundingBox())?.y ?? Number.NaN
  }
  expect(await y(one, 'n2-3')).toBeCloseTo(await y(other, 'n2-4'), 0)
})

test('a box selects what is drawn, and the bare canvas takes it back', async ({ editor, page }) => {
  await open(editor)
  const corner = await spotOf(editor, { x: -20, y: -20 })
  await editor.drag(corner, await middleOf(editor, rows - 1, columns - 1), 6)
  await page.mouse.up()
  await expect(selected(editor)).toHaveCount(rows * columns)
  await page.mouse.click(corner.x, corner.y)
  await expect(selected(editor)).toHaveCount(0)
})

test('the keyboard reaches every node, and sees its inspector', async ({ editor, page }) => {
  await open(editor)
  const last = list(editor).getByRole('button').last()
  await last.focus()
  await expect(selected(editor)).toHaveCount(1)
  await expect(editor.inspector).toContainText('cv2.GaussianBlur')
  await page.keyboard.press('Shift+Tab')
  await expect(list(editor).getByRole('button').nth(-2)).toHaveAttribute('aria-pressed', 'true')
})

test('what is drawn has its menu, its name and its wires', async ({ editor, page }) => {
  await open(editor)
  const at = await middleOf(editor, 4, 5)
  await page.mouse.move(at.x, at.y)
  await page.mouse.click(at.x, at.y, { button: 'right' })
  await page.getByRole('menuitemcheckbox', { name: /^Bypass/ }).click()
  await expect(editor.inspector).toContainText('Bypassed')
  await page.keyboard.press('F2')
  await expect(page.getByRole('textbox', { name: 'Title', exact: true })).toBeFocused()
  await page.keyboard.type('Softer')
  await page.keyboard.press('Enter')
  await expect(list(editor).getByRole('button', { name: 'Softer' })).toHaveCount(1)

  // A wire from the first photo to a node that already has another input.
  const from = await spotOf(editor, { x: width, y: firstSocket })
  const to = await spotOf(editor, { x: 2 * 230, y: 290 + firstSocket })
  await editor.drag({ x: from.x - 2, y: from.y }, { x: (from.x + to.x) / 2, y: to.y + 20 }, 4)
  await page.mouse.move(to.x + 2, to.y, { steps: 6 })
  await page.mouse.up()
  await page.mouse.click(to.x + 20, to.y)
  await expect(editor.inspector).toContainText('Sample image')
})

test('nearer, and with fewer of them, nodes are elements again', async ({ editor, page }) => {
  await open(editor)
  const at = await middleOf(editor, 4, 5)
  await page.mouse.click(at.x, at.y)
  await page.keyboard.press('Control+f')
  await expect(editor.node('n4-5').getByRole('heading')).toBeVisible()
  await page.keyboard.press('f')
  await expect(list(editor)).toBeAttached()
  await editor.rests(() => spotOf(editor, { x: 0, y: 0 }))
  const corner = await spotOf(editor, { x: -20, y: 290 * (rows - 1) - 20 })
  await editor.drag(corner, await middleOf(editor, rows - 1, columns - 1), 6)
  await page.mouse.up()
  await page.keyboard.press('Delete')
  await expect(list(editor)).toHaveCount(0)
  await expect(editor.nodes).toHaveCount((rows - 1) * columns)
})
