/** The content of a folder, and navigation between folders. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import { request } from '../state/engine.ts'
import { wordsOfError } from './files.ts'
import { lastFolder } from './folders.ts'

export type Listing = MethodResult<'list'>
export type Entry = Listing['entries'][number]

export interface Folder {
  readonly listing: Listing | undefined
  readonly error: string | undefined
  readonly loading: boolean
  go(path: string | undefined): void
}

/** `start`: the folder to start in; absent or gone: the last one in which a file was chosen, else the home folder. */
export function useFolder(start: string | undefined): Folder {
  const [state, setState] = useState<Omit<Folder, 'go'>>({ listing: undefined, error: undefined, loading: true })
  const latest = useRef(0)

  const list = useCallback(
    async (path: string | undefined, fallbacks: readonly (string | undefined)[]): Promise<void> => {
      const mine = ++latest.current
      setState((old) => ({ ...old, loading: true }))
      try {
        const listing = await request('list', path === undefined ? {} : { path })
        if (mine !== latest.current) return
        setState({ listing, error: undefined, loading: false })
      } catch (error) {
        if (mine !== latest.current) return
        const [next, ...others] = fallbacks
        if (fallbacks.length > 0) await list(next, others)
        else setState((old) => ({ ...old, error: wordsOfError(error), loading: false }))
      }
    },
    [],
  )

  useEffect(() => {
    const [first, ...others] = [...[start, lastFolder()].filter(Boolean), undefined]
    list(first, others)
    return () => {
      latest.current++
    }
  }, [start, list])

  const go = useCallback((path: string | undefined) => void list(path, []), [list])
  return { ...state, go }
}
