/** What went wrong with an update, in our words: the library that fetches it has codes for some failures and sentences for others. */
import { type Problem, toProblem } from '../engine/types/problem.ts'
import type { ProblemCode } from '../engine/types/words.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_CHECKSUM_MISMATCH: 'update.not-genuine',
  ERR_UPDATER_INVALID_SIGNATURE: 'update.not-genuine',
  ERR_UPDATER_CHANNEL_FILE_NOT_FOUND: 'update.absent',
  ERR_UPDATER_NO_FILES_PROVIDED: 'update.absent',
  ERR_UPDATER_ASSET_NOT_FOUND: 'update.absent',
  ERR_UPDATER_INVALID_UPDATE_INFO: 'update.unreadable',
  ERR_UPDATER_INVALID_VERSION: 'update.unreadable',
}

function codeOf(code: string, message: string): ProblemCode {
  const known = codes[code]
  if (known) return known
  // Blocked by the connection's guard.
  if (message.includes('ERR_BLOCKED_BY_CLIENT')) return 'update.insecure'
  if (/status 404/.test(message)) return 'update.absent'
  if (/net::ERR_|timed out|aborted by the server|status \d{3}/.test(message) || code.startsWith('HTTP_ERROR'))
    return 'update.unreachable'
  return 'update.failed'
}

export function updateProblem(error: unknown): Problem {
  const { code } = (error ?? {}) as { code?: unknown }
  const { message } = toProblem(error).params
  // Addresses, headers and stacks follow on further lines.
  const [first = ''] = String(message).split('\n')
  return { code: codeOf(String(code), first), params: { message: first.slice(0, 300) } }
}
