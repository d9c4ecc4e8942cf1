/** Attention as maps: how much each place of a picture is looked at, by layer and head. */
import { SightlineError } from '../engine/types/problem.ts'
import type { NetworkShape, Numbers } from '../engine/values/index.ts'
import { attends, shiftOf, type WindowAttention } from '../engine/values/layers/attention.ts'
import { factsOfAll } from '../engine/values/layers/graph.ts'
import type { Layer } from '../engine/values/layers/layer.ts'
import { type Places, placesOfAll } from '../engine/values/layers/places.ts'

export interface Looking {
  /** Of the layer. */
  readonly at: number
  readonly name: string
  readonly heads: number
  /** Where those that look are, and those that are looked at. */
  readonly queries: Places
  readonly keys: Places
  readonly windows: WindowAttention | undefined
}

/** Attention layers over the places of the picture, in order. Throws `network.no-attention` where there is none. */
export function lookingOf({ layers }: NetworkShape): readonly Looking[] {
  const all = placesOfAll(layers)
  const made = layers.flatMap(({ name, type, from, set }: Layer, at): readonly Looking[] => {
    if (!attends(type)) return []
    const [queries, keys = queries] = from.map((index) => all[index])
    if (!queries || !keys) return []
    const windows = type === 'windowAttention' ? (set as unknown as WindowAttention) : undefined
    return [{ at, name, heads: Number(set.heads), queries, keys, windows }]
  })
  if (made.length > 0) return made
  throw new SightlineError('network.no-attention', { layers: layers.length })
}

/** Who looks: a token before the places, or a place. */
export type Query = { readonly token: number } | { readonly y: number; readonly x: number }

/** The window that a place lies in, after the shift, and its row in that window. */
function inWindow({ height, width }: Places, windows: WindowAttention, y: number, x: number) {
  const { window } = windows
  const [down = 0, right = 0] = shiftOf([height, width], windows)
  const [v, u] = [(y - down + height) % height, (x - right + width) % width]
  return {
    index: Math.floor(v / window) * (width / window) + Math.floor(u / window),
    row: (v % window) * window + (u % window),
  }
}

/** What one head (from 0) gives each place of the keys: height × width, and what tokens before them get. */
export function mapOfHead(shares: Numbers, { heads, queries, keys, windows }: Looking, head: number, query: Query) {
  const { height, width, before } = keys
  const map = new Float32Array(height * width)
  if (windows) {
    const { window } = windows
    const rows = window * window
    const [qy, qx] = 'token' in query ? [0, 0] : [query.y, query.x]
    const own = inWindow(queries, windows, qy, qx)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const { index, row } = inWindow(keys, windows, y, x)
        if (index === own.index)
          map[y * width + x] = shares[((index * heads + head) * rows + own.row) * rows + row] ?? 0
      }
    return map
  }
  const rows = queries.before + queries.height * queries.width
  const columns = before + height * width
  const row = 'token' in query ? query.token : queries.before + query.y * queries.width + query.x
  const at = (head * rows + row) * columns + before
  return map.map((_, i) => shares[at + i] ?? 0)
}

/** The mean of maps. */
export function meanOf(maps: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(maps[0]?.length ?? 0)
  for (const map of maps) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (map[i] ?? 0) / maps.length
  return sum
}

/** Whether all layers look at the places that they look from: then what they see can be followed through all of them. */
export function isOneRow(layers: readonly Looking[]): boolean {
  const rowsOf = ({ before, height, width }: Places): string => `${before} ${height} ${width}`
  return (
    new Set(layers.flatMap(({ queries, keys }) => [rowsOf(queries), rowsOf(keys)])).size === 1 &&
    layers.every(({ windows }) => windows === undefined)
  )
}

/**
 * Attention rollout: what a row of the last layer has of each place of the picture, if each layer mixes half of what it sees with
 * half of what was there (Abnar and Zuidema 2020). Layers in order, with the shares of each.
 * @returns height × width
 */
export function rollout(layers: readonly Looking[], shares: readonly Numbers[], query: Query): Float32Array {
  const { before, height, width } = (layers[0] as Looking).queries
  const count = before + height * width
  let row = new Float64Array(count)
  row['token' in query ? query.token : before + query.y * width + query.x] = 1
  for (const [i, { heads }] of [...layers.entries()].reverse()) {
    const numbers = shares[i] ?? []
    const next = row.map((v) => v / 2)
    for (let head = 0; head < heads; head++)
      for (let from = 0; from < count; from++) {
        const by = (row[from] ?? 0) / (2 * heads)
        if (by === 0) continue
        const at = (head * count + from) * count
        for (let to = 0; to < count; to++) next[to] = (next[to] ?? 0) + by * ((numbers as Float32Array)[at + to] ?? 0)
      }
    row = next
  }
  return Float32Array.from(row.subarray(before))
}

/** Of a layer that is named; the last one where no name is given. Throws `network.layer-unknown`, `network.no-attention`. */
export function lookingAt(network: NetworkShape, named: string): Looking {
  const all = lookingOf(network)
  if (named === '') return all.at(-1) as Looking
  const found = all.find(({ name }) => name === named)
  if (found) return found
  const alike = all.filter(({ name }) => name.includes(named))
  const known = (alike.length > 0 ? alike : all).slice(0, 5).map(({ name }) => name)
  throw new SightlineError('network.attention-unknown', { given: named, known: known.join(', ') })
}

/** How many numbers the shares of these layers are. */
export const sharesOf = (layers: readonly Looking[], network: NetworkShape): number =>
  layers.reduce((sum, { at, heads, queries, keys, windows }) => {
    const [height = 0, width = 0] = factsOfAll(network.layers)[at]?.output ?? []
    const rows = queries.before + queries.height * queries.width
    const each = windows ? height * width * windows.window ** 2 : rows * (keys.before + keys.height * keys.width)
    return sum + heads * each
  }, 0)
