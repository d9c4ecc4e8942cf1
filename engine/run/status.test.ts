/** The reports of subgraphs follow the nodes inside, also when one of them goes. */
import { expect, it } from 'vitest'
import { type Document, emptyDocument, type NodeRecord } from '../graph/document.ts'
import { flatten } from '../graph/topology.ts'
import { Status, type StatusMessage } from './status.ts'

const node = (type: string): NodeRecord => ({ type, position: { x: 0, y: 0 } })
const withInside = (...ids: string[]): Document => ({
  ...emptyDocument,
  nodes: { outer: node('graph/outer') },
  graphs: {
    outer: { ...emptyDocument, inputs: {}, outputs: {}, nodes: { inner: node('graph/inner') } },
    inner: {
      ...emptyDocument,
      inputs: {},
      outputs: {},
      nodes: Object.fromEntries(ids.map((id) => [id, node('filter/blur')])),
    },
  },
})

it('reports the subgraphs around a removed node, however deep', () => {
  const sent: StatusMessage[] = []
  const status = new Status(
    (message) => sent.push(message),
    () => 7,
  )
  status.graph(flatten(withInside('blur', 'loose'), new Map()))
  status.set('outer/inner/blur', { status: 'done', ms: 3 })
  status.set('outer/inner/loose', { status: 'waiting', problem: { code: 'input.waiting', params: {} } })
  status.flush()
  expect(sent.at(-1)?.run.memory).toBe(7)
  expect(sent.at(-1)?.nodes.outer).toMatchObject({ status: 'waiting' })

  status.graph(flatten(withInside('blur'), new Map()))
  status.flush()
  expect(sent.at(-1)?.nodes).toEqual({
    outer: { status: 'done', ms: 3 },
    'outer/inner': { status: 'done', ms: 3 },
  })
  status.close()
})
