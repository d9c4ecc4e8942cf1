/** The lessons about networks of layers, walked in a window. */
import { expect, test } from './app.ts'
import { Lesson } from './walker.ts'

test.use({ start: true })

test('"Skip or not": skips are switched on until the gradient comes through', async ({ opened, page }) => {
  const lesson = new Lesson(opened)
  await lesson.open('skip-or-not')
  await lesson.at(1, 'The same blocks, twice')
  await lesson.next()
  await lesson.at(2, 'What reaches the end')
  await lesson.walker.getByRole('button', { name: 'With skips' }).click()
  await expect(lesson.said).toContainText('Right')
  await lesson.next()
  await lesson.at(3, 'Mend the lower chain')
  for (const id of ['without1', 'without2', 'without3']) {
    await expect(lesson.said).not.toContainText('Right')
    await opened.node(id).click()
    await page.getByRole('complementary', { name: 'Inspector' }).getByRole('switch', { name: 'With the idea' }).click()
  }
  await expect(lesson.said).toContainText('Right')
  await lesson.next()
  await lesson.at(4, 'The fourth')
  await expect(lesson.walker).toContainText('largest gradient is 0.22')
  await lesson.answer('0.3')
  await expect(lesson.said).toContainText('what each lets through is multiplied')
  await lesson.pass('1.4')
  await lesson.at(5, 'What you have now')
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/skip.png` })
})

test('"Who looks at whom?": shares are counted, and a head is found that looks at one patch', async ({
  opened,
  page,
}) => {
  const lesson = new Lesson(opened)
  await lesson.open('who-looks-at-whom')
  await lesson.at(1, 'Patches become tokens')
  await lesson.next()
  await lesson.at(2, 'Count them')
  await lesson.answer('9604')
  await expect(lesson.said).toContainText('50 tokens')
  await lesson.pass('10000')
  await lesson.at(3, 'Four heads')
  // The lesson has selected it.
  const head = page.getByRole('complementary', { name: 'Inspector' }).getByRole('textbox', { name: 'Head' })
  await head.fill('3')
  await head.press('Enter')
  await expect(lesson.said).toContainText('Right')
  if (process.env.SHOTS)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${process.env.SHOTS}/heads-${colorScheme}.png` })
    }
  await lesson.next()
  await lesson.at(4, 'Ask a patch')
  await lesson.walker.getByRole('button', { name: 'In the last block alone' }).click()
  await expect(lesson.said).toContainText('Another one has more')
})
