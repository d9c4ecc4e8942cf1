/** What Sightline is made of: every part with its licence, searchable. A text is loaded when it is opened. */
import { useEffect, useMemo, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './Licences.module.css'

/** A line of `licences/index.json` (`host/build/licences.ts`). */
interface Entry {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly note?: string
  readonly file: string
}

type Loaded<T> = T | 'failed' | undefined

/** A file of the list; undefined until it has come. */
function useFile<T>(name: string | undefined, read: (response: Response) => Promise<T>): Loaded<T> {
  const [got, setGot] = useState<{ readonly name: string; readonly value: T | 'failed' }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is always the same.
  useEffect(() => {
    if (name === undefined) return
    let gone = false
    const put = (value: T | 'failed'): void => {
      if (!gone) setGot({ name, value })
    }
    async function load(): Promise<T | 'failed'> {
      const response = await fetch(`./licences/${name}`)
      return response.ok ? read(response) : 'failed'
    }
    load().then(put, () => put('failed'))
    return () => {
      gone = true
    }
  }, [name])
  return got?.name === name ? got?.value : undefined
}

const asEntries = async (response: Response): Promise<readonly Entry[]> => (await response.json()) as Entry[]
const asText = (response: Response): Promise<string> => response.text()

function Text({ entry, onBack }: { entry: Entry; onBack: () => void }) {
  const text = useFile(entry.file, asText)
  return (
    <section aria-label="Licence" className={styles.one}>
      <div className={styles.heading}>
        <Button small onClick={onBack} autoFocus>
          All parts
        </Button>
        <strong translate="no">
          {entry.name} {entry.version}
        </strong>
        <span translate="no">{entry.licence}</span>
      </div>
      {entry.note && (
        <p className={styles.note} translate="no">
          {entry.note}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: A long text is scrolled with the keyboard. */}
      <pre tabIndex={0} translate="no" className={styles.text}>
        {text === 'failed' ? '' : text}
      </pre>
      {text === 'failed' && <p>This text could not be loaded.</p>}
    </section>
  )
}

export function Licences() {
  const entries = useFile('index.json', asEntries)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Entry>()
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    const all = entries === 'failed' || !entries ? [] : entries
    return all.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(wanted))
  }, [entries, search])
  if (chosen) return <Text entry={chosen} onBack={() => setChosen(undefined)} />
  if (entries === 'failed') return <p>The list of licences could not be loaded.</p>
  return (
    <section aria-label="Licences" className={styles.all}>
      <p className={styles.note}>
        Sightline is made of these parts. Each has its own licence; most permit any use. Pictures are read by libvips, a
        library of its own under the LGPL, which you may replace.
      </p>
      <input
        className={styles.search}
        type="search"
        placeholder="Search"
        aria-label="Search the parts"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className={styles.list} translate="no">
        {found.map((entry) => (
          <li key={`${entry.name} ${entry.version} ${entry.file}`}>
            <button type="button" onClick={() => setChosen(entry)}>
              <span>
                {entry.name} {entry.version}
              </span>
              <span className={styles.licence}>{entry.licence}</span>
            </button>
          </li>
        ))}
      </ul>
      {entries && found.length === 0 && <p>No part matches.</p>}
    </section>
  )
}
