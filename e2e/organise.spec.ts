/** Organising many nodes: copies, selections, subgraphs, frames, notes, and their arrangement. */
import { expect, test } from './app.ts'

test('copy and paste, cut, duplicate, delete', { tag: '@desktop' }, async ({ editor, page }) => {
  await editor.settled('blur', 'edges')
  await editor.select('blur', 'edges')
  await page.keyboard.press('Control+c')
  const { x, y } = await editor.middle(editor.pane)
  await page.mouse.move(x, y + 250)
  await page.keyboard.press('Control+v')
  await expect(editor.nodes).toHaveCount(8)
  await expect(editor.wireTo('edges-2.image'), 'the wire between them came along').toHaveCount(1)
  await expect(editor.node('blur-2')).toContainText('2 px')
  await expect(editor.node('blur-2'), 'but not the one from outside').toHaveAttribute('data-state', 'waiting')
  await expect(editor.node('edges-2')).toHaveAttribute('data-selected', 'true')

  await page.keyboard.press('Control+x')
  await expect(editor.nodes).toHaveCount(6)
  await editor.select('blur')
  await page.keyboard.press('Control+d')
  await expect(editor.nodes).toHaveCount(7)
  await editor.hasPicture('blur-2')
  await page.keyboard.press('Delete')
  await expect(editor.nodes).toHaveCount(6)

  await editor.select('blur')
  await page.keyboard.press('Backspace')
  await expect(editor.nodes).toHaveCount(5)
  await expect(editor.wireTo('edges.image'), 'the wire closes over the gap').toHaveCount(1)
  await editor.settled('edges')
  await page.keyboard.press('Control+z')
  await editor.settled('blur', 'edges')
})

test('Alt-drag puts down a copy that is fed by the same, and leaves the original', { tag: '@desktop' }, async ({
  editor,
  page,
}) => {
  await editor.settled('blur')
  const [before] = await editor.boxes('blur')
  const from = await editor.middle(editor.node('blur').getByRole('heading'))
  await page.keyboard.down('Alt')
  await editor.drag(from, { x: from.x - 60, y: from.y + 320 })
  await page.mouse.up()
  await page.keyboard.up('Alt')
  await expect(editor.nodes).toHaveCount(7)
  const [original, copy] = await editor.boxes('blur', 'blur-2')
  expect(original).toEqual(before)
  expect(Math.abs((copy?.x ?? 0) - (before?.x ?? 0) + 60)).toBeLessThan(6)
  expect(Math.abs((copy?.y ?? 0) - (before?.y ?? 0) - 320)).toBeLessThan(6)
  await editor.hasPicture('blur-2')
  await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(6)
})

test('a box drawn on the canvas selects what it touches; dragged, all move together', async ({ editor, page }) => {
  await editor.settled('gray', 'blur')
  const [gray, blur, photo] = await editor.boxes('gray', 'blur', 'photo')
  if (!gray || !blur || !photo) throw new Error('no nodes')
  await editor.drag({ x: gray.x - 15, y: gray.y - 40 }, { x: blur.x + blur.width / 2, y: blur.y + blur.height / 2 }, 12)
  await page.mouse.up()
  const selected = page.locator('[data-node][data-selected]')
  await expect(selected).toHaveCount(2)
  await expect(editor.node('gray')).toHaveAttribute('data-selected', 'true')
  await expect(editor.inspector).toContainText('2 nodes selected')
  const from = await editor.middle(editor.node('gray').getByRole('heading'))
  await editor.drag(from, { x: from.x + 10, y: from.y + 150 })
  await page.mouse.up()
  const [gray2, blur2, photo2] = await editor.boxes('gray', 'blur', 'photo')
  expect((gray2?.y ?? 0) - gray.y).toBeCloseTo((blur2?.y ?? 0) - blur.y, 0)
  expect((gray2?.y ?? 0) - gray.y).toBeGreaterThan(140)
  expect(photo2).toEqual(photo)
  await page.keyboard.press('Control+z')
  expect((await editor.boxes('gray', 'blur')).map(({ y }) => Math.round(y))).toEqual(
    [gray, blur].map(({ y }) => Math.round(y)),
  )
  await page.keyboard.press('Escape')
  await expect(selected).toHaveCount(0)
  await page.keyboard.press('Control+a')
  await expect(selected).toHaveCount(6)
})

test('a box that begins in a corner of the canvas leaves the view as it is', async ({ editor, page }) => {
  const pane = await editor.pane.boundingBox()
  if (!pane) throw new Error('no canvas')
  const before = await editor.boxes('photo')
  await editor.drag({ x: pane.x + 4, y: pane.y + 4 }, { x: pane.x + 30, y: pane.y + 30 })
  // A slow drag: some frames pass near the edge.
  await page.evaluate(async () => {
    for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame)
  })
  expect(await editor.boxes('photo')).toEqual(before)
  await page.mouse.move(pane.x + pane.width - 4, pane.y + pane.height - 4, { steps: 8 })
  await expect(editor.page.locator('[data-node][data-selected="true"]')).toHaveCount(6)
  await page.mouse.up()
  expect(await editor.boxes('photo')).toEqual(before)
})

test('under the hand a node has its wires, also where the view moves along', async ({ editor, page }) => {
  await editor.settled('gray', 'blur')
  const [before] = await editor.boxes('blur')
  const from = await editor.middle(editor.node('blur').getByRole('heading'))
  const at = async () => {
    const [box] = await editor.boxes('blur')
    return { x: Math.round((box?.x ?? 0) - (before?.x ?? 0)), y: Math.round((box?.y ?? 0) - (before?.y ?? 0)) }
  }
  /** The distance from the ends of the node's wires to the centres of its sockets. */
  const gaps = () =>
    page.evaluate(() =>
      (
        [
          ['blur.image', 'in', 1],
          ['edges.image', 'out', 0],
        ] as const
      ).map(([wire, side, end]) => {
        const path = document.querySelector<SVGPathElement>(`[data-wire="${wire}"] .react-flow__edge-path`)
        const socket = document.querySelector(`[data-port="blur.image"][data-side="${side}"]`)?.getBoundingClientRect()
        const screen = path?.getScreenCTM()
        if (!path || !socket || !screen) return 'nothing there'
        const { x, y } = path.getPointAtLength(end * path.getTotalLength()).matrixTransform(screen)
        return Math.hypot(x - socket.x - socket.width / 2, y - socket.y - socket.height / 2) < socket.width
      }),
    )
  await expect.poll(gaps).toEqual([true, true])
  await editor.drag(from, { x: from.x + 30, y: from.y + 160 })
  const held = await at()
  expect(Math.hypot(held.x - 30, held.y - 160), 'the first few pixels decide that it is a drag').toBeLessThan(6)
  expect(await gaps()).toEqual([true, true])

  const pane = await editor.pane.boundingBox()
  const bottom = (pane?.y ?? 0) + (pane?.height ?? 0)
  const view = () => page.locator('.react-flow__viewport').evaluate((element) => getComputedStyle(element).transform)
  const viewBefore = await view()
  await page.mouse.move(from.x + 30, bottom - 12, { steps: 4 })
  await expect.poll(view).not.toBe(viewBefore)
  await page.waitForTimeout(600)
  await page.mouse.move(from.x + 30, from.y + 160, { steps: 4 })
  expect(await at(), 'it is where the pointer is').toEqual(held)
  expect(await gaps()).toEqual([true, true])
  await page.mouse.up()
  expect(await at()).toEqual(held)
  expect(await gaps()).toEqual([true, true])
})

test('M bypasses: the picture goes through unchanged, and the node says so', async ({ editor, page }) => {
  await editor.settled('gray', 'blur', 'edges')
  const before = await editor.pixels('blur')
  await editor.select('gray')
  await page.keyboard.press('m')
  await expect(editor.node('gray')).toContainText('bypassed')
  // Not gray any more.
  await expect
    .poll(() =>
      editor.preview('blur').evaluate((canvas: HTMLCanvasElement) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return Array.from({ length: data.length >> 2 }, (_, i) => data[4 * i] !== data[4 * i + 2]).filter(Boolean)
          .length
      }),
    )
    .toBeGreaterThan(1000)
  await page.keyboard.press('m')
  await expect(editor.node('gray')).not.toContainText('bypassed')
  await expect.poll(() => editor.pixels('blur')).toBe(before)
})

test('several nodes become one and come apart again, with the same results', async ({ editor, page }) => {
  await editor.settled('gray', 'blur', 'edges')
  const before = await editor.pixels('edges')
  await editor.select('gray', 'blur')
  await page.keyboard.press('Control+g')
  await expect(editor.nodes).toHaveCount(5)
  await editor.hasPicture('group')
  await editor.settled('group', 'edges')
  await expect.poll(() => editor.pixels('edges')).toBe(before)

  const { x, y } = await editor.middle(editor.preview('group'))
  await page.mouse.dblclick(x, y)
  const crumbs = page.getByRole('navigation', { name: 'Where you are' })
  await expect(crumbs).toBeVisible()
  await expect(editor.nodes).toHaveCount(2)
  await editor.hasPicture('blur')
  await editor.dragSlider(editor.node('blur').getByRole('slider', { name: 'Sigma' }), 0.2, 0.7)
  await crumbs.getByRole('button').first().click()
  await expect(editor.nodes).toHaveCount(5)
  await expect
    .poll(() => editor.pixels('edges'), { message: 'what is changed inside is seen outside' })
    .not.toBe(before)
  // Undo brings into view what it reverts.
  await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(2)
  await expect(editor.node('blur')).toContainText('2 px')
  // Shown on the group, it is set there, and inside is the same.
  await editor.select('blur')
  const show = editor.inspector.getByRole('button', { name: 'Show sigma on the group' })
  await show.click()
  await expect(show).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => editor.pixels('edges')).toBe(before)
  const sigma = editor.node('group').getByRole('slider', { name: 'Sigma' })
  await editor.dragSlider(sigma, 0.2, 0.7)
  await expect.poll(() => editor.pixels('edges')).not.toBe(before)
  const words = await sigma.getAttribute('aria-valuetext')
  await editor.select('group')
  await page.keyboard.press('Enter')
  await expect(editor.node('blur')).toContainText(words ?? '')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Control+z')
  await expect.poll(() => editor.pixels('edges')).toBe(before)

  await editor.select('group')
  await page.keyboard.press('Enter')
  await expect(editor.nodes).toHaveCount(2)
  await page.keyboard.press('Shift+Enter')
  await expect(editor.node('group')).toHaveAttribute('data-selected', 'true')
  await page.keyboard.press('Control+Shift+g')
  await expect(editor.nodes).toHaveCount(6)
  await editor.settled('gray', 'blur', 'edges')
  await expect.poll(() => editor.pixels('edges')).toBe(before)
})

test('a frame lies around what was selected, is named at once, and takes it along', async ({ editor, page }) => {
  await editor.select('gray', 'blur')
  await page.keyboard.press('Shift+F')
  await page.keyboard.type('Smoothing')
  await page.keyboard.press('Enter')
  const frame = page.locator('[data-frame]')
  await expect(frame).toContainText('Smoothing')
  const around = await frame.boundingBox()
  const [gray, blur, photo] = await editor.boxes('gray', 'blur', 'photo')
  if (!around || !gray || !blur) throw new Error('no frame')
  for (const box of [gray, blur]) {
    expect(box.x).toBeGreaterThan(around.x)
    expect(box.y).toBeGreaterThan(around.y + 10)
    expect(box.x + box.width).toBeLessThan(around.x + around.width)
    expect(box.y + box.height).toBeLessThan(around.y + around.height)
  }
  const title = await editor.middle(frame.getByText('Smoothing'))
  await editor.drag(title, { x: title.x + 5, y: title.y + 90 })
  await page.mouse.up()
  const [gray2, , photo2] = await editor.boxes('gray', 'blur', 'photo')
  expect((gray2?.y ?? 0) - gray.y).toBeGreaterThan(80)
  expect(photo2).toEqual(photo)
  await page.getByRole('radio', { name: 'green' }).click()
  await expect(frame).toHaveAttribute('data-colour', 'green')
  await page.keyboard.press('Delete')
  await expect(frame).toHaveCount(0)
  await expect(editor.nodes, 'what was in it stays').toHaveCount(6)
})

test('a note is written in Markdown, and its formula is set', async ({ editor, page }) => {
  const { x, y } = await editor.middle(editor.pane)
  await page.mouse.move(x - 300, y + 200)
  await page.keyboard.press('n')
  await page.keyboard.type('## Why blur\n\nNoise has **high** frequencies: $G(x) = \\frac{1}{Z} e^{-x^2/2\\sigma^2}$')
  await page.keyboard.press('Escape')
  const note = page.locator('[data-note]')
  await expect(note.getByRole('heading', { name: 'Why blur' })).toBeVisible()
  await expect(note.locator('strong')).toHaveText('high')
  // Typeset: the numerator above the denominator, the exponent above its base, all inside the note.
  const part = async (text: string) => {
    const box = await note.locator('.katex-html').getByText(text, { exact: true }).first().boundingBox()
    if (!box) throw new Error(`no ${text}`)
    return box
  }
  // Its fonts come after it: until then, letters of others stand elsewhere.
  await expect(note.locator('.katex-html').first()).toBeVisible()
  await page.evaluate(() => document.fonts.ready)
  const [one, z, base, exponent] = [await part('1'), await part('Z'), await part('e'), await part('x')]
  expect(one.y + one.height / 2).toBeLessThan(z.y + z.height / 2 - 4)
  expect(Math.abs(one.x + one.width / 2 - z.x - z.width / 2)).toBeLessThan(3)
  const line = await note.locator('.katex-html .frac-line').boundingBox()
  expect(one.y + one.height * 0.8).toBeLessThan((line?.y ?? 0) + 2)
  expect(exponent.y).toBeLessThan(base.y + base.height)
  await note.dblclick()
  await expect(page.getByRole('textbox', { name: 'Text of the note' })).toHaveValue(/^## Why blur/)
  await page.keyboard.press('Escape')
})

test('align and distribute', async ({ editor, page }) => {
  await editor.select('photo')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await editor.select('photo', 'gray', 'blur')
  await page.keyboard.press('Alt+s')
  const bottoms = (await editor.boxes('photo', 'gray', 'blur')).map(({ y, height }) => y + height)
  for (const bottom of bottoms) expect(bottom).toBeCloseTo(bottoms[0] ?? 0, 0)
  await page.keyboard.press('Alt+w')
  const tops = (await editor.boxes('photo', 'gray', 'blur')).map(({ y }) => y)
  for (const top of tops) expect(top).toBeCloseTo(tops[0] ?? 0, 0)
  await page.keyboard.press('Alt+Shift+h')
  const [a, b, c] = await editor.boxes('photo', 'gray', 'blur')
  if (!a || !b || !c) throw new Error('no nodes')
  expect(b.x - a.x - a.width).toBeCloseTo(c.x - b.x - b.width, -0.5)
})

test('L lays out left to right with nothing on top of anything; F shows all of it', async ({ editor, page }) => {
  await editor.select('edges')
  await page.keyboard.press('Control+d')
  await page.keyboard.press('Control+d')
  await page.keyboard.press('Escape')
  await page.keyboard.press('l')
  const ids = ['photo', 'gray', 'blur', 'edges', 'edges-2', 'edges-3', 'strong', 'inspect']
  const overlaps = async () => {
    const boxes = await editor.boxes(...ids)
    return boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
    ).length
  }
  await page.keyboard.press('f')
  await expect.poll(overlaps, { message: 'nodes on top of each other' }).toBe(0)
  const [photo, gray, blur, edges, , , strong] = await editor.boxes(...ids)
  const lefts = [photo, gray, blur, edges, strong].map((box) => box?.x ?? 0)
  expect(lefts, 'along the wires').toEqual(lefts.toSorted((a, b) => a - b))

  await page.mouse.move(...(Object.values(await editor.middle(editor.pane)) as [number, number]))
  await page.mouse.wheel(0, -1200)
  const map = page.getByRole('img', { name: 'Overview of the pipeline' })
  await expect(map).toBeVisible()
  await expect.poll(() => editor.nodes.count(), { message: 'some are out of sight' }).toBeLessThan(8)
  // A wheel that still turns would take the view back from F.
  await editor.rests()
  await page.keyboard.press('f')
  const canvas = await editor.pane.boundingBox()
  if (!canvas) throw new Error('no canvas')
  await expect
    .poll(async () => {
      if ((await editor.nodes.count()) < 8) return false
      const boxes = await editor.boxes(...ids)
      return boxes.every(
        (b) =>
          b.x >= canvas.x &&
          b.y >= canvas.y &&
          b.x + b.width <= canvas.x + canvas.width &&
          b.y + b.height <= canvas.y + canvas.height,
      )
    })
    .toBe(true)
})

test('the overview map shows where one is and takes one elsewhere', async ({ editor, page }) => {
  await editor.settled('strong')
  await page.mouse.move(...(Object.values(await editor.middle(editor.node('photo'))) as [number, number]))
  await page.mouse.wheel(0, -1500)
  const map = page.getByRole('img', { name: 'Overview of the pipeline' })
  await expect(map).toBeVisible()
  await expect(editor.node('strong')).toHaveCount(0)
  const box = await map.boundingBox()
  if (!box) throw new Error('no map')
  // The threshold is the last node, at the bottom right.
  await page.mouse.click(box.x + box.width * 0.85, box.y + box.height * 0.68)
  await expect(editor.node('strong')).toBeVisible()
})

test('a subgraph with its frame is made, looked into, undone from outside, and taken apart', async ({
  editor,
  page,
}) => {
  const nodes = page.locator('[data-node]')
  const frames = page.locator('[data-frame]')
  const all = await nodes.count()
  await editor.node('gray').getByRole('heading').click()
  await editor
    .node('blur')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await page.keyboard.press('Shift+F')
  await page.keyboard.press('Enter')
  await expect(frames).toHaveCount(1)
  await page.locator('.frame-title').click()
  await editor
    .node('gray')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await editor
    .node('blur')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await page.keyboard.press('Control+g')
  await expect(nodes).toHaveCount(all - 1)
  await expect(frames).toHaveCount(0)
  await editor.hasPicture('edges')

  await page.keyboard.press('Enter')
  await expect(editor.node('blur')).toBeVisible()
  await expect(frames).toHaveCount(1)
  await editor.node('blur').getByRole('heading').click()
  await page.keyboard.press('m')
  await expect(editor.node('blur')).toHaveAttribute('data-state', 'bypassed')
  await page.keyboard.press('Shift+Enter')
  await expect(editor.node('photo')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(editor.node('blur'), 'the window goes where the change was').toHaveAttribute(
    'data-state',
    /done|unchanged/,
  )

  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Control+Shift+g')
  await expect(nodes).toHaveCount(all)
  await expect(frames).toHaveCount(1)
  await editor.hasPicture('edges')
})

test('copies are pasted and duplicated, survive a reload, and go with undo', async ({ editor, page }) => {
  const nodes = page.locator('[data-node]')
  const all = await nodes.count()
  await editor.node('blur').getByRole('heading').click()
  await page.keyboard.press('Control+d')
  await editor.hasPicture('blur-2')
  await expect(editor.socket('blur-2.image', 'in')).toHaveAttribute('data-wired', 'true')
  await page.keyboard.press('Control+c')
  await page.keyboard.press('Control+v')
  await expect(editor.node('blur-3')).toBeVisible()
  await expect(editor.socket('blur-3.image', 'in')).not.toHaveAttribute('data-wired', 'true')
  await page.keyboard.press('Control+z')
  await expect(nodes).toHaveCount(all + 1)
  await page.reload()
  await editor.ready()
  await expect(nodes).toHaveCount(all + 1)
  await editor.hasPicture('blur-2')
})

test('renamed from the menu of the right button: the field has the keys', { tag: '@desktop' }, async ({
  editor,
  page,
}) => {
  await editor.settled('blur')
  const { x, y } = await editor.middle(editor.node('blur').getByRole('heading'))
  await page.mouse.click(x, y, { button: 'right' })
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await expect(editor.node('blur').getByRole('textbox', { name: 'Title' })).toBeFocused()
  await page.keyboard.type('Softer')
  await page.keyboard.press('Enter')
  await expect(editor.node('blur')).toContainText('Softer')
})
