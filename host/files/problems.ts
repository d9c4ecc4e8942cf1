/** Errors of the file system and the decoder as named problems. */
import { dirname } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ProblemCode } from '../../engine/types/words.ts'

const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const codes: Record<'read' | 'write' | 'make' | 'folder', Readonly<Record<string, ProblemCode>>> = {
  read: {
    ELOOP: 'file.link-circle',
    ENAMETOOLONG: 'file.name-too-long',
    ENOENT: 'file.missing',
    ENOTDIR: 'file.missing',
    EACCES: 'file.denied',
    EPERM: 'file.denied',
    EISDIR: 'file.is-a-folder',
  },
  write: {
    ELOOP: 'file.link-circle',
    ENAMETOOLONG: 'file.name-too-long',
    ENOENT: 'file.folder-missing',
    ENOTDIR: 'file.not-a-folder',
    EACCES: 'file.write-denied',
    EPERM: 'file.write-denied',
    EROFS: 'file.write-denied',
    EISDIR: 'file.is-a-folder',
    ENOSPC: 'file.disk-full',
    EDQUOT: 'file.disk-full',
  },
  make: {
    ELOOP: 'file.link-circle',
    ENAMETOOLONG: 'file.name-too-long',
    ENOTDIR: 'file.not-a-folder',
    EACCES: 'file.write-denied',
    EPERM: 'file.write-denied',
    EROFS: 'file.write-denied',
    ENOSPC: 'file.disk-full',
    EDQUOT: 'file.disk-full',
  },
  folder: {
    ELOOP: 'file.link-circle',
    ENAMETOOLONG: 'file.name-too-long',
    ENOENT: 'file.folder-missing',
    ENOTDIR: 'file.not-a-folder',
    EACCES: 'file.folder-denied',
    EPERM: 'file.folder-denied',
  },
}

const aboutFolder: ReadonlySet<ProblemCode> = new Set(['file.folder-missing', 'file.not-a-folder'])

/** @param path as in the document, for the message. */
export function fileProblem(error: unknown, path: string, doing: keyof typeof codes): SightlineError {
  if (error instanceof SightlineError) return error
  const code =
    codes[doing][errno(error) ?? ''] ??
    (doing === 'read' || doing === 'folder' ? 'file.read-failed' : 'file.write-failed')
  // For a file being written, only its folder can be missing.
  const named = doing === 'write' && aboutFolder.has(code) ? dirname(path) : path
  return new SightlineError(code, { path: named, message: messageOf(error) }, error)
}

/** The decoder's message about a damaged file, shortened to its first line. */
export const decoderMessage = (error: unknown): string =>
  (messageOf(error).split('\n')[0] ?? '').replace(/^Input (file|buffer)( has corrupt header)?:?\s*/i, '').trim() ||
  'its header cannot be read'

/** What decoders say of a sound file that they cannot read. */
const unsupported =
  /unsupported|not (yet )?(supported|configured|implemented)|sorry|can ?not handle|(does|is) not support|unknown compression|omitted at compile time|bad labq|out of range|whole number of bytes|not (at least )?\d+ (bands|samples)|improper jpeg component/i

/** A picture that the decoder refused: not supported where it says so, otherwise damaged. @param shown for the message */
export function decoderProblem(error: unknown, shown: string): SightlineError {
  const message = decoderMessage(error)
  return unsupported.test(message)
    ? new SightlineError('file.unsupported', { path: shown, given: `what its decoder cannot read (${message})` }, error)
    : new SightlineError('file.truncated', { path: shown, message }, error)
}

/** The decoder's own words where all that it says first is that a warning counts as an error. */
export function warningOf(complaint: unknown): string {
  const [first = '', second = ''] = messageOf(complaint).split('\n')
  return /^warning treated as error/i.test(first) && second ? second.trim() : decoderMessage(complaint)
}
