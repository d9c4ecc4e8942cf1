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
