/** The gallery's entries about learned networks, opened from the start screen and tried in one window. */
import { existsSync } from 'node:fs'
import { modelFolder } from '../host/store/places.ts'
import { type Editor, expect, test } from './app.ts'
import { lendModels } from './lend-models.ts'

interface Entry {
  readonly id: string
  readonly title: string
  /** What has to be installed. */
  readonly models: readonly string[]
  /** Nodes that have their results, and of what one sees there. */
  readonly shows: Readonly<Record<string, string | RegExp | undefined>>
  /** A slider that is dragged, and the node whose picture or words change. */
  readonly drag: readonly [node: string, slider: string, to: number, changes: string]
}

const entries: readonly Entry[] = [
  {
    ...{ id: 'eight-times-cheaper', title: '8.8 times cheaper', models: [] },
    shows: { cost: '8.84453', look: undefined },
    drag: ['cost', 'Kernel', 0.9, 'cost'],
  },
  {
    ...{ id: 'seven-steps', title: 'Seven steps to ConvNeXt', models: [] },
    shows: { steps: '82.0 %', seen: undefined },
    drag: ['steps', 'Steps', 0.3, 'summary'],
  },
  {
    ...{ id: 'deeper-wider-larger', title: 'Deeper, wider, larger', models: [] },
    shows: { together: '1,800,091,280', album: undefined },
    drag: ['together', 'φ', 0.6, 'together'],
  },
  {
    ...{ id: 'hand-made-or-learned', title: 'Hand-made or learned?', models: ['resnet50'] },
    shows: { learned: undefined, nearest: undefined },
    drag: ['learned', 'Strength', 0.9, 'learned'],
  },
  {
    ...{ id: 'where-did-the-cat-go', title: 'Where did the cat go?', models: ['resnet50'] },
    shows: { network: 'Egyptian cat', seen: undefined },
    drag: ['seen', 'Opacity', 0.3, 'seen'],
  },
  {
    ...{ id: '1917-guesses', title: '1,917 guesses', models: ['ssd-mobilenet'] },
    shows: { all: undefined, drawn: undefined },
    drag: ['sure', 'Least score', 0.8, 'drawn'],
  },
  {
    ...{ id: 'how-strict', title: 'How strict is 0.5?', models: ['ssd-mobilenet'] },
    shows: { ap: undefined, drawn: undefined },
    drag: ['match', 'Overlap', 0.95, 'match'],
  },
  {
    ...{ id: 'click-three-answers', title: 'Click, three answers', models: ['sam2'] },
    shows: { first: undefined, second: undefined, third: undefined },
    drag: ['first', 'Opacity', 0.2, 'first'],
  },
  {
    ...{ id: 'boxes-to-masks', title: 'From boxes to masks', models: ['ssd-mobilenet', 'sam2'] },
    shows: { overlay: undefined, cut: undefined },
    drag: ['detector', 'Least score', 0.2, 'overlay'],
  },
]

const look = async (editor: Editor, node: string): Promise<string> =>
  JSON.stringify([
    await editor.node(node).innerText(),
    await editor
      .node(node)
      .locator('canvas')
      .evaluateAll((all: HTMLCanvasElement[]) => all.map((canvas) => canvas.toDataURL()).join()),
  ])

test('entries about networks are opened from the gallery, show what they promise, and answer to a slider', {
  tag: '@browser',
}, async ({ editor, page, program }) => {
  const at = entries.filter(({ models }) => models.every((name) => existsSync(modelFolder(name))))
  test.setTimeout(60_000 + 60_000 * at.length)
  lendModels(program.folder, new Set(at.flatMap(({ models }) => models.map(modelFolder))))
  // Large enough to show every node of an entry from near.
  await editor.resize(3000, 1900)
  for (const { id, title, shows, drag } of at)
    await test.step(title, async () => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('start screen')
      await page.keyboard.press('Enter')
      await editor.start.locator(`[data-card="${id}"]`).click()
      await expect(editor.start).toHaveCount(0)
      await expect(page).toHaveTitle(`${title} – Sightline`)
      for (const [node, words] of Object.entries(shows)) {
        const shown = editor.node(node)
        await expect(shown).toHaveAttribute('data-state', /^(done|unchanged)$/, { timeout: 60_000 })
        if (words !== undefined) await expect(shown).toContainText(words)
      }
      const [node, slider, to, changes] = drag
      await editor.rests()
      await editor.select(node)
      const before = await look(editor, changes)
      await editor.dragSlider(editor.inspector.getByRole('slider', { name: slider }).first(), 0.5, to)
      await expect.poll(() => look(editor, changes), { timeout: 30_000 }).not.toBe(before)
      await expect(editor.node(changes)).toHaveAttribute('data-state', /^(done|unchanged)$/, { timeout: 60_000 })
      // Unchanged again: the next one opens without a question.
      await page.keyboard.press('Control+z')
      await expect(editor.unsaved).toHaveCount(0)
    })
})
