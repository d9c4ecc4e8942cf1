/** The walker of a lesson, as a learner uses it. */
import type { Locator, Page } from '@playwright/test'
import { type Editor, expect } from './app.ts'

export class Lesson {
  readonly page: Page
  readonly editor: Editor
  readonly walker: Locator
  constructor(editor: Editor) {
    this.editor = editor
    this.page = editor.page
    this.walker = this.page.getByRole('complementary', { name: 'Lesson' })
  }
  get said(): Locator {
    return this.walker.getByRole('status')
  }
  async open(id: string): Promise<void> {
    await this.editor.start.locator(`[data-card="${id}"]`).click()
    await expect(this.walker).toBeVisible()
  }
  async at(step: number, title: string): Promise<void> {
    await expect(this.walker.getByText(new RegExp(`^${step} of \\d+$`))).toBeVisible()
    await expect(this.walker.getByRole('heading', { name: title, level: 3 })).toBeFocused()
  }
  next = (): Promise<void> => this.walker.getByRole('button', { name: 'Next' }).click()
  async answer(text: string): Promise<void> {
    await this.walker.getByRole('textbox', { name: 'Your answer' }).fill(text)
    await this.walker.getByRole('textbox', { name: 'Your answer' }).press('Enter')
  }
  /** The answer is right, and the lesson goes on. */
  async pass(text: string): Promise<void> {
    await this.answer(text)
    await expect(this.said).toContainText('Right')
    await this.next()
  }
}
