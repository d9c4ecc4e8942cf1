/** Rewrites a .ply in a thread of its own, so that the window goes on. */

import { toPlainPly } from '../../../engine/protocol/ply/plain.ts'
import { toProblem } from '../../../engine/types/problem.ts'

interface Thread {
  onmessage: ((event: MessageEvent<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }>) => void) | null
  postMessage(message: unknown, transfer: readonly Transferable[]): void
}
const thread = self as unknown as Thread

thread.onmessage = ({ data: { bytes, name } }) => {
  try {
    const plain = toPlainPly(bytes, name)
    thread.postMessage({ plain }, [plain.bytes.buffer])
  } catch (error) {
    thread.postMessage({ problem: toProblem(error) }, [])
  }
}
