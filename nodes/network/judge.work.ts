import { defineWork } from '../../engine/types/work.ts'
import { softmax } from '../softmax.ts'

export interface JudgeInput {
  /** What the network gave for each look at the examples: (N, classes, sites) each. */
  readonly looks: readonly Float32Array[]
  /** (N, sites); a class beyond the last does not count. */
  readonly targets: Int32Array
  readonly classes: number
  readonly sites: number
}

export interface Judged {
  /** (N, sites): the class with the largest mean probability. */
  readonly found: Int32Array
  /** (N): the mean cross-entropy of its sites. */
  readonly losses: Float64Array
  readonly hits: number
  readonly counted: number
}

/** Answers of a network beside the right ones. */
export const judge = defineWork({
  name: 'network/judge',
  run({ looks, targets, classes, sites }: JudgeInput, context): Judged {
    const count = targets.length / sites
    const [found, losses] = [new Int32Array(count * sites), new Float64Array(count)]
    let [hits, counted] = [0, 0]
    const own = new Float32Array(classes)
    const shares = new Float64Array(classes)
    for (let i = 0; i < count && !context.cancelled; i++) {
      let some = 0
      let loss = 0
      for (let site = 0; site < sites; site++) {
        shares.fill(0)
        for (const scores of looks) {
          for (let id = 0; id < classes; id++) own[id] = scores[(i * classes + id) * sites + site] ?? 0
          for (const [id, share] of softmax(own).entries()) shares[id] = (shares[id] ?? 0) + share / looks.length
        }
        let best = 0
        for (let id = 1; id < classes; id++) if ((shares[id] ?? 0) > (shares[best] ?? 0)) best = id
        found[i * sites + site] = best
        const right = targets[i * sites + site] ?? 0
        if (right >= classes) continue
        some++
        if (best === right) hits++
        loss -= Math.log(Math.max(shares[right] ?? 0, 1e-30))
      }
      losses[i] = loss / Math.max(1, some)
      counted += some
    }
    return { found, losses, hits, counted }
  },
})
