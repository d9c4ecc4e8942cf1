import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { SequenceValue, Shape, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { stemOf } from '../annotations.ts'
import { pictureName } from '../evaluation.ts'

/** Where each picture of a list is in a sequence, by the names of the files; those that are not there are left out. */
function placesOf(names: readonly string[], { labels, length }: SequenceValue): readonly number[] {
  const called = labels ?? Array.from({ length }, (_, i) => pictureName(i))
  const whole = new Map(called.map((name, i) => [name, i]))
  const stems = new Map(called.map((name, i) => [stemOf(name), i]))
  return names.flatMap((name) => whole.get(name) ?? stems.get(stemOf(name)) ?? [])
}

/**
 * The pictures that a table names, in its order. Sequence of images and a table whose first column has the names of files, as the
 * measures give it, in; sequence of images out.
 */
export const listedPictures = defineNode({
  type: 'measure/listed-pictures',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Pictures of a list',
  alias: '[images[name] for name in table]',
  keywords: ['worst', 'mistakes', 'select', 'filter', 'order', 'sequence', 'failures', 'inspect', 'look up'],
  summary: 'Shows the pictures of a list, in its order: of a measure, the worst first.',
  inputs: {
    image: socket.image({ collect: true, help: 'All pictures: a folder.' }),
    pictures: socket.table({ help: 'The list, with the names of the pictures in its first column.' }),
  },
  params: {},
  outputs: { image: socket.sequence({ type: 'image' }) },
  shape: ({ image }) => {
    // A collecting input has the shape of a sequence.
    const all = image as Shape | undefined
    return all?.kind === 'sequence' ? { image: { kind: 'sequence', element: all.element } } : {}
  },
  run: ({ image, pictures: { rows } }, { note }) => {
    const all = image as Value as SequenceValue
    const names = rows.map(([name]) => String(name ?? ''))
    const places = placesOf(names, all)
    if (places.length === 0)
      throw names.length === 0
        ? new SightlineError('measure.none-listed')
        : new SightlineError('measure.no-common', { found: names.length, known: all.length })
    const missing = names.length - places.length
    if (missing > 0) note(`${missing} of ${names.length} listed pictures are not among those that are wired.`)
    const labels = all.labels ?? Array.from({ length: all.length }, (_, i) => pictureName(i))
    return {
      image: {
        kind: 'sequence',
        length: places.length,
        element: all.element,
        labels: places.map((place) => labels[place] ?? ''),
        at: (index, signal) => all.at(places[index] ?? 0, signal),
      },
    }
  },
  explain: {
    idea: 'A number says how often a network fails, the pictures say where. Each picture of the list is found by the name of its file, and comes in the order of the list.',
    reference: 'Hoiem et al. 2012, "Diagnosing Error in Object Detectors"; FiftyOne\'s views.',
    code: 'listed = [images[name] for name in names if name in images]',
  },
})
