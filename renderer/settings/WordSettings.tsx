/** Another language for the window, from a file. */
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import { count } from '../ui/numbers.ts'
import { allTexts } from '../words/all.ts'
import { readWords, template, type Words } from '../words/file.ts'
import { setWords, useWords } from '../words/store.ts'
import { Row } from './Row.tsx'
import styles from './SettingsDialog.module.css'

const saveTemplate = (words: Words): void =>
  download(new Blob([`${JSON.stringify(words, null, 2)}\n`], { type: 'application/json' }), 'sightline-words.json')

export function WordSettings() {
  const words = useWords((s) => s.words)
  const unknown = useWords((s) => s.unknown)
  const load = async (file: File | undefined): Promise<void> => {
    if (!file) return
    try {
      const { words, unknown } = readWords(await file.text(), file.name, await allTexts())
      setWords(words, unknown)
    } catch (error) {
      notifyError(error)
    }
  }
  const said = words && Object.keys(words.problems).length + Object.keys(words.texts).length
  return (
    <>
      <Row
        label={words ? words.language : 'English'}
        help={
          words
            ? `${count(said ?? 0, 'entry', 'entries')} of your file; what it leaves out is in English.`
            : 'A language file translates the window. Gallery and lessons stay as written.'
        }
      >
        <label className={styles.file}>
          Choose a file…
          <input
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              void load(event.target.files?.[0])
              event.target.value = ''
            }}
          />
        </label>
        {words && <Button onClick={() => setWords(undefined)}>Back to English</Button>}
      </Row>
      {unknown.length > 0 && (
        <p className={styles.foot} role="status">
          Ignored, because this Sightline has no such text: {unknown.slice(0, 5).join(', ')}
          {unknown.length > 5 && ` and ${unknown.length - 5} more`}.
        </p>
      )}
      <Row
        label="Template"
        help="Every text in English. Replace the values on the right; {names in braces} are filled in and must stay."
      >
        <Button onClick={() => allTexts().then((texts) => saveTemplate(template(texts)), notifyError)}>
          Save the template
        </Button>
      </Row>
    </>
  )
}
