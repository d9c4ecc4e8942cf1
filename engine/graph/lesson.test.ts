/** A lesson's form and its checks: mistakes are named, and the engine decides what is right. */
import { describe, expect, it } from 'vitest'
import { aboutOf } from './about.ts'
import { judgeChoice, judgeGoal, judgePrediction, measure, type Reader } from './answer.ts'
import { formatFile, parseFile } from './file.ts'
import { askSchema, type Choice, filled, type Goal, lessonOf, missingIn, type Prediction } from './lesson.ts'
import { settingPatches, withSettings } from './settings.ts'
import { catalogue } from './test-graphs.ts'

const file = (more: object) => ({
  format: 'sightline',
  version: 1,
  nodes: [{ id: 'blur', type: 'filter/blur', params: { sigma: 2 }, position: { x: 0, y: 0 } }],
  frames: [{ id: 'all', title: 'All', position: { x: 0, y: 0 }, size: { width: 9, height: 9 } }],
  edges: [],
  ...more,
})
const withSteps = (...steps: object[]) => parseFile(file({ lesson: { id: 'one', steps } }))
const step = { title: 'A', text: 'B' }
const number = {
  kind: 'number',
  question: 'q',
  answer: { of: 'blur.image', pixel: [0, 0] },
  tolerance: 0.1,
  reveal: 'r',
}

it('reads a lesson, once, and writes it again as it stood', () => {
  const document = withSteps({ ...step, frame: 'all', mood: 'kept' })
  expect(lessonOf(document)).toMatchObject({ id: 'one', steps: [{ title: 'A', frame: 'all', show: [] }] })
  expect(lessonOf(document)).toBe(lessonOf(document))
  expect(parseFile(formatFile(document))).toEqual(document)
  expect(formatFile(document)).toContain('"mood": "kept"')
  expect(lessonOf(parseFile(file({})))).toBeUndefined()
})

it('names what is wrong, and leaves the pipeline alone', () => {
  const wrong = (steps: object[]) => () => lessonOf(withSteps(...steps))
  expect(wrong([])).toThrow('The lesson of this pipeline cannot be shown: steps is a list; wanted at least 1 entries.')
  expect(wrong([step, { title: 'A' }])).toThrow('steps[1] needs text')
  expect(wrong([{ ...step, frame: 'No frame' }])).toThrow('steps[0].frame is "No frame", which is not an id')
  expect(wrong([{ ...step, ask: { ...number, tolerance: 0 } }])).toThrow(
    'steps[0].ask.tolerance is 0; wanted more than 0',
  )
  expect(() => lessonOf(parseFile(file({ lesson: 'no' })))).toThrow('it is "no"; wanted a record')
  expect(() => aboutOf(parseFile(file({ about: { chapter: '7.1', summary: 's', picture: 'blur.image' } })))).toThrow(
    'This pipeline cannot be shown in the gallery: chapter is "7.1", which is no chapter (6.1 to 6.8).',
  )
})

it('names what steps want that the pipeline does not have', () => {
  const document = withSteps(
    { ...step, frame: 'none', show: ['blur.image', 'blur.mask'], set: { 'blur.size': 3 } },
    { ...step, text: '[[a]] and [[b]]', numbers: { a: { of: 'gone.image', measure: 'mean' } }, ask: number },
  )
  const lesson = lessonOf(document)
  expect(lesson && missingIn(document, lesson, catalogue)).toEqual([
    { step: 1, what: 'the frame', name: 'none', known: 'all' },
    { step: 1, what: 'the output', name: 'blur.mask', known: 'image' },
    { step: 1, what: 'the parameter', name: 'blur.size', known: 'sigma, border' },
    { step: 2, what: 'the output', name: 'gone.image', known: 'none' },
    { step: 2, what: 'the number', name: 'b', known: 'a' },
  ])
})

it('tells numbers in words', () => {
  expect(filled('R = [[r]], G = [[g]]', new Map([['r', '0.5']]))).toBe('R = 0.5, G = …')
})

describe('measures', () => {
  const channel = { min: 0, max: 1, mean: 0.25, std: 0.1, nan: 0, histogram: [], range: [0, 1] as [number, number] }
  const reader: Reader = {
    probe: async (_node, port, x, y) => ({ values: port === 'psnr' ? [30] : [x, y, null], draft: false }),
    statistics: async (_node, port) => ({
      shape:
        port === 'tensor'
          ? { kind: 'tensor', shape: [3, 4, 5], axes: [] }
          : { kind: 'image', height: 4, width: 5, channels: 3 },
      channels: [channel, { ...channel, mean: 0.75 }],
    }),
  }
  it.each([
    [{ of: 'a.psnr' }, 30],
    [{ of: 'a.image', pixel: [7, 9], channel: 1 }, 9],
    [{ of: 'a.image', measure: 'mean', channel: 1 }, 0.75],
    [{ of: 'a.image', measure: 'height' }, 4],
    [{ of: 'a.image', measure: 'numbers' }, 60],
    [{ of: 'a.tensor', measure: 'numbers' }, 60],
  ])('%o', async (quantity, wanted) => {
    expect(await measure(reader, { channel: 0, ...quantity } as never)).toBe(wanted)
  })
  it('says where there is none', async () => {
    const nan = measure(reader, { of: 'a.image', pixel: [0, 0], channel: 2 })
    await expect(nan).rejects.toThrow('There is no number at a.image yet')
    await expect(measure(reader, { of: 'a.image', pixel: [0, 0], channel: 3 })).rejects.toThrow('no number')
  })
})

describe('judges', () => {
  it('predictions, with a tolerance, and knows common mistakes', () => {
    const ask = askSchema.parse({
      ...number,
      mistakes: [{ weights: { r: 1 / 3, g: 1 / 3, b: 1 / 3 }, say: 'the plain average' }],
    }) as Prediction
    const numbers = new Map([
      ['r', 0.3],
      ['g', 0.9],
      ['b', 0.3],
    ])
    expect(judgePrediction(ask, 0.85, 0.9, numbers).right).toBe(true)
    expect(judgePrediction(ask, 1, 0.9, numbers).right).toBe(true)
    expect(judgePrediction(ask, 1.01, 0.9, numbers)).toEqual({ right: false, values: [0.9] })
    expect(judgePrediction(ask, 0.5, 0.9, numbers)).toEqual({ right: false, values: [0.9], mistake: 0 })
    expect(judgePrediction(ask, Number.NaN, 0.9, numbers).right).toBe(false)
  })

  it('choices, by what is largest or smallest', () => {
    const ask = (wanted: string) => ({ kind: 'choice', wanted }) as unknown as Choice
    expect([0, 1, 2].map((i) => judgeChoice(ask('largest'), i, [1, 3, 2]).right)).toEqual([false, true, false])
    expect([0, 1, 2].map((i) => judgeChoice(ask('smallest'), i, [1, 3, 2]).right)).toEqual([true, false, false])
  })

  it('goals, between bounds', () => {
    const ask = { kind: 'goal', above: 1, below: 2 } as Goal
    expect([1, 1.5, 2].map((value) => judgeGoal(ask, value).right)).toEqual([false, true, false])
  })
})

it('sets parameters, and only those that differ', () => {
  const document = withSteps(step)
  expect(settingPatches(document, { 'blur.sigma': 2, 'gone.sigma': 1 })).toEqual([])
  const set = withSettings(document, { 'blur.sigma': 3, 'blur.border': 'replicate' })
  expect(set.nodes.blur?.params).toEqual({ sigma: 3, border: 'replicate' })
})
