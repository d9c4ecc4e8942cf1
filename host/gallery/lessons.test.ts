/**
 * Every gallery entry and every step of every lesson on the real engine: each runs, draws its picture and names only what
 * exists, and every question accepts the engine's answer and no wrong one. A new entry is tested just by being there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aboutOf } from '../../engine/graph/about.ts'
import { judgeChoice, judgeGoal, judgePrediction, measure, type Reader } from '../../engine/graph/answer.ts'
import type { Document } from '../../engine/graph/document.ts'
import { formatFile, parseFile, serialise } from '../../engine/graph/file.ts'
import { type Ask, type LessonStep, lessonOf, missingIn, type Settings } from '../../engine/graph/lesson.ts'
import { withSettings } from '../../engine/graph/settings.ts'
import type { Session } from '../../engine/run/engine.ts'
import { SightlineError, wordsOf } from '../../engine/types/problem.ts'
import { graphProblems } from '../cli/run.ts'
import { type Made, makeEngine } from '../engine.ts'
import { root } from '../installation.ts'
import { drawWith } from './draw.ts'

const folder = join(root, 'assets/gallery')
const files = readdirSync(folder).filter((name) => name.endsWith('.sightline.json'))
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
const documents = files.map((file) => ({ file, document: parseFile(textOf(file)) }))

let made: Made
const catalogue = () => new Map(made.catalogue.map((info) => [info.type, info]))
beforeAll(async () => {
  made = await makeEngine({ threads: 2, memory: 512e6 })
})
afterAll(() => made.close())

/** A session with this document. */
function sessionOf(document: Document): { session: Session; reader: Reader } {
  const session = made.engine.session({ send: () => undefined, services: made.services(folder) })
  session.receive({ type: 'open', rev: 1, document: serialise(document) })
  const ask = (method: 'probe' | 'statistics', params: unknown) => session.request(method, params)
  const reader = {
    probe: (node: string, port: string, x: number, y: number) => ask('probe', { node, port, x, y }),
    statistics: (node: string, port: string) => ask('statistics', { node, port }),
  } as Reader
  return { session, reader }
}

/** The engine's values with these settings. */
async function read<T>(document: Document, settings: Settings, use: (reader: Reader) => Promise<T>): Promise<T> {
  const { session, reader } = sessionOf(withSettings(document, settings))
  try {
    return await use(reader)
  } finally {
    session.close()
  }
}

// A large network computes for seconds, and longer on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

// A large network computes for seconds, on a busy machine for longer.
vi.setConfig({ testTimeout: 120_000 })

describe.each(documents)('$file', ({ file, document }) => {
  it('says what it is', () => {
    expect(aboutOf(document)).toBeDefined()
    expect(document.title).toBeTruthy()
    expect(
      Object.keys(document.frames).length + Object.keys(document.notes).length > 0 || file === 'edges.sightline.json',
    )
  })

  it('is written as Sightline writes it, so that a copy can be compared with it', () => {
    expect(formatFile(document)).toBe(textOf(file))
  })

  it('runs without a problem', async ({ skip }) => {
    expect(graphProblems(document, catalogue())).toEqual([])
    // Jobs too: what comes after them would not run otherwise.
    const kinds = Object.values(document.nodes).map(({ type }) => catalogue().get(type)?.kind)
    expect(kinds).not.toContain('effect')
    const result = await made.engine.run(document, { services: made.services(folder) })
    result.release()
    const problems = result.nodes.flatMap(({ id, problem }) => (problem ? [{ id, problem }] : []))
    const missing = problems.find(({ problem }) => problem.code === 'model.not-installed')
    if (missing) {
      const others = problems.map(({ problem }) => problem.code)
      expect(new Set(others)).toEqual(new Set(['model.not-installed', 'input.upstream']))
      skip(wordsOf(missing.problem))
    }
    expect(problems).toEqual([])
  })

  it('draws the picture of its card, or says which model to install', async ({ skip }) => {
    const box = { width: 160, height: 100 }
    const drawn = drawWith(made, made.services(folder))(document, aboutOf(document)?.picture ?? '', box)
    const { width, height, pixels } = await drawn.catch((error: unknown) => {
      if (!(error instanceof SightlineError) || error.code !== 'model.not-installed') throw error
      expect(error.message).toMatch(/sightline models pull [a-z0-9-]+ --yes$/)
      skip(error.message)
      throw error
    })
    expect(Math.max(width / 160, height / 100)).toBe(1)
    expect(pixels).toHaveLength(width * height * 4)
    expect(new Set(pixels.filter((_, i) => i % 4 === 0)).size).toBeGreaterThan(16)
  })

  const lesson = lessonOf(document)
  if (!lesson) return

  it('has a lesson that names only what is there', () => {
    expect(missingIn(document, lesson, catalogue())).toEqual([])
  })

  /** Settings of earlier steps stay. */
  const before = (index: number): Settings =>
    Object.assign({}, ...lesson.steps.slice(0, index + 1).map(({ set }) => set))

  it.each(lesson.steps.map((step, index) => ({ n: index + 1, title: step.title, step, index })))(
    'step $n: $title',
    async ({ step, index }) => {
      const settings = before(index)
      const numbers = await read(document, settings, (reader) => numbersOf(step, reader))
      for (const value of numbers.values()) expect(value).toBeTypeOf('number')
      if (step.ask) await checkAsk(document, settings, step.ask, numbers)
    },
  )
})

async function numbersOf(step: LessonStep, reader: Reader): Promise<ReadonlyMap<string, number>> {
  const entries = Object.entries(step.numbers).map(async ([name, of]) => [name, await measure(reader, of)] as const)
  return new Map(await Promise.all(entries))
}

async function checkAsk(
  document: Document,
  settings: Settings,
  ask: Ask,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  switch (ask.kind) {
    case 'number': {
      const truth = await read(document, settings, (reader) => measure(reader, ask.answer))
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
      const values = await read(document, settings, (reader) =>
        Promise.all(ask.options.map(({ value }) => measure(reader, value))),
      )
      const right = ask.options.filter((_, i) => judgeChoice(ask, i, values).right)
      expect(right, `one of ${values}`).toHaveLength(1)
      break
    }
    case 'goal': {
      const at = (more: Settings) => read(document, { ...settings, ...more }, (reader) => measure(reader, ask.value))
      expect(judgeGoal(ask, await at({})), 'not reached before anything is done').toMatchObject({ right: false })
      expect(judgeGoal(ask, await at(ask.example)), 'reached by the example').toMatchObject({ right: true })
    }
  }
}
