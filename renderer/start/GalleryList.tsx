/** The gallery by chapter: everything, or the lessons. */
import { CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { chapters } from '../../engine/graph/about.ts'
import { wordsOfError } from '../panels/files.ts'
import { request, useEngine } from '../state/engine.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { say } from '../words/say.ts'
import { Card } from './Card.tsx'
import type { Entry } from './cards.ts'
import styles from './StartScreen.module.css'

export type Shown = 'all' | 'lessons' | 'pipelines'

const segments = [
  { value: 'all', label: 'All' },
  { value: 'lessons', label: 'Lessons' },
  { value: 'pipelines', label: 'Pipelines' },
] as const satisfies readonly { value: Shown; label: string }[]

const isShown = ({ steps }: Entry, shown: Shown): boolean => shown === 'all' || (shown === 'lessons') === steps > 0

function byChapter(entries: readonly Entry[]): readonly (readonly [chapter: string, entries: readonly Entry[]])[] {
  const groups = Map.groupBy(entries, ({ chapter }) => chapter)
  return [...groups]
}

export function GalleryList({ shown, onShown }: { shown: Shown; onShown: (shown: Shown) => void }) {
  const { entries, error } = useGallery()
  const groups = byChapter((entries ?? []).filter((entry) => isShown(entry, shown)))
  return (
    <section aria-labelledby="start-gallery">
      <div className={styles.bar}>
        <h3 id="start-gallery">Gallery</h3>
        <Segmented small label="What the gallery shows" value={shown} segments={segments} onChange={onShown} />
      </div>
      {error && (
        <p className={styles.failed} role="alert">
          <CircleAlert size={15} aria-hidden /> {error}
        </p>
      )}
      {groups.map(([chapter, list]) => (
        <section key={chapter} className={styles.chapter} aria-label={chapterWords(chapter)}>
          <h4>{chapterWords(chapter)}</h4>
          <ul className={styles.cards}>
            {list.map((entry) => (
              <li key={entry.id}>
                <Card entry={entry} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  )
}

export const chapterWords = (chapter: string): string =>
  chapters[chapter] ? `${chapter} ${say(chapters[chapter])}` : 'Cannot be shown'

/** Requested with each connection, because the files may have changed meanwhile. */
export function useGallery(): { readonly entries: readonly Entry[] | undefined; readonly error: string | undefined } {
  const open = useEngine((s) => s.link === 'open')
  const [entries, setEntries] = useState<readonly Entry[] | undefined>()
  const [error, setError] = useState<string | undefined>()
  useEffect(() => {
    if (!open) return
    let left = false
    request('gallery', {}).then(
      (result) => {
        if (left) return
        setEntries(result.entries)
        setError(undefined)
      },
      (reason: unknown) => !left && setError(wordsOfError(reason)),
    )
    return () => {
      left = true
    }
  }, [open])
  return { entries, error }
}
