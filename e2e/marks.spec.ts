/**
 * Marks over pictures: drawn, found under the pointer, selected, filtered, listed. The engine's previews get marks on their way
 * into the window.
 */
import type { Locator } from '@playwright/test'
import { decodeFrame, encodeFrame } from '../engine/protocol/frame.ts'
import type { PreviewItem } from '../engine/protocol/reports.ts'
import type { Mark } from '../engine/values/mark.ts'
import { type Editor, expect, type Spot, test } from './app.ts'

const width = 600
const height = 400
const pipeline = {
  nodes: [
    { id: 'chart', type: 'io/sample-image', params: { name: 'colour-chart' }, position: { x: 0, y: 0 } },
    { id: 'gray', type: 'colour/convert', position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'chart.image', to: 'gray.image' }],
}

const marks: readonly Mark[] = [
  { kind: 'rect', box: [60, 60, 260, 340], label: 'person', group: 0, weight: 0.91, row: 0 },
  { kind: 'rect', box: [240, 120, 420, 300], label: 'dog', group: 1, weight: 0.62, row: 1 },
  { kind: 'rect', box: [440, 40, 452, 52], label: 'ball', group: 2, weight: 0.3, row: 2 },
  { kind: 'point', at: [520, 200], radius: 24, angle: 45, row: 3 },
  {
    kind: 'path',
    points: [
      [460, 300],
      [560, 300],
      [560, 370],
    ],
    closed: true,
    label: 'outline',
    group: 'line',
    row: 4,
  },
]

/** The window as it would be if the node `gray` gave these marks. */
async function withMarks(editor: Editor, of: readonly Mark[]): Promise<Locator> {
  await editor.page.routeWebSocket(/./, (socket) => {
    socket.connectToServer().onMessage((frame) => {
      const { head, tail } = decodeFrame(Buffer.from(frame as unknown as Uint8Array))
      const message = head as { type: string; items: PreviewItem[] }
      if (message.type !== 'previews') return socket.send(frame)
      const items = message.items.map((item) => (item.node === 'gray' ? { ...item, marks: of } : item))
      socket.send(Buffer.from(encodeFrame({ ...message, items }, [tail])))
    })
  })
  await editor.reload()
  if (await editor.start.isVisible()) await editor.closeStart()
  await editor.open(pipeline)
  await editor.settled('gray')
  await editor.select('gray')
  await editor.page.keyboard.press('1')
  const stage = editor.viewer.getByRole('application')
  await expect(editor.viewer.getByRole('region', { name: 'Marks over the picture' }).or(nothing(editor))).toBeVisible()
  return stage
}

const nothing = (editor: Editor): Locator => editor.viewer.getByText('No marks.')
const count = (editor: Editor): Locator =>
  editor.viewer.getByRole('region', { name: 'Marks over the picture' }).getByRole('status')
const tip = (editor: Editor): Locator => editor.viewer.locator('[data-mark-tip]')

/** Where a point of the picture lies on the screen while it fits the stage. */
async function placeOf(stage: Locator, x: number, y: number): Promise<Spot> {
  const box = await stage.boundingBox()
  if (!box) throw new Error('no stage')
  const zoom = Math.min(box.width / width, box.height / height)
  return { x: box.x + box.width / 2 + (x - width / 2) * zoom, y: box.y + box.height / 2 + (y - height / 2) * zoom }
}

/** The colour of the stage at a point of the screen. */
async function colourAt(stage: Locator, at: Spot): Promise<string> {
  return stage.locator('canvas').evaluate((canvas: HTMLCanvasElement, { x, y }) => {
    const box = canvas.getBoundingClientRect()
    const scale = canvas.width / box.width
    const data = canvas.getContext('2d')?.getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data
    return `#${[...(data ?? [])]
      .slice(0, 3)
      .map((v) => v.toString(16).padStart(2, '0'))
      .join('')}`
  }, at)
}

test('marks lie where they are in the picture, and say their values @browser', async ({ editor, page }) => {
  const stage = await withMarks(editor, marks)
  await expect(count(editor)).toHaveText('5 of 5')
  const edge = await placeOf(stage, 60, 200)
  await expect
    .poll(async () => {
      const seen = await Promise.all([-2, -1, 0, 1, 2].map((dx) => colourAt(stage, { x: edge.x + dx, y: edge.y })))
      return seen.includes('#63ffa8')
    })
    .toBe(true)
  const inside = await placeOf(stage, 150, 250)
  await page.mouse.move(inside.x, inside.y)
  await page.mouse.move(inside.x + 1, inside.y)
  await expect(tip(editor)).toContainText('person')
  await expect(tip(editor)).toContainText('0.91')
  await expect(tip(editor)).toContainText('x 60–260, y 60–340')
  await expect(tip(editor)).toContainText('row 1')
  const free = await placeOf(stage, 20, 20)
  await page.mouse.move(free.x, free.y)
  await expect(tip(editor)).toHaveCount(0)
})

test('a click selects a mark, keys go from one to the next, the list follows @browser', async ({ editor, page }) => {
  const stage = await withMarks(editor, marks)
  await editor.button('Marks as a list').click()
  const list = editor.viewer.getByRole('listbox', { name: 'Marks' })
  const rows = list.getByRole('option')
  await expect(rows).toHaveCount(5)
  const dog = await placeOf(stage, 350, 200)
  await page.mouse.click(dog.x, dog.y)
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true')
  await stage.press('PageDown')
  await expect(rows.nth(2)).toHaveAttribute('aria-selected', 'true')
  await stage.press('PageUp')
  await stage.press('PageUp')
  await expect(rows.nth(0)).toHaveAttribute('aria-selected', 'true')
  await list.press('End')
  await expect(rows.nth(4)).toHaveAttribute('aria-selected', 'true')
  await rows.nth(3).click()
  await expect(rows.nth(3)).toHaveAttribute('aria-selected', 'true')
  await stage.press('Escape')
  await expect(list.locator('[aria-selected="true"]')).toHaveCount(0)
  expect(await editor.faults('[aria-label="Viewer"]')).toEqual([])
})

test('score and classes filter what is seen, and never the value @browser', async ({ editor, page }) => {
  await withMarks(editor, marks)
  const slider = editor.viewer.getByRole('slider', { name: 'Least score that is shown' })
  await slider.press('End')
  // What has no score stays.
  await expect(count(editor)).toHaveText('2 of 5')
  await slider.press('Home')
  await editor.viewer.getByRole('button', { name: '5 classes' }).click()
  const classes = page.getByRole('list', { name: 'Classes' })
  await classes.getByRole('checkbox', { name: /person/ }).uncheck()
  await expect(count(editor)).toHaveText('4 of 5')
  await editor.button('None').click()
  await expect(count(editor)).toHaveText('0 of 5')
  await page.keyboard.press('Escape')
  await editor.button('Show all').click()
  await expect(count(editor)).toHaveText('5 of 5')
  // It was a matter of looking: there is nothing to undo.
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeDisabled()
})

test('nothing found is said @browser', async ({ editor }) => {
  await withMarks(editor, [])
  await expect(nothing(editor)).toBeVisible()
})
