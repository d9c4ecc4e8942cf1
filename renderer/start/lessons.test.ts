import { expect, it } from 'vitest'
import { stateOf } from './lessons.ts'

const lesson = { steps: 5, asks: 3 }

it('is new, begun or done, and tells what was shown from what was answered', () => {
  expect(stateOf(lesson, undefined)).toEqual({ kind: 'new', step: 0, own: 0, shown: 0 })
  // Of one step without a question.
  expect(stateOf({ steps: 1, asks: 0 }, undefined).kind).toBe('new')
  expect(stateOf(lesson, { step: 0, answered: [] }).kind).toBe('new')
  expect(stateOf(lesson, { step: 0, answered: [0] }).kind).toBe('begun')
  // At the end with an open question it is not done.
  expect(stateOf(lesson, { step: 4, answered: [1, 2] })).toMatchObject({ kind: 'begun', own: 2 })
  expect(stateOf(lesson, { step: 4, answered: [1, 2, 3] })).toEqual({ kind: 'done', step: 4, own: 3, shown: 0 })
  expect(stateOf(lesson, { step: 4, answered: [1, 2, 3], shown: [2] })).toMatchObject({
    kind: 'done',
    own: 2,
    shown: 1,
  })
})
