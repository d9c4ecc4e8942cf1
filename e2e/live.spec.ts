/** Live sources: played and stopped by hand, changed while they play, with counters on the node. */
import { type Editor, expect, test } from './app.ts'

const pipeline = {
  nodes: [
    { id: 'source', type: 'io/test-source', params: { width: 320, height: 240, fps: 30 }, position: { x: 0, y: 0 } },
    { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 3 }, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'source.image', to: 'blur.image' }],
}

const node = (editor: Editor, id: string) => editor.page.locator(`[data-node="${id}"]`)

test('a live source plays, shows how fast, and stops at its last frame', async ({ editor }) => {
  await editor.open(pipeline)
  await editor.page.keyboard.press('f')
  await expect(node(editor, 'source')).toContainText('A live source.')
  await node(editor, 'source').getByRole('button', { name: 'Play' }).click()
  await expect(node(editor, 'source')).toContainText(/\d fps/)
  await node(editor, 'source').getByRole('button', { name: 'Stop' }).click()
  await expect(node(editor, 'source')).toContainText('stopped')
})
