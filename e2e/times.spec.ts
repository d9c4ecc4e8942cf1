/** The times that the window shows: of a run, of its nodes, and where they went. */
import { expect, test } from './app.ts'

/** "637 µs", "39 ms", "1.25 s", in ms. */
function msOf(text: string): number {
  const [, number, unit] = /([\d.]+) (µs|ms|s)/.exec(text) ?? []
  if (!unit) throw new Error(`no time in "${text}"`)
  return Number(number) * ({ µs: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
}

test('a run takes as long as its nodes, and says where the time went', { tag: '@browser' }, async ({
  ownEditor: editor,
  page,
}) => {
  // In a program of its own: another window's results would be taken over, and no run made.
  await editor.settled('edges')
  const last = page.getByRole('button', { name: /^Last run/ })
  const took = (await last.textContent()) ?? ''
  await last.click()
  const profile = page.getByRole('dialog', { name: 'Where the time went' })
  await expect(profile.getByRole('heading')).toHaveText(took)
  const rows = profile.getByRole('listitem')
  const times = (await rows.locator('[class*=ms]').allTextContents()).map(msOf)
  expect(times.length).toBeGreaterThan(1)
  expect(times).toEqual(times.toSorted((a, b) => b - a))
  for (const ms of times) expect(ms).toBeLessThanOrEqual(1.01 * msOf(took))
  expect(await editor.faults('[role=dialog]')).toEqual([])

  // A click goes to the node.
  await rows.filter({ hasText: 'Gaussian blur' }).getByRole('button').click()
  await expect(editor.node('blur')).toHaveAttribute('data-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(profile).toHaveCount(0)

  // The slider's node was run for this change, also where its quick preview was the result already.
  await editor.dragSlider(editor.inspector.getByRole('slider', { name: 'sigma' }).first(), 0.1, 0.4)
  await editor.settled('edges')
  await expect(editor.node('blur')).toHaveAttribute('data-state', 'done')
  const again = await last.textContent()
  // Looking at something else, or moving a node, is no run.
  await page.keyboard.press('Control+3')
  await editor.select('blur')
  await page.keyboard.press('1')
  await editor.settled('edges')
  await expect(last).toHaveText(again ?? '')

  // Nothing runs on an empty canvas.
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(editor.nodes).toHaveCount(0)
  await expect(last).toHaveCount(0)
  await expect(editor.button('Run')).toBeVisible()
})

test('says before a run what it takes, and beside it what the memory holds', async ({ editor, page }) => {
  await editor.open({
    nodes: [
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
      { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 2 }, position: { x: 280, y: 0 } },
      { id: 'save', type: 'io/save-image', params: { path: 'out.png' }, position: { x: 560, y: 0 } },
    ],
    edges: [
      { from: 'photo.image', to: 'blur.image' },
      { from: 'blur.image', to: 'save.image' },
    ],
  })
  await editor.settled('photo', 'blur')
  await editor.select('save')
  const line = editor.inspector.locator('[data-estimate="save"]')
  await expect(line).toContainText(/^To run:.*(of memory|never ran here)/)
  // Of a node that has its result, the time that it took is enough.
  await editor.select('blur')
  await expect(editor.inspector.locator('[data-estimate]')).toHaveCount(0)

  await editor.button('Run').hover()
  await expect(page.getByRole('tooltip')).toContainText(/Run everything.*(About|never ran here)/)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/estimate.png` })

  const used = page.getByRole('button', { name: /^[\d.]+ MB$/ })
  const panel = page.getByRole('region', { name: 'Memory', exact: true })
  await used.click()
  await expect(used).toHaveAttribute('aria-pressed', 'true')
  await expect(panel).toContainText(`${await used.textContent()} of`)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/memory.png` })
  await editor.resize(900, 620)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/memory-small.png` })
  expect(await editor.faults('html', true)).toEqual([])
  await used.click()
  await expect(panel).toHaveCount(0)
})
