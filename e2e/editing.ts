/** A random editor: the title, nodes, wires, parameters, positions; undoes and redoes. */
import type { Page } from '@playwright/test'
import type { DocumentFile } from '../engine/graph/document.ts'
import { randomFrom } from '../engine/types/random.ts'

/**
 * In the window: the document in its file form. It is what the page stores on unload, intercepted so that a later reload does
 * not find it. Undefined while nothing is open.
 */
export function keptDocument(): DocumentFile | undefined {
  const { setItem } = Storage.prototype
  let kept: string | undefined
  Storage.prototype.setItem = (_, value) => {
    kept = value
  }
  try {
    window.dispatchEvent(new Event('pagehide'))
  } finally {
    Storage.prototype.setItem = setItem
  }
  return kept === undefined ? undefined : (JSON.parse(kept) as { document: DocumentFile }).document
}

/** The parts in which two documents differ: nodes by id, wires as "from → to", everything else by name. */
export function differences(one: DocumentFile, other: DocumentFile): string[] {
  const parts = ({ nodes, edges, ...rest }: DocumentFile): Map<string, string> =>
    new Map([
      ...Object.entries(rest).map(([name, value]): [string, string] => [name, JSON.stringify(value)]),
      ...(nodes ?? []).map((node): [string, string] => [node.id, JSON.stringify(node)]),
      ...(edges ?? []).map((edge): [string, string] => [`${edge.from} → ${edge.to}`, JSON.stringify(edge)]),
    ])
  const [a, b] = [parts(one), parts(other)]
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name))
}

/** Whether one user action or its undo could do that: one thing changed, at most a node with its wires. */
export const isOneStep = (different: readonly string[]): boolean =>
  different.length <= 1 ||
  different
    .flatMap((part) => part.split(/ → |\./))
    .some((id) => different.every((part) => part === id || part.split(' → ').some((end) => end.startsWith(`${id}.`))))

interface Spot {
  readonly x: number
  readonly y: number
}

/** The centres of what can be grabbed: nothing covers it. */
const spots = (page: Page, selector: string): Promise<Spot[]> =>
  page.evaluate((wanted) => {
    return [...document.querySelectorAll(wanted)].flatMap((element) => {
      const box = element.getBoundingClientRect()
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
      return element.contains(document.elementFromPoint(x, y)) ? [{ x, y }] : []
    })
  }, selector)

async function drag(page: Page, from: Spot, to: Spot): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 2 })
  await page.mouse.move(to.x, to.y, { steps: 2 })
  await page.mouse.up()
}

export class Hand {
  readonly #random: () => number
  #titles = 0
  /** How often each action was done, */
  readonly done: Record<string, number> = {}
  /** and the last one started. */
  doing = ''

  constructor(seed: number) {
    this.#random = randomFrom(seed)
  }

  #one<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#random() * of.length)]
  }

  /** Performs one action: at most one undo step. */
  async step(page: Page): Promise<void> {
    const nodes = await page.locator('[data-node]').count()
    // Neither an empty canvas nor a full one.
    const others = ['rename', 'move', 'nudge', 'wire', 'wire', 'change', 'change', 'undo', 'redo'] as const
    const kind = this.#one([
      ...others,
      ...(nodes < 12 ? ['add' as const] : []),
      ...(nodes > 4 ? ['remove' as const] : []),
    ])
    if (!kind) return
    this.done[kind] = (this.done[kind] ?? 0) + 1
    this.doing = kind
    await this[kind](page)
  }

  async rename(page: Page): Promise<void> {
    const field = page.getByRole('textbox', { name: 'Title of the pipeline' })
    await field.fill(`step ${++this.#titles}`)
    await field.press('Enter')
  }

  async #select(page: Page): Promise<Spot | undefined> {
    const spot = this.#one(await spots(page, '[data-node] h3'))
    if (spot) await page.mouse.click(spot.x, spot.y)
    return spot
  }

  async add(page: Page): Promise<void> {
    await page.locator('.react-flow__pane').click({ position: { x: 6, y: 6 } })
    await page.keyboard.press('Tab')
    await page.keyboard.type(String(this.#one(['gaussian', 'median', 'sobel', 'blend', 'threshold'])))
    await page.keyboard.press('Enter')
    await page.keyboard.press('f')
  }

  async remove(page: Page): Promise<void> {
    if (await this.#select(page)) await page.keyboard.press('Delete')
  }

  async move(page: Page): Promise<void> {
    const from = this.#one(await spots(page, '[data-node] h3'))
    const away = (): number => (this.#random() - 0.5) * 300
    if (from) await drag(page, from, { x: from.x + away(), y: from.y + away() })
  }

  async nudge(page: Page): Promise<void> {
    if (await this.#select(page)) await page.keyboard.press('Shift+ArrowDown')
  }

  async wire(page: Page): Promise<void> {
    const from = this.#one(await spots(page, '[data-port][data-side="out"]'))
    const to = this.#one(await spots(page, '[data-port][data-side="in"]'))
    if (from && to) await drag(page, from, to)
    // Dropped on the canvas, it offers nodes.
    await page.keyboard.press('Escape')
  }

  async change(page: Page): Promise<void> {
    const slider = this.#one(await spots(page, '[data-node] [role="slider"]'))
    if (!slider) return
    await page.mouse.click(slider.x, slider.y)
    await page.keyboard.press(this.#random() < 0.5 ? 'PageUp' : 'ArrowLeft')
  }

  undo = (page: Page): Promise<void> => page.keyboard.press('Control+z')
  redo = (page: Page): Promise<void> => page.keyboard.press('Control+Shift+z')
}
