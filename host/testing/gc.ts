/** For tests of what is kept in memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Whether what `ref` refers to is collected, after a few turns of the event loop. */
export async function isCollected(ref: WeakRef<object>): Promise<boolean> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let turn = 0; turn < 50 && ref.deref(); turn++) {
    // A WeakRef that was read keeps its object until the turn ends.
    await new Promise((resolve) => setTimeout(resolve, 10))
    collect()
  }
  return ref.deref() === undefined
}
