/** Steps of lessons on a real engine: their numbers are there, and their questions take the right answers. */
import { expect } from 'vitest'
import { judgeChoice, judgeGoal, judgePrediction, measure, type Reader } from '../../engine/graph/answer.ts'
import type { Document } from '../../engine/graph/document.ts'
import { serialise } from '../../engine/graph/file.ts'
import type { Ask, Lesson, LessonStep, Settings } from '../../engine/graph/lesson.ts'
import { withSettings } from '../../engine/graph/settings.ts'
import type { Made } from '../engine.ts'

/** The engine's values of a document. */
async function read<T>(
  made: Made,
  folder: string,
  document: Document,
  use: (reader: Reader) => Promise<T>,
): Promise<T> {
  const session = made.engine.session({ send: () => undefined, services: made.services(folder) })
  session.receive({ type: 'open', rev: 1, document: serialise(document) })
  const ask = (method: 'probe' | 'statistics', params: unknown) => session.request(method, params)
  const reader = {
    probe: (node: string, port: string, x: number, y: number) => ask('probe', { node, port, x, y }),
    statistics: (node: string, port: string) => ask('statistics', { node, port }),
  } as Reader
  try {
    return await use(reader)
  } finally {
    session.close()
  }
}

/** With the settings of this step and of those before it. */
export async function checkStep(
  made: Made,
  folder: string,
  document: Document,
  lesson: Lesson,
  index: number,
): Promise<void> {
  const step = lesson.steps[index]
  if (!step) throw new Error(`the lesson has no step ${index}`)
  const settings: Settings = Object.assign({}, ...lesson.steps.slice(0, index + 1).map(({ set }) => set))
  const withThese: Read = (those, use) => read(made, folder, withSettings(document, those), use)
  const numbers = await withThese(settings, (reader) => numbersOf(step, reader))
  for (const value of numbers.values()) expect(value).toBeTypeOf('number')
  if (step.ask) await checkAsk(withThese, settings, step.ask, numbers)
}

async function numbersOf(step: LessonStep, reader: Reader): Promise<ReadonlyMap<string, number>> {
  const entries = Object.entries(step.numbers).map(async ([name, of]) => [name, await measure(reader, of)] as const)
  return new Map(await Promise.all(entries))
}

type Read = <T>(settings: Settings, use: (reader: Reader) => Promise<T>) => Promise<T>

/** The engine's answer is accepted, and no wrong one. */
async function checkAsk(read: Read, settings: Settings, ask: Ask, numbers: ReadonlyMap<string, number>): Promise<void> {
  switch (ask.kind) {
    case 'number': {
      const truth = await read(settings, (reader) => measure(reader, ask.answer))
      const judge = (given: number) => judgePrediction(ask, given, truth, numbers)
      expect(judge(truth).right, `the engine's ${truth}`).toBe(true)
      expect(judge(truth - ask.tolerance / 2).right).toBe(true)
      for (const wrong of [truth + 2 * ask.tolerance, truth - 2 * ask.tolerance, -truth - 1]) {
        expect(judge(wrong).right, `${wrong} for ${truth}`).toBe(false)
      }
      // A listed mistake that would be accepted, or taken for another one, teaches nothing.
      for (const [i, { weights }] of ask.mistakes.entries()) {
        const given = Object.entries(weights).reduce(
          (sum, [name, weight]) => sum + weight * (numbers.get(name) ?? NaN),
          0,
        )
        expect(judge(given), `the mistake ${i}, ${given} for ${truth}`).toMatchObject({ right: false, mistake: i })
      }
      break
    }
    case 'choice': {
      const values = await read(settings, (reader) =>
        Promise.all(ask.options.map(({ value }) => measure(reader, value))),
      )
      const right = ask.options.filter((_, i) => judgeChoice(ask, i, values).right)
      expect(right, `one of ${values}`).toHaveLength(1)
      break
    }
    case 'goal': {
      const at = (more: Settings) => read({ ...settings, ...more }, (reader) => measure(reader, ask.value))
      expect(judgeGoal(ask, await at({})), 'not reached before anything is done').toMatchObject({ right: false })
      expect(judgeGoal(ask, await at(ask.example)), 'reached by the example').toMatchObject({ right: true })
    }
  }
}
