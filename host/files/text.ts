/** Small files of text. */
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileRef } from './decode.ts'
import { withFile } from './open.ts'

/** Lists of names take a few kilobytes. */
const usual = 1 << 20

/**
 * @param most bytes
 * @throws `file.not-text` for what is not UTF-8, has control characters, or is larger, and other `file.*`
 */
export const readText = ({ real, shown }: FileRef, most = usual): Promise<string> =>
  withFile(real, shown, async (handle, bytes) => {
    const wrong = (given: string) => new SightlineError('file.not-text', { path: shown, given, most: most / usual })
    if (bytes > most) throw wrong(`a file of ${(bytes / 1e6).toFixed(1)} MB`)
    const content = await handle.readFile()
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    } catch {
      throw wrong('a file of another kind, or text that is not in UTF-8')
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what tells text from other files
    if (/[\u0000-\u0008\u000e-\u001f]/.test(text)) throw wrong('a file of another kind')
    return text
  })
