/** Lessons as a learner walks them, with right and wrong answers, left and resumed. */
import { expect, test } from './app.ts'
import { Lesson } from './walker.ts'

test.use({ start: true })

test('"Three numbers a pixel", walked to its end', { tag: '@desktop' }, async ({ opened, page }) => {
  // Nine steps take a person some time, and a busy machine too.
  test.slow()
  const lesson = new Lesson(opened)
  await lesson.open('three-numbers-a-pixel')
  await lesson.at(1, 'A picture is a grid of numbers')
  await expect(lesson.walker).toContainText('480 rows')
  await lesson.next()

  await lesson.at(2, 'How many numbers?')
  await lesson.answer('345600')
  await expect(lesson.said).toContainText('how many pixels there are')
  await lesson.answer('1,036,800')
  await expect(lesson.said).toContainText('Right: 1036800')
  await lesson.next()

  await lesson.at(3, 'One pixel')
  await expect(page.getByText('x 231')).toBeVisible()
  await lesson.next()

  await lesson.at(4, 'Which channel is strongest?')
  await lesson.walker.getByRole('button', { name: 'Blue', exact: true }).click()
  await expect(lesson.said).toContainText('Another one has more')
  await lesson.walker.getByRole('button', { name: 'Red', exact: true }).click()
  await expect(lesson.said).toContainText('Right')
  await lesson.next()

  await lesson.at(5, 'The order matters')
  await lesson.answer('0.937')
  await expect(lesson.said).toContainText('The planes have changed places')
  await lesson.pass('0.224')

  await lesson.at(6, 'From three numbers to one')
  // 0.299 · 0.937 + 0.587 · 0.627 + 0.114 · 0.224, and the plain average of the three.
  await lesson.answer('0.596')
  await expect(lesson.said).toContainText('plain average')
  await lesson.pass('0.674')

  await lesson.at(7, 'Rows first, or channels first?')
  await lesson.walker.getByRole('button', { name: 'Channels', exact: true }).click()
  await expect(lesson.said).toContainText('Right')
  await lesson.next()

  await lesson.at(8, 'Around zero')
  await lesson.walker.getByRole('button', { name: 'Show me' }).click()
  await expect(lesson.said).toContainText('It is 1.97')
  await lesson.next()

  await lesson.at(9, 'What you have now')
  const steps = lesson.walker.getByRole('list', { name: 'Steps' })
  await expect(steps.getByRole('button', { name: /answered/ })).toHaveCount(5)
  await expect(steps.getByRole('button', { name: /shown/ })).toHaveCount(1)
  await expect(lesson.walker.getByRole('button', { name: 'Next', exact: true })).toHaveCount(0)
  await expect(lesson.walker).toContainText('5 of 6 questions answered without help. 1 shown.')
  const questions = lesson.walker.getByRole('list', { name: 'Questions' }).getByRole('button')
  await expect(questions).toHaveCount(6)
  await questions.filter({ hasText: 'shown' }).click()
  await lesson.at(8, 'Around zero')
  await lesson.next()
  await expect(lesson.walker.getByRole('button', { name: /^Next lesson/ })).toBeVisible()
  await lesson.walker.getByRole('button', { name: 'Again' }).click()
  await lesson.at(1, 'A picture is a grid of numbers')
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector, 'it would list the notes, and so the answers').toHaveCount(0)
})

test('a goal is reached by moving a slider, and the numbers say when', async ({ opened, page }) => {
  const lesson = new Lesson(opened)
  await lesson.open('median-beats-mean')
  await lesson.walker.getByRole('button', { name: /^Step 6/ }).click()
  await lesson.at(6, 'How large a window?')
  await expect(lesson.walker.locator('dl')).toContainText('23.37 dB')
  const size = page.getByRole('complementary', { name: 'Inspector' }).getByRole('textbox', { name: 'Size' })
  await size.fill('5')
  await size.press('Enter')
  await expect(lesson.walker.locator('dl')).toContainText('26.98 dB')
  await expect(lesson.said).toBeEmpty()
  await size.fill('3')
  await size.press('Enter')
  await expect(lesson.said).toContainText('Right: PSNR is above 28 dB')
  await size.fill('5')
  await size.press('Enter')
  await expect(lesson.walker.locator('dl')).toContainText('26.98 dB')
  await expect(lesson.said, 'it is left again').toBeEmpty()

  await lesson.next()
  await lesson.at(7, 'Can a blur catch up?')
  await lesson.walker.getByRole('button', { name: 'Show me' }).click()
  await expect(lesson.said).toContainText('It is PSNR')
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(lesson.walker.locator('dl')).toContainText('22.17 dB')
})

test('the eye is led: other frames step back, the canvas moves, outputs come into the viewer', async ({
  opened,
  page,
}) => {
  const lesson = new Lesson(opened)
  await lesson.open('one-kernel')
  await page.keyboard.press('PageDown')
  await page.keyboard.press('PageDown')
  await lesson.at(3, 'The kernel that does nothing')
  const viewer = page.getByRole('region', { name: 'Viewer' }).first()
  await expect(viewer, 'the probe does not tell before').not.toContainText('Identity')
  await lesson.answer('0.04')
  await expect(viewer).toContainText('Identity')
  await lesson.walker.getByRole('heading', { level: 3 }).focus()
  await expect(page.locator('.react-flow__node[data-id="identity"]')).toHaveCSS('opacity', '1')
  await page.keyboard.press('ArrowLeft')
  await lesson.at(2, 'A kernel slides')
  await lesson.editor.rests()
  await expect(page.locator('.react-flow__node[data-id="photo"]')).toHaveCSS('opacity', '1')
  await expect(page.locator('.react-flow__node[data-id="frame:sharpen"]')).toHaveCSS('opacity', '0.22')
  const [canvas, node] = await Promise.all([
    page.locator('.react-flow').boundingBox(),
    lesson.editor.node('photo').boundingBox(),
  ])
  expect(node && canvas && node.x > canvas.x && node.x + node.width < canvas.x + canvas.width).toBe(true)
})

test('progress is remembered: left, reloaded, opened again', async ({ opened, page }) => {
  const lesson = new Lesson(opened)
  await lesson.open('one-kernel')
  await expect(page.getByRole('navigation', { name: 'Nodes' })).toHaveCount(0)
  for (let i = 0; i < 3; i++) await page.keyboard.press('PageDown')
  await lesson.at(4, 'All nine alike: a blur')
  await lesson.answer('0.18')
  await expect(lesson.said).toContainText('Right')
  await lesson.walker.getByRole('button', { name: /Leave the lesson/ }).click()
  await expect(lesson.walker).toHaveCount(0)
  await expect(page.getByRole('navigation', { name: 'Nodes' })).toBeVisible()
  await page.getByRole('button', { name: 'Resume the lesson (4 of 10)' }).click()
  await lesson.at(4, 'All nine alike: a blur')

  await page.reload()
  await lesson.at(4, 'All nine alike: a blur')
  await expect(lesson.walker.getByRole('button', { name: 'Step 4: All nine alike: a blur, answered' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  await expect(lesson.editor.start.locator('[data-card="one-kernel"]')).toContainText('at step 4 of 10')
  await lesson.editor.start.locator('[data-card="one-kernel"]').click()
  await lesson.at(4, 'All nine alike: a blur')
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`can be used by everybody (${colorScheme})`, async ({ opened, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const lesson = new Lesson(opened)
    await lesson.open('three-numbers-a-pixel')
    await lesson.next()
    await lesson.answer('1')
    await expect(lesson.said).toContainText('too low')
    await page.waitForTimeout(500)
    expect(await opened.faults('[aria-label="Lesson"]')).toEqual([])
  })
