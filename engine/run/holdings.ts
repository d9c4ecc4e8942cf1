/** What takes the memory for results, and giving it back. */
import { ArenaStore, type CountedStore } from '../memory/store.ts'
import type { Holdings } from '../protocol/memory.ts'
import type { Key } from './keys.ts'
import type { Plan } from './plan.ts'
import type { Result } from './result.ts'
import type { World } from './world.ts'

type Places = Pick<Holdings['results'][number], 'arena' | 'spilled' | 'gpu'>

function placesOf({ stores, small }: Result): Places {
  const sum = { arena: small, spilled: 0, gpu: 0 }
  const add = (store: CountedStore): void => {
    if (store.place === 'gpu') sum.gpu += store.bytes
    else if (store instanceof ArenaStore && store.spilled) sum.spilled += store.bytes
    else sum.arena += store.bytes
    if (store.twin) add(store.twin)
  }
  for (const store of stores) add(store)
  return sum
}

const total = ({ arena, spilled, gpu }: Places): number => arena + spilled + gpu

/** The nodes of a plan by the keys of their results; of several with the same result, the first. */
function nodesByKey(plan: Plan | undefined): ReadonlyMap<Key, string> {
  const nodes = new Map<Key, string>()
  for (const { key, node, hidden } of plan?.nodes.values() ?? []) if (!hidden && !nodes.has(key)) nodes.set(key, node)
  return nodes
}

/** Bytes that results and models take, without the GPU. */
export const usedMemory = ({ full, drafts, machine: { shelf } }: World): number =>
  full.bytes + drafts.bytes + (shelf?.bytes ?? 0)

export function holdings(world: World, plan: Plan | undefined): Holdings {
  const { full, drafts, machine } = world
  const { shelf, devices } = machine
  const nodes = nodesByKey(plan)
  const results: Holdings['results'] = []
  const others = { count: 0, bytes: 0 }
  for (const result of full.all()) {
    const node = nodes.get(result.key)
    const places = placesOf(result)
    if (node !== undefined) results.push({ node, ...places, held: result.held })
    else {
      others.count++
      others.bytes += total(places)
    }
  }
  const { gpu } = devices
  return {
    results: results.sort((a, b) => total(b) - total(a)),
    others,
    drafts: drafts.bytes,
    models: [...(shelf?.list() ?? [])].sort((a, b) => b.bytes - a.bytes),
    used: usedMemory(world),
    budget: full.memory + drafts.memory,
    ...(gpu && { gpu: { used: gpu.buffers.used, budget: gpu.buffers.budget } }),
  }
}

interface Wanted {
  readonly node?: string | undefined
  readonly model?: string | undefined
  readonly others?: true | undefined
}

/** Gives back what is not in use; the number of bytes. */
export function release({ full, machine: { shelf } }: World, plan: Plan | undefined, wanted: Wanted): number {
  let freed = 0
  if (wanted.model !== undefined) freed += shelf?.unload(wanted.model) ?? 0
  const nodes = nodesByKey(plan)
  for (const { key } of [...full.all()]) {
    const node = nodes.get(key)
    if (node === undefined ? wanted.others : node === wanted.node) freed += full.forget(key)
  }
  return freed
}
