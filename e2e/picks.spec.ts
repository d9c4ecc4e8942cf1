/** A click on a result chooses: a cell of a confusion matrix, a point of a curve. It sets parameters, which undo takes back. */
import { expect, test } from './app.ts'

const box = (id: string, params: object, x: number) => ({ id, type: 'detect/box', params, position: { x, y: 500 } })
const cup = { x: 173, y: 17, width: 240, height: 291 }
const pipeline = {
  nodes: [
    { id: 'photo', type: 'io/sample-image', params: { name: 'coffee' }, position: { x: 0, y: 0 } },
    box('cup', { ...cup, name: 'cup' }, 0),
    box('bowl', { ...cup, width: 230, name: 'bowl' }, 280),
    box('spoon', { x: 440, y: 60, width: 100, height: 200, name: 'spoon' }, 560),
    box('again', { ...cup, width: 235, name: 'cup' }, 840),
    { id: 'matrix', type: 'measure/confusion-boxes', position: { x: 280, y: 0 } },
    { id: 'curve', type: 'measure/pr-curve', position: { x: 560, y: 0 } },
    { id: 'listed', type: 'measure/listed-pictures', position: { x: 840, y: 0 } },
  ],
  edges: [
    ...['cup', 'bowl', 'spoon', 'again'].map((id) => ({ from: 'photo.image', to: `${id}.image` })),
    { from: 'bowl.boxes', to: 'spoon.boxes' },
    { from: 'cup.boxes', to: 'matrix.truth' },
    { from: 'spoon.boxes', to: 'matrix.boxes' },
    { from: 'cup.boxes', to: 'curve.truth' },
    { from: 'again.boxes', to: 'curve.boxes' },
    { from: 'photo.image', to: 'listed.image' },
    { from: 'matrix.pictures', to: 'listed.pictures' },
  ],
}

test('cells of a matrix and points of a curve are chosen by clicks and keys', async ({ editor, page }) => {
  await editor.open(pipeline)
  await editor.settled('listed')
  await page.keyboard.press('Control+3')
  await page.keyboard.press('f')
  await editor.select('matrix')
  const table = editor.viewer.getByRole('table')
  const cell = (name: string) => table.getByRole('button', { name, exact: true })
  const right = page.getByRole('textbox', { name: 'Listed: right class' })
  const found = page.getByRole('textbox', { name: 'Listed: found class' })
  await cell('cup, bowl: 1').click()
  await expect(cell('cup, bowl: 1')).toHaveAttribute('aria-pressed', 'true')
  await expect(right).toHaveValue('cup')
  await expect(found).toHaveValue('bowl')
  // Arrow keys go to the name of the row, which lists all of it.
  await cell('cup, bowl: 1').focus()
  await page.keyboard.press('ArrowRight')
  await expect(cell('cup, cup: 0')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(found).toHaveValue('cup')
  await expect(
    editor
      .node('listed')
      .getByRole('alert')
      .or(page.getByText(/The list has no pictures/))
      .first(),
  ).toBeVisible()
  await cell('background').first().click()
  await expect(right).toHaveValue('')
  await expect(found).toHaveValue('background')
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
  await expect(cell('cup, bowl: 1')).toHaveAttribute('aria-pressed', 'false')
  await editor.settled('listed')

  await editor.select('curve')
  const score = editor.viewer.getByRole('slider', { name: 'Score' })
  await expect(score).toHaveAttribute('aria-valuenow', '0.5')
  const at = await score.boundingBox()
  await page.mouse.click((at?.x ?? 0) + (at?.width ?? 0) / 2, (at?.y ?? 0) + (at?.height ?? 0) / 2)
  await expect(score).toHaveAttribute('aria-valuenow', '1')
  await expect(editor.viewer).toContainText('Score 1')
  await page.keyboard.press('Control+z')
  await expect(score).toHaveAttribute('aria-valuenow', '0.5')
})
