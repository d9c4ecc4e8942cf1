/** Typed sockets while a wire is being drawn, and the effect of dropping it. */
import { expect, test } from './app.ts'

const typed = {
  nodes: [
    { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
    { id: 'gray', type: 'colour/convert', position: { x: 280, y: 0 } },
    { id: 'tensor', type: 'tensor/to-image', position: { x: 560, y: 0 } },
    { id: 'norm', type: 'tensor/normalise', position: { x: 560, y: 320 } },
    { id: 'blur', type: 'filter/gaussian-blur', position: { x: 280, y: 320 } },
    { id: 'lab', type: 'colour/convert', params: { to: 'lab' }, position: { x: 0, y: 320 } },
  ],
  edges: [
    { from: 'photo.image', to: 'gray.image' },
    { from: 'photo.image', to: 'lab.image' },
  ],
}

/** A colour's distance from gray. */
function spread(colour: string): number {
  const rgb = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
  return Math.max(...rgb) - Math.min(...rgb)
}

test('while a wire is dragged, sockets that cannot take it are gray and say why', async ({ editor, page }) => {
  await editor.open(typed)
  await editor.settled('photo', 'gray', 'lab')
  // An unconnected input is a ring in the colour of its type.
  const colour = (ref: string) => editor.socket(ref, 'in').evaluate((e) => getComputedStyle(e).borderColor)
  const before = await colour('tensor.tensor')
  const free = await colour('blur.image')

  await editor.drag(
    await editor.middle(editor.socket('gray.image', 'out')),
    await editor.middle(editor.socket('tensor.tensor', 'in')),
  )
  const hint = page.getByRole('status').filter({ hasText: /needs/i })
  await expect(hint).toHaveText(/needs a tensor/i)
  await expect.poll(() => colour('tensor.tensor')).not.toBe(before)
  expect(spread(await colour('tensor.tensor')), 'gray').toBeLessThan(spread(before) / 3)
  expect(await colour('blur.image'), 'what can take it keeps its colour').toBe(free)
  await expect(editor.socket('tensor.tensor', 'in')).toHaveAttribute('title', /needs a tensor/)
  // A cycle is refused with a message too.
  const own = await editor.middle(editor.socket('gray.image', 'in'))
  await page.mouse.move(own.x, own.y, { steps: 6 })
  await expect(page.getByRole('status').filter({ hasText: /cycle/i })).toBeVisible()
  const tensor = await editor.middle(editor.socket('tensor.tensor', 'in'))
  await page.mouse.move(tensor.x, tensor.y, { steps: 6 })
  await page.mouse.up()
  await expect(editor.wireTo('tensor.tensor')).toHaveCount(0)
  expect(await colour('tensor.tensor')).toBe(before)
})

test('an implicit converter is told while dragging and stands on the wire', async ({ editor, page }) => {
  await editor.open(typed)
  await editor.settled('lab')
  await editor.drag(
    await editor.middle(editor.socket('lab.image', 'out')),
    await editor.middle(editor.socket('norm.image', 'in')),
  )
  const told = page.getByRole('status').filter({ hasText: /rgb/i })
  await expect(told).toBeVisible()
  const words = (await told.innerText()).trim()
  await page.mouse.up()
  await expect(page.getByTitle(/^Converted on this wire/)).toHaveText(words)
  const badge = await editor.middle(page.getByTitle(/^Converted on this wire/))
  const from = await editor.middle(editor.socket('lab.image', 'out'))
  const to = await editor.middle(editor.socket('norm.image', 'in'))
  expect(Math.abs(badge.x - (from.x + to.x) / 2), 'the words stand in the middle of the wire').toBeLessThan(30)
  await editor.settled('norm')
  await editor.select('norm')
  await expect(editor.inspector).toContainText(`converted on the way: ${words}`)
})

test('a wire is taken off at its end, put elsewhere, and let go over nothing it is gone', async ({ editor, page }) => {
  await editor.open(typed)
  await editor.settled('lab')
  const end = await editor.middle(editor.socket('lab.image', 'in'))
  const other = await editor.middle(editor.socket('blur.image', 'in'))
  await editor.drag({ x: end.x - 13, y: end.y }, other)
  await page.mouse.up()
  await expect(editor.wireTo('lab.image')).toHaveCount(0)
  await expect(editor.wireTo('blur.image')).toHaveCount(1)
  await editor.hasPicture('blur')
  await expect(editor.node('lab')).toHaveAttribute('data-state', 'waiting')

  await editor.drag({ x: other.x - 13, y: other.y }, { x: other.x - 40, y: other.y + 250 })
  await page.mouse.up()
  await expect(editor.wireTo('blur.image')).toHaveCount(0)
  await expect(editor.node('blur')).toContainText('Waiting')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+z')
  await expect(editor.wireTo('blur.image')).toHaveCount(1)
})

test('a new wire replaces the one that an input has; on a body the best socket takes it', async ({ editor, page }) => {
  await editor.open(typed)
  await editor.settled('lab')
  await editor.wire('gray.image', 'lab.image')
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
  await editor.select('lab')
  await expect(
    editor.inspector
      .getByRole('listitem')
      .filter({ hasText: /^image/ })
      .first(),
  ).toContainText('Convert colour · image')
  await editor.drag(
    await editor.middle(editor.socket('photo.image', 'out')),
    await editor.middle(editor.node('blur').getByRole('heading')),
  )
  await page.mouse.up()
  await expect(editor.wireTo('blur.image')).toHaveCount(1)
})

test('moving the end of a wire is one step of undo', async ({ editor, page }) => {
  await editor.open(typed)
  await editor.settled('lab')
  const end = await editor.middle(editor.socket('lab.image', 'in'))
  await editor.drag({ x: end.x - 13, y: end.y }, await editor.middle(editor.socket('blur.image', 'in')))
  await page.mouse.up()
  await expect(editor.wireTo('blur.image')).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(editor.wireTo('lab.image')).toHaveCount(1)
  await expect(editor.wireTo('blur.image')).toHaveCount(0)
})
