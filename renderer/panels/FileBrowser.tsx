/**
 * The files of the machine that computes: breadcrumbs, a list for mouse and keyboard (arrows, Enter, Backspace goes up, letters
 * find), a filter by extension, and a field for a name. Errors appear in place of the list.
 */
import { ArrowUp, CircleAlert, File, Folder as FolderIcon, FolderPlus, History, Image } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { pictureExtensions } from '../../engine/types/pictures.ts'
import { request } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu } from '../ui/Menu.tsx'
import { formatBytes } from '../ui/numbers.ts'
import { Select } from '../ui/Select.tsx'
import styles from './FileBrowser.module.css'
import { wordsOfError } from './files.ts'
import { recentFolders } from './folders.ts'
import { accepted, crumbs, joined } from './paths.ts'
import type { Entry, Folder } from './useFolder.ts'

interface FileBrowserProps {
  readonly folder: Folder
  readonly kind: 'file' | 'folder' | 'save'
  /** Extensions without the dot. */
  readonly accept?: readonly string[] | undefined
  readonly name: string
  readonly onName: (name: string) => void
  /** Enter or a double click on a file (or Enter in the name field). */
  readonly onEnter: (entry?: Entry) => void
}

/** ".png .jpg .jpeg …" */
const extensionWords = (accept: readonly string[]): string =>
  [...accept.slice(0, 3).map((extension) => `.${extension}`), ...(accept.length > 3 ? ['…'] : [])].join(' ')

function visible(
  entries: readonly Entry[],
  kind: FileBrowserProps['kind'],
  accept: readonly string[] | undefined,
): Entry[] {
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .filter((entry) => entry.folder || (kind !== 'folder' && accepted(entry.name, accept)))
    .sort((a, b) => Number(b.folder) - Number(a.folder) || order.compare(a.name, b.name))
}

export function FileBrowser({ folder, kind, accept, name, onName, onEnter }: FileBrowserProps) {
  const id = useId()
  const [all, setAll] = useState(false)
  const [active, setActive] = useState(0)
  const [making, setMaking] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  /** Typed before the folder was listed: matched once the list arrives. */
  const early = useRef({ text: '', enter: false })
  const { listing, error, loading } = folder
  const entries = useMemo(
    () => visible(listing?.entries ?? [], kind, all ? undefined : accept),
    [listing, kind, all, accept],
  )
  const path = listing?.path
  const nothing = loading ? 'Looking…' : kind === 'folder' ? 'No folders here.' : 'No matching files here.'
  const words = error ?? (entries.length === 0 ? nothing : undefined)
  const tone = error ? 'error' : undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: another folder starts at its top
  useEffect(() => {
    setActive(0)
    list.current?.scrollTo(0, 0)
  }, [path])

  const choose = (at: number): void => {
    setActive(at)
    const entry = entries[at]
    if (entry && (!entry.folder || kind === 'folder')) onName(entry.name)
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const enter = (entry: Entry | undefined): void => {
    if (entry?.folder) folder.go(entry.path)
    else if (entry) onEnter(entry)
  }
  const startsWith = (text: string): number =>
    entries.findIndex((entry) => entry.name.toLowerCase().startsWith(text.toLowerCase()))
  const find = (letter: string): void => {
    const now = performance.now()
    typed.current = { text: now - typed.current.at < 700 ? typed.current.text + letter : letter, at: now }
    const at = startsWith(typed.current.text)
    if (at >= 0) choose(at)
  }
  useEffect(() => {
    const { text, enter: entered } = early.current
    if (loading || !text) return
    early.current = { text: '', enter: false }
    const at = startsWith(text)
    if (at < 0) return
    choose(at)
    if (entered) enter(entries[at])
  })
  const key = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }
    const move = event.key === 'Home' ? -Infinity : event.key === 'End' ? Infinity : moves[event.key]
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey
    if (loading && letter) early.current = { text: early.current.text + event.key, enter: false }
    else if (loading && event.key === 'Enter') early.current.enter = true
    else if (move !== undefined) choose(Math.max(0, Math.min(entries.length - 1, active + move)))
    else if (event.key === 'Enter') enter(entries[active])
    else if (event.key === 'Backspace' || (event.key === 'ArrowUp' && event.altKey))
      listing?.parent && folder.go(listing.parent)
    else if (letter) find(event.key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.browser}>
      <nav className={styles.crumbs} aria-label="Folder">
        <IconButton
          small
          icon={ArrowUp}
          label="The folder above"
          shortcut="Backspace"
          disabled={!listing?.parent}
          onClick={() => listing?.parent && folder.go(listing.parent)}
        />
        <ol>
          {path &&
            crumbs(path).map((crumb, at, every) => (
              <li key={crumb.path}>
                <button
                  type="button"
                  translate="no"
                  aria-current={at === every.length - 1 ? 'page' : undefined}
                  onClick={() => folder.go(crumb.path)}
                >
                  {crumb.name}
                </button>
              </li>
            ))}
        </ol>
        <RecentFolders folder={folder} />
        {kind !== 'file' && (
          <IconButton
            small
            icon={FolderPlus}
            label="New folder"
            disabled={!path}
            pressed={making}
            onClick={() => setMaking(!making)}
          />
        )}
      </nav>
      {making && path && <NewFolder folder={folder} path={path} onDone={() => setMaking(false)} />}
      <div
        ref={list}
        className={styles.list}
        role="listbox"
        tabIndex={0}
        data-begin={kind === 'save' ? undefined : true}
        aria-label="Files"
        aria-busy={loading}
        aria-activedescendant={entries[active] && `${id}-${active}`}
        onKeyDown={key}
      >
        {words ? (
          // A list needs an option; this one cannot be chosen, and keys still lead out of the folder.
          <div
            role="option"
            aria-disabled
            aria-selected={false}
            tabIndex={-1}
            className={styles.message}
            data-tone={tone}
          >
            {error && <CircleAlert size={16} aria-hidden />}
            {words}
          </div>
        ) : (
          entries.map((entry, at) => {
            const Icon = entry.folder ? FolderIcon : accepted(entry.name, pictureExtensions) ? Image : File
            return (
              <div
                key={entry.path}
                id={`${id}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === active}
                className={styles.entry}
                data-named={entry.name === name || undefined}
                onPointerDown={() => choose(at)}
                onDoubleClick={() => enter(entry)}
              >
                <Icon
                  size={15}
                  strokeWidth={1.75}
                  className={styles.icon}
                  data-folder={entry.folder || undefined}
                  aria-hidden
                />
                <span className={styles.name} translate="no">
                  {entry.name}
                </span>
                {!entry.folder && <span className={styles.bytes}>{formatBytes(entry.bytes)}</span>}
              </div>
            )
          })
        )}
      </div>
      <div className={styles.foot}>
        <label htmlFor={`${id}-name`}>{kind === 'folder' ? 'Folder' : 'Name'}</label>
        <input
          id={`${id}-name`}
          className={styles.nameField}
          data-begin={kind === 'save' || undefined}
          value={name}
          spellCheck={false}
          autoComplete="off"
          placeholder={kind === 'save' ? 'Name of the file' : 'Choose above, or type a path'}
          onChange={(event) => onName(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && onEnter()}
        />
        {accept?.length && kind !== 'folder' ? (
          <Select
            label="Which files are listed"
            value={all ? 'all' : 'kind'}
            options={[
              { value: 'kind', label: extensionWords(accept) },
              { value: 'all', label: 'All files' },
            ]}
            onChange={(value) => setAll(value === 'all')}
          />
        ) : null}
      </div>
    </div>
  )
}

/** Where files were chosen before. */
function RecentFolders({ folder }: { folder: Folder }) {
  const paths = recentFolders()
  if (paths.length === 0) return null
  return (
    <Menu
      align="end"
      useItems={() => paths.map((path) => ({ label: path, icon: FolderIcon, perform: () => folder.go(path) }))}
    >
      <button type="button" className={styles.recent} aria-label="Recent folders" title="Recent folders">
        <History size={15} strokeWidth={1.75} aria-hidden />
      </button>
    </Menu>
  )
}

/** Asks for a name, makes the folder here and goes into it. */
function NewFolder({ folder, path, onDone }: { folder: Folder; path: string; onDone: () => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string | undefined>()
  const make = async (): Promise<void> => {
    if (!name.trim()) return
    try {
      folder.go((await request('makeFolder', { path: joined(path, name.trim()) })).path)
      onDone()
    } catch (error) {
      setError(wordsOfError(error))
    }
  }
  return (
    <div className={styles.making}>
      <input
        className={styles.nameField}
        aria-label="Name of the new folder"
        placeholder="Name of the new folder"
        value={name}
        spellCheck={false}
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: it was asked for
        autoFocus
        onChange={(event) => {
          setName(event.target.value)
          setError(undefined)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          if (event.key === 'Escape') onDone()
          else void make()
        }}
      />
      <Button small disabled={!name.trim()} onClick={() => void make()}>
        Create
      </Button>
      {error && (
        <p className={styles.problem} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
