/** How much memory results and models take, as last heard. */
import { create } from 'zustand'

interface Taken {
  /** In bytes; undefined: nothing was heard yet. */
  readonly used: number | undefined
}

export const useMemory = create<Taken>(() => ({ used: undefined }))

export function setMemoryUsed(used: number): void {
  if (useMemory.getState().used !== used) useMemory.setState({ used })
}
