/** What jobs say on stderr while `sightline run` waits for them: that they were resumed, and now and then how far they are. */
import type { NodeReport } from '../../engine/protocol/reports.ts'
import { say } from '../terminal/say.ts'

/** How often progress is told, in ms. */
const INTERVAL = 10_000

export function jobTeller(write: (line: string) => void = say): (node: string, report: NodeReport) => void {
  const said = new Map<string, string>()
  const last = new Map<string, number>()
  return (node, { job, note, progress }) => {
    if (!job) return
    if (note !== undefined && said.get(node) !== note) {
      said.set(node, note)
      write(`sightline: ${node}: ${note}`)
    }
    const now = performance.now()
    const before = last.get(node)
    if (before === undefined) last.set(node, now)
    if (!progress || before === undefined || now - before < INTERVAL) return
    last.set(node, now)
    write(`sightline: ${node}: ${Math.round(progress.fraction * 100)} %${progress.say ? `, ${progress.say}` : ''}`)
  }
}
