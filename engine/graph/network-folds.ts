/**
 * Folds a network so that it can be looked at: operators by the scopes in their names ("layer1/layer1.0/conv1/Conv"), or, where
 * names have none, by runs between the places where everything goes through one tensor. No level has many more than `most` items.
 */
import { type Network, type NetworkOperator, parametersOf } from './network.ts'

/** A level with more items than these is folded by runs. */
const most = 40
/** About as many operators make a run where the graph itself suggests none. */
const usualRun = 16
/** What branches and joins again within so few operators (x · sigmoid(x)) is no run of its own. */
const knot = 4

interface Common {
  readonly id: string
  /** The fold that it is in; undefined for the whole. */
  readonly parent: string | undefined
}

export interface NetworkFold extends Common {
  readonly kind: 'fold'
  /** Its scope, "layer1.0", or several of them, "layer1.0 … layer1.10"; "" for a run, and for the whole. */
  readonly title: string
  /** Of a run: which of its level, from 1. */
  readonly part?: number
  /** In the order in which they compute. */
  readonly children: readonly string[]
  /** The whole is 0 deep. */
  readonly depth: number
  readonly operators: number
  readonly parameters: number
  /** Types of its operators with their number, the most frequent first. */
  readonly types: readonly (readonly [type: string, count: number])[]
}

export interface NetworkLeaf extends Common {
  readonly kind: 'operator'
  readonly operator: NetworkOperator
  /** Its name without the scopes around it; "" where it has none. */
  readonly title: string
  readonly parameters: number
}

/** A tensor that goes into the network or comes out of it. */
export interface NetworkInput extends Common {
  readonly kind: 'input'
  readonly tensor: string
}
export interface NetworkOutput extends Common {
  readonly kind: 'output'
  readonly tensor: string
}
export type NetworkEnd = NetworkInput | NetworkOutput

export type NetworkItem = NetworkFold | NetworkLeaf | NetworkEnd

/** Between two items of a level. `in` and `out` stand for what lies before and after the fold. */
export interface NetworkLink {
  readonly from: string
  readonly to: string
}

export interface FoldedNetwork {
  readonly network: Network
  readonly items: ReadonlyMap<string, NetworkItem>
  readonly whole: NetworkFold
  /** What connects the items of a fold, each pair once. */
  links(fold: string): readonly NetworkLink[]
  /** The folds around an item, the whole first. */
  foldsAround(id: string): readonly string[]
  /** The operator or input that gives a tensor. */
  giver(tensor: string): string | undefined
  /** The operators and outputs that take a tensor. */
  takers(tensor: string): readonly string[]
}

export const wholeId = ''
export const before = 'in'
export const after = 'out'
const leafId = (index: number): string => `#${index}`

/** Operators with each after those whose results it takes; otherwise in the order of the file. */
function inOrder(operators: readonly NetworkOperator[]): readonly number[] {
  const giver = giversOf(operators)
  const [waits, takers] = [operators.map(() => 0), operators.map((): number[] => [])]
  for (const [i, { inputs }] of operators.entries())
    for (const from of new Set(inputs.flatMap((input) => giver.get(input) ?? [])))
      if (from !== i) {
        waits[i] = (waits[i] ?? 0) + 1
        takers[from]?.push(i)
      }
  const order: number[] = []
  const done = new Set<number>()
  // Files are nearly always in order already: then this is one walk.
  for (let start = 0; start < operators.length; start++) {
    const ready = waits[start] === 0 && !done.has(start) ? [start] : []
    for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
      order.push(i)
      done.add(i)
      for (const taker of takers[i] ?? []) {
        waits[taker] = (waits[taker] ?? 1) - 1
        if (waits[taker] === 0 && taker < start) ready.push(taker)
      }
    }
  }
  // What goes round in circles comes last.
  return [...order, ...operators.keys().filter((i) => !done.has(i))]
}

function giversOf(operators: readonly NetworkOperator[]): ReadonlyMap<string, number> {
  return new Map(operators.flatMap(({ outputs }, i) => outputs.filter(Boolean).map((output) => [output, i] as const)))
}

/** Names that runtimes make up for weights: no scopes. */
const madeUp = /^(onnx::|const_fold|\d)/
const learned = /\.(weight|bias|running_mean|running_var|gamma|beta|in_proj_weight|in_proj_bias)$/

/** The scopes that an operator's name tells; undefined where it tells none. */
function ownScopes({ name, inputs }: NetworkOperator): readonly string[] | undefined {
  const steps = name.split('/').filter(Boolean)
  if (steps.length > 1) return steps.slice(0, -1)
  // "backbone.model3.conv2.weight" belongs to backbone, model3.
  const weight = inputs.find((input) => learned.test(input) && !madeUp.test(input))
  return weight?.replace(learned, '').split('.')
}

const common = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const end = a.findIndex((step, i) => step !== b[i])
  return end < 0 ? a : a.slice(0, end)
}

/** An operator without scopes of its own is in those that the ones before and after it share. */
function scopesOf(operators: readonly NetworkOperator[], order: readonly number[]): readonly (readonly string[])[] {
  const own = order.map((i) => ownScopes(operators[i] as NetworkOperator))
  const next: (readonly string[])[] = []
  let following: readonly string[] = []
  for (let k = order.length - 1; k >= 0; k--) {
    following = own[k] ?? following
    next[k] = following
  }
  let previous: readonly string[] = []
  return own.map((scopes, k) => {
    previous = scopes ?? previous
    return scopes ?? common(previous, next[k] ?? [])
  })
}

/** A level that is being made: a scope with what is in it. */
interface Scope {
  readonly title: string
  readonly folds: Map<string, Scope>
  readonly content: (Scope | number)[]
}

const newScope = (title: string): Scope => ({ title, folds: new Map(), content: [] })

function scopeTree(order: readonly number[], scopes: readonly (readonly string[])[]): Scope {
  const root = newScope('')
  for (const [k, index] of order.entries()) {
    let at = root
    for (const step of scopes[k] ?? []) {
      let inner = at.folds.get(step)
      if (!inner) {
        inner = newScope(step)
        at.folds.set(step, inner)
        at.content.push(inner)
      }
      at = inner
    }
    at.content.push(index)
  }
  return root
}

/** A fold of one item is that item; a whole that is in one scope is what is in it. */
function simplified(scope: Scope): Scope {
  const content = scope.content.map((one) => {
    if (typeof one === 'number') return one
    const inner = simplified(one)
    const [only] = inner.content
    if (inner.content.length > 1 || only === undefined) return inner
    if (typeof only === 'number') return only
    return { ...only, title: `${inner.title}/${only.title}` }
  })
  const [only] = content
  if (scope.title === '' && content.length === 1 && typeof only === 'object') return { ...only, title: '' }
  return { ...scope, content }
}

/** Where everything that is needed later was given by one item: `cuts[k]` is between items k and k + 1. */
function cutsOf(count: number, links: Iterable<readonly [from: number, to: number]>): readonly boolean[] {
  const last = new Map<number, number>()
  for (const [from, to] of links) if (from < to) last.set(from, Math.max(to, last.get(from) ?? 0))
  const ends = Array.from({ length: count }, () => 0)
  let open = 0
  return Array.from({ length: Math.max(0, count - 1) }, (_, k) => {
    open -= ends[k] ?? 0
    const end = last.get(k)
    if (end !== undefined) {
      open++
      ends[end] = (ends[end] ?? 0) + 1
    }
    return open <= 1
  })
}

/**
 * Items 0..count − 1 in runs. What branches and joins again is one run, with what follows it in a line; a long line, or a knot
 * without a place to cut, is cut by length. `heavy`: a good item to begin with.
 */
function runsOf(
  count: number,
  links: Iterable<readonly [from: number, to: number]>,
  heavy: (item: number) => boolean,
): number[][] {
  const cuts = cutsOf(count, links)
  const pieces: number[][] = [[]]
  for (let k = 0; k < count; k++) {
    pieces.at(-1)?.push(k)
    if (cuts[k] && k < count - 1) pieces.push([])
  }
  const runs: number[][] = []
  for (const piece of pieces) {
    const run = runs.at(-1)
    const [first = 0] = piece
    if (piece.length > most) runs.push(...chunks(piece, usualRun))
    else if (piece.length > knot || !run || (run.length >= usualRun && heavy(first)) || run.length >= 2 * usualRun)
      runs.push(piece)
    else run.push(...piece)
  }
  return runs
}

const chunks = <T>(all: readonly T[], about: number): T[][] => {
  const parts = Math.max(1, Math.round(all.length / about))
  const size = Math.ceil(all.length / parts)
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}

class Folder {
  readonly #network: Network
  readonly items = new Map<string, NetworkItem>()
  readonly #giver: ReadonlyMap<string, number>

  constructor(network: Network, giver: ReadonlyMap<string, number>) {
    this.#network = network
    this.#giver = giver
  }

  /** @param ends of the whole: its inputs and outputs */
  fold(
    scope: Scope,
    { id, parent, depth, part }: { id: string; parent: string | undefined; depth: number; part?: number },
    ends: { readonly inputs: readonly string[]; readonly outputs: readonly string[] } = { inputs: [], outputs: [] },
  ): NetworkFold {
    const taken = new Map<string, number>()
    const parts = scope.content.length > most ? this.#parts(scope.content) : undefined
    const inner = parts ?? scope.content
    const children = inner.map((one) => {
      if (typeof one === 'number') return this.#leaf(one, id)
      const { title } = one
      const turn = (taken.get(title) ?? 0) + 1
      taken.set(title, turn)
      const own = `${id}/${title}${title === '' || turn > 1 ? `:${turn}` : ''}`
      return this.fold(one, { id: own, parent: id, depth: depth + 1, ...(title === '' && { part: turn }) })
    })
    const types = new Map<string, number>()
    let [operators, parameters] = [0, 0]
    for (const child of children) {
      parameters += child.parameters
      if (child.kind === 'operator') {
        operators++
        types.set(child.operator.type, (types.get(child.operator.type) ?? 0) + 1)
        continue
      }
      operators += child.operators
      for (const [type, count] of child.types) types.set(type, (types.get(type) ?? 0) + count)
    }
    const fold: NetworkFold = {
      ...{ kind: 'fold', id, parent, depth, title: scope.title, operators, parameters },
      ...(part !== undefined && { part }),
      children: [...ends.inputs, ...children.map((child) => child.id), ...ends.outputs],
      types: [...types].sort(([, a], [, b]) => b - a),
    }
    this.items.set(id, fold)
    return fold
  }

  #leaf(index: number, parent: string): NetworkLeaf {
    const operator = this.#network.operators[index] as NetworkOperator
    const parameters = parametersOf(operator, this.#network)
    const leaf: NetworkLeaf = { kind: 'operator', id: leafId(index), parent, operator, title: '', parameters }
    this.items.set(leaf.id, leaf)
    return leaf
  }

  /** The content with its bare operators in runs, each `part` of them; undefined where that would change nothing. */
  #parts(content: readonly (Scope | number)[]): readonly (Scope | number)[] | undefined {
    const stretches: (Scope | number[])[] = []
    for (const one of content) {
      const last = stretches.at(-1)
      if (typeof one !== 'number') stretches.push(one)
      else if (Array.isArray(last)) last.push(one)
      else stretches.push([one])
    }
    let parts = stretches.flatMap((one): (Scope | number)[] => (Array.isArray(one) ? this.#runs(one) : [one]))
    while (parts.length > most)
      parts = chunks(parts, Math.max(2, Math.round(Math.sqrt(parts.length)))).map((some) => ({
        ...runScope(some),
        title: rangeOf(some),
      }))
    return parts.length < content.length ? parts : undefined
  }

  #runs(operators: readonly number[]): (Scope | number)[] {
    const place = new Map(operators.map((index, k) => [index, k]))
    const links = operators.flatMap((index, to) =>
      (this.#network.operators[index]?.inputs ?? []).flatMap((input): [number, number][] => {
        const from = place.get(this.#giver.get(input) ?? -1)
        return from === undefined ? [] : [[from, to]]
      }),
    )
    const heavy = (k: number): boolean => {
      const operator = this.#network.operators[operators[k] ?? -1]
      return operator !== undefined && parametersOf(operator, this.#network) > 0
    }
    return runsOf(operators.length, links, heavy).flatMap((run): (Scope | number)[] => {
      const own = run.flatMap((k) => operators[k] ?? [])
      return own.length > 1 ? [runScope(own)] : own
    })
  }
}

/** "layer1.0 … layer1.10": from the first scope to the last; "" where one of them has no name. */
function rangeOf(some: readonly (Scope | number)[]): string {
  const [first = '', last = ''] = [some[0], some.at(-1)].map((one) => (typeof one === 'object' ? one.title : ''))
  return first && last ? `${first.split(' … ')[0]} … ${last.split(' … ').at(-1)}` : ''
}

const runScope = (content: (Scope | number)[]): Scope => ({ ...newScope(''), content })

/** The name of an operator without the scopes that its folds are called by. */
function titleOf({ operator: { name, type } }: NetworkLeaf): string {
  const steps = name.split('/').filter(Boolean)
  const own = steps.at(-1) ?? ''
  // "conv1/Conv": the last step only repeats what it is.
  const repeats = own.toLowerCase().replace(/_\d+$/, '') === type.toLowerCase()
  return steps.length > 1 && repeats ? (steps.at(-2) ?? own) : own
}

export function foldNetwork(network: Network): FoldedNetwork {
  const { operators } = network
  const order = inOrder(operators)
  const givers = giversOf(operators)
  const tree = simplified(scopeTree(order, scopesOf(operators, order)))
  const folder = new Folder(network, givers)
  const { items } = folder
  const given = new Map(network.inputs.map((tensor, i) => [tensor, `<${i}`]))
  const ends = (kind: 'input' | 'output', tensors: readonly string[], idOf: (i: number) => string): string[] =>
    tensors.map((tensor, i) => {
      const id = idOf(i)
      items.set(id, { kind, id, parent: wholeId, tensor })
      return id
    })
  const whole = folder.fold(
    tree,
    { id: wholeId, parent: undefined, depth: 0 },
    {
      inputs: ends('input', network.inputs, (i) => `<${i}`),
      outputs: ends('output', network.outputs, (i) => `>${i}`),
    },
  )
  for (const [id, item] of items) if (item.kind === 'operator') items.set(id, { ...item, title: titleOf(item) })

  const around = new Map<string, readonly string[]>()
  const foldsAround = (id: string): readonly string[] => {
    const known = around.get(id)
    if (known) return known
    const parent = items.get(id)?.parent
    const folds = parent === undefined ? [] : [...foldsAround(parent), parent]
    around.set(id, folds)
    return folds
  }

  const giver = (tensor: string): string | undefined => {
    const index = givers.get(tensor)
    return index === undefined ? given.get(tensor) : leafId(index)
  }
  const taking = new Map<string, string[]>()
  const take = (tensor: string, id: string): void => {
    const known = taking.get(tensor)
    if (known) known.push(id)
    else taking.set(tensor, [id])
  }
  for (const index of order)
    for (const input of new Set(operators[index]?.inputs)) if (giver(input)) take(input, leafId(index))
  for (const [i, output] of network.outputs.entries()) take(output, `>${i}`)

  /** Every connection of the network, once. */
  const all: NetworkLink[] = []
  for (const [tensor, ids] of taking) {
    const from = giver(tensor)
    if (from !== undefined) for (const to of ids) all.push({ from, to })
  }
  const levels = new Map<string, readonly NetworkLink[]>()
  const links = (fold: string): readonly NetworkLink[] => {
    const known = levels.get(fold)
    if (known) return known
    const item = items.get(fold)
    const depth = item?.kind === 'fold' ? item.depth : 0
    /** The item of the fold that `id` is, or is in; undefined: it is elsewhere. */
    const within = (id: string): string | undefined => {
      const folds = foldsAround(id)
      return folds[depth] === fold ? (folds[depth + 1] ?? id) : undefined
    }
    const made = new Map<string, NetworkLink>()
    for (const link of all) {
      const [from, to] = [within(link.from) ?? before, within(link.to) ?? after]
      if (from !== to && !(from === before && to === after)) made.set(`${from}\n${to}`, { from, to })
    }
    const found = [...made.values()]
    levels.set(fold, found)
    return found
  }
  return { network, items, whole, links, foldsAround, giver, takers: (tensor) => taking.get(tensor) ?? [] }
}
