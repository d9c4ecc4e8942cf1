/** Where on the picture the numbers of a layer lie: which of its axes are height and width, or in which order its rows are places. */
import { factsOfAll } from './graph.ts'
import type { Dims, Layer } from './layer.ts'

type Axis = 'C' | 'H' | 'W' | 'N'

export interface Places {
  /** C: channels, H and W: height and width, N: places row by row, after `before` rows that are none (class tokens). */
  readonly axes: readonly Axis[]
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly before: number
}

/** Of the shape of a result. Undefined: it has no places. */
function placesOf(axes: readonly Axis[], dims: Dims, { height, width, before }: Sides): Places | undefined {
  if (axes.length !== dims.length) return undefined
  const side = (axis: Axis): number => dims[axes.indexOf(axis)] ?? 0
  if (axes.includes('H')) return { axes, height: side('H'), width: side('W'), channels: side('C'), before: 0 }
  const fits = side('N') === height * width + before
  return fits ? { axes, height, width, channels: side('C'), before } : undefined
}

type Sides = Pick<Places, 'height' | 'width' | 'before'>

/** Maps become rows, one a place, and rows maps again. */
function reshaped({ axes, height, width, channels, before }: Places, dims: Dims): Places | undefined {
  const [first = 0, second = 0, third = 0] = dims
  const sides = { height, width, before }
  const kind = axes.join('')
  if (dims.length === 2 && kind === 'CHW' && first === channels) return placesOf(['C', 'N'], dims, sides)
  if (dims.length === 2 && kind === 'HWC' && second === channels) return placesOf(['N', 'C'], dims, sides)
  if (dims.length !== 3 || before > 0) return undefined
  if (kind === 'CN' && first === channels && second * third === height * width)
    return placesOf(['C', 'H', 'W'], dims, sides)
  if (kind === 'NC' && third === channels && first * second === height * width)
    return placesOf(['H', 'W', 'C'], dims, sides)
  // As channels are shuffled.
  if (kind === 'CHW' && first * second * third === height * width * channels && second === height)
    return placesOf(['C', 'H', 'W'], dims, sides)
  // As patches are merged: four neighbours become one place of as many features.
  const merged = kind === 'HWC' && first * second * third === height * width * channels
  return merged ? placesOf(['H', 'W', 'C'], dims, sides) : undefined
}

function after({ type, set }: Layer, from: Places | undefined, dims: Dims): Places | undefined {
  if (type === 'input')
    return dims.length === 3 ? placesOf(['C', 'H', 'W'], dims, { height: 0, width: 0, before: 0 }) : undefined
  if (!from) return undefined
  if (type === 'reshape') return reshaped(from, dims)
  if (type === 'token') return placesOf(from.axes, dims, { ...from, before: from.before + 1 })
  if (type === 'permute') {
    const axes = (set.order as Dims).map((axis) => from.axes[axis] ?? 'C')
    return placesOf(axes, dims, from)
  }
  if (type === 'slice' && from.axes[0] === 'N' && set.axis === 0 && set.begin === from.before)
    return placesOf(from.axes, dims, { ...from, before: 0 })
  return placesOf(from.axes, dims, from)
}

const lists = new WeakMap<readonly Layer[], readonly (Places | undefined)[]>()

/** Of each layer; undefined: its numbers lie nowhere on the picture. */
export function placesOfAll(layers: readonly Layer[]): readonly (Places | undefined)[] {
  const known = lists.get(layers)
  if (known) return known
  const facts = factsOfAll(layers)
  const made: (Places | undefined)[] = []
  // What a reshape into more axes hides, the reshape back has again: merged patches.
  const hidden: (Places | undefined)[] = []
  for (const [i, layer] of layers.entries()) {
    const dims = facts[i]?.output ?? []
    const [from = 0] = layer.from
    const places = after(layer, made[from] ?? (layer.type === 'reshape' ? hidden[from] : undefined), dims)
    made.push(places)
    hidden.push(places ? undefined : (made[from] ?? hidden[from]))
  }
  lists.set(layers, made)
  return made
}

/** Maps of a layer's result (1, ...): the number of a channel at a place. */
export function numberAt(numbers: ArrayLike<number>, { axes, height, width, channels, before }: Places) {
  const order = axes.join('')
  return (channel: number, y: number, x: number): number => {
    const row = before + y * width + x
    switch (order) {
      case 'CHW':
        return numbers[(channel * height + y) * width + x] ?? 0
      case 'HWC':
        return numbers[(y * width + x) * channels + channel] ?? 0
      case 'CN':
        return numbers[channel * (before + height * width) + row] ?? 0
      default:
        return numbers[row * channels + channel] ?? 0
    }
  }
}
