/** For tests: a job that trains a line, as a network would be trained: epoch by epoch in a worker, with a curve. */
import { defineNode, type NodeDefinition } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { PlotValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type LineState, lineEpoch } from './line.work.ts'

const plotOf = ({ loss }: LineState, epochs: number): PlotValue => ({
  kind: 'plot',
  x: { label: 'epoch', range: [1, epochs] },
  series: [{ name: 'loss', values: [...loss] }],
})

/** The exact bits: what goes on from here comes to the same numbers. */
const bytesOf = ({ epoch, slope, intercept, loss }: LineState): Uint8Array =>
  new Uint8Array(Float64Array.of(epoch, slope, intercept, ...loss).buffer)

function stateOf(bytes: Uint8Array): LineState {
  const [epoch = 0, slope = 0, intercept = 0, ...loss] = new Float64Array(bytes.slice().buffer)
  return { epoch, slope, intercept, loss: Float64Array.from(loss) }
}

const begin: LineState = { epoch: 0, slope: 0, intercept: 0, loss: new Float64Array(0) }

/** `onEpoch` hears of every epoch that is made. */
export const lineJob = (onEpoch: (epoch: number) => void = () => undefined): NodeDefinition =>
  defineNode({
    type: 'test/line',
    version: 1,
    kind: 'job',
    draft: 'none',
    title: 'Fit a line',
    summary: 'Trains a line by gradient descent.',
    inputs: { through: socket.number({ optional: true }) },
    params: {
      slope: param.number({ default: 2 }),
      points: param.integer({ default: 50 }),
      epochs: param.integer({ default: 30 }),
      rate: param.number({ default: 0.5 }),
      ms: param.number({ default: 5 }),
      seed: param.integer({ default: 1 }),
    },
    outputs: { loss: socket.plot(), slope: socket.number(), intercept: socket.number() },
    preview: 'loss',
    run: async ({ through, slope, points, epochs, rate, ms }, { job, work, progress }) => {
      const x = Float64Array.from({ length: points }, (_, i) => i / points)
      const y = x.map((v) => slope * v + (through?.value ?? 0.25) + Math.sin(40 * v) / 10)
      const outputs = (state: LineState) => ({
        loss: plotOf(state, epochs),
        slope: { kind: 'number', value: state.slope } as const,
        intercept: { kind: 'number', value: state.intercept } as const,
      })
      let state = job.resume ? stateOf(job.resume) : begin
      while (state.epoch < epochs) {
        state = await work(lineEpoch, { state, x, y, rate, ms })
        onEpoch(state.epoch)
        progress(state.epoch / epochs, `epoch ${state.epoch} of ${epochs}`)
        await job.emit(outputs(state))
        await job.checkpoint(bytesOf(state))
      }
      return outputs(state)
    },
    explain: { idea: 'Step by step down the slope of the error.', reference: 'Gradient descent' },
  })
