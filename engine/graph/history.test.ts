import { describe, expect, it } from 'vitest'
import { setParam } from './edits.ts'
import { begin, commit, entriesOf, type History, redo, settle, undo } from './history.ts'
import { catalogue, doc } from './test-graphs.ts'

const start = doc({ blur: 'filter/blur', other: 'filter/blur' })
const sigma = (history: History, value: number, group?: string, id = 'blur'): History =>
  commit(history, setParam(history.document, id, 'sigma', value, catalogue.get('filter/blur')), {
    label: `sigma ${value}`,
    ...(group !== undefined && { group }),
  })
const labels = (history: History): string[] => [...entriesOf(history.past)].map(({ label }) => label)
const sigmaOf = (history: History | undefined): unknown => history?.document.nodes.blur?.params?.sigma

describe('the history', () => {
  it('undoes and redoes, with labels', () => {
    const two = sigma(sigma(begin(start), 2), 3)
    expect(labels(two)).toEqual(['sigma 3', 'sigma 2'])
    const back = undo(two)
    expect(sigmaOf(back?.history)).toBe(2)
    expect(back?.entry.label).toBe('sigma 3')
    const again = back && redo(back.history)
    expect(again?.history.document).toEqual(two.document)
    expect(undo(begin(start))).toBeUndefined()
    expect(redo(two)).toBeUndefined()
  })

  it('forgets what was undone when something else is done', () => {
    const back = undo(sigma(begin(start), 2))
    const other = sigma(back?.history ?? begin(start), 5)
    expect(redo(other)).toBeUndefined()
    expect(labels(other)).toEqual(['sigma 5'])
  })

  it('makes one entry of a gesture, which holds the last value and the first', () => {
    let history = begin(start)
    for (let value = 2; value <= 50; value++) history = sigma(history, value, 'drag')
    expect(labels(history)).toEqual(['sigma 2'])
    expect(history.past?.entry.edit.length).toBe(1)
    const back = undo(history)
    expect(back?.history.document).toEqual(start)
    expect(sigmaOf(back && redo(back.history)?.history)).toBe(50)
  })

  it('begins another entry with another group, after settling, and after undoing', () => {
    const first = sigma(begin(start), 2, 'a')
    expect(labels(sigma(first, 3, 'b')).length).toBe(2)
    expect(labels(sigma(settle(first), 3, 'a')).length).toBe(2)
    expect(labels(sigma(first, 3)).length).toBe(2)
    const undone = undo(sigma(settle(first), 3, 'a'))
    expect(labels(sigma(undone?.history ?? first, 4, 'a')).length).toBe(2)
  })

  it('keeps no entry of a gesture that ended where it began', () => {
    const there = sigma(sigma(begin(start), 2, 'drag'), 1.5, 'drag')
    expect(labels(settle(there))).toEqual([])
    expect(undo(there)).toBeUndefined()
    expect(labels(sigma(there, 3, 'drag'))).toEqual(['sigma 2'])
  })

  it('is not changed by an edit that does not fit, or that is empty', () => {
    const history = sigma(begin(start), 2)
    expect(() => commit(history, [{ graph: 'gone', table: 'nodes', id: 'x', value: null }], { label: 'no' })).toThrow(
      'there is no subgraph "gone"',
    )
    expect(commit(history, [], { label: 'nothing' })).toBe(history)
  })
})
