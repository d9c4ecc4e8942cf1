/** How a network's items are called and what is said of them. */
import type { NetworkTensor } from '../../engine/graph/network.ts'
import type { FoldedNetwork, NetworkItem } from '../../engine/graph/network-folds.ts'
import { count } from '../ui/numbers.ts'
import { text } from '../words/say.ts'

/** "1 × 64 × 56 × 56", with "?" for a length that is free and has no name. */
export const shapeWords = (tensor: NetworkTensor | undefined): string | undefined =>
  tensor?.shape?.map((length) => length ?? '?').join(' × ')

/** "25.6 M", "1,792" */
export function numberWords(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toPrecision(3)} G`
  if (n >= 1e6) return `${(n / 1e6).toPrecision(3)} M`
  return n >= 1e5 ? `${Math.round(n / 1e3)} K` : n.toLocaleString('en')
}

/** "25.6 M parameters" */
export const parameterWords = (n: number): string => count(n, 'parameter').replace(/^\d+/, numberWords(n))

type Unit = FoldedNetwork['network']['unit']

/** "12 layers", "12 operators" */
export const unitWords = (unit: Unit, n: number): string =>
  unit === 'layer' ? count(n, 'layer') : count(n, 'operator')
export const unitsOf = (unit: Unit): string => (unit === 'layer' ? text('Layers') : text('Operators'))

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

export const tensorOf = ({ network }: FoldedNetwork, name: string): NetworkTensor | undefined =>
  own(network.tensors, name)
export const weightOf = ({ network }: FoldedNetwork, name: string): NetworkTensor | undefined =>
  own(network.weights, name)

/** What an item is called. Runs have numbers. */
export function itemTitle(item: NetworkItem): string {
  if (item.kind === 'operator') return item.operator.type
  if (item.kind === 'fold') return item.title || (item.part === undefined ? text('Network') : `Part ${item.part}`)
  return item.tensor
}

/** Whether its title is a name of the file, and so stays as it is in every language. */
export const isNamed = (item: NetworkItem): boolean => item.kind !== 'fold' || item.title !== ''

/** What tells it from others of its kind. */
export function itemDetail(item: NetworkItem): string {
  if (item.kind === 'operator') return item.title || item.operator.name || item.operator.outputs[0] || ''
  if (item.kind === 'fold') return item.types.map(([type, n]) => (n > 1 ? `${n} ${type}` : type)).join(' · ')
  return ''
}
