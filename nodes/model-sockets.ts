/** What the nodes that run a model from a file have in common: sockets are the model's inputs and outputs, by their names. */

import type { ModelPort } from '../engine/graph/models.ts'
import type { NodeContext, ShapeContext, Sockets } from '../engine/graph/node.ts'
import { describePort } from '../engine/models/check.ts'
import { param } from '../engine/types/param.ts'
import type { Shape, TensorValue, Value } from '../engine/values/index.ts'
import type { SocketSpec } from '../engine/values/socket.ts'

export const modelFile = (accept: readonly string[], help: string) =>
  param.file({ default: '', mode: 'open', accept, label: 'File', help })

/** An input takes any axes: which is which, only the person knows. The shape is checked when the model runs. */
const input = (port: ModelPort): SocketSpec => ({
  type: 'tensor',
  ...(port.dtype.startsWith('float') && { dtypes: ['float32'] }),
  help: describePort(port),
})

const output = (port: ModelPort): SocketSpec => ({
  type: 'tensor',
  ...(port.axes && { axes: [port.axes.join('')] }),
  help: describePort(port),
})

const byName = <T>(ports: readonly ModelPort[], make: (port: ModelPort) => T): Record<string, T> =>
  Object.fromEntries(ports.map((port) => [port.name, make(port)]))

export async function socketsOfModel(path: string, { models }: ShapeContext): Promise<Sockets> {
  const { inputs, outputs } = await models.describe(path)
  return { inputs: byName(inputs, input), outputs: byName(outputs, output) }
}

/** Of the outputs whose every length the file states. */
export async function shapesOfModel(path: string, { models }: ShapeContext): Promise<Record<string, Shape>> {
  const { outputs } = await models.describe(path)
  return Object.fromEntries(
    outputs.flatMap(({ name, dtype, shape, axes }): [string, Shape][] => {
      const lengths = shape?.filter((length) => typeof length === 'number')
      // Which of the other numbers it becomes, only the run tells.
      if (!shape || !axes || lengths?.length !== shape.length || dtype !== 'float32') return []
      return [[name, { kind: 'tensor', shape: lengths, axes }]]
    }),
  )
}

const isTensor = (value: Value): value is TensorValue => value.kind === 'tensor'

/** The outputs that somebody wants. */
export async function runModel(
  path: string,
  { models, inputs, wants }: NodeContext,
): Promise<Readonly<Record<string, TensorValue>>> {
  const { outputs } = await models.describe(path)
  const tensors = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (isTensor(value) ? [[name, value]] : [])),
  )
  return models.run(path, tensors, { outputs: outputs.map(({ name }) => name).filter(wants) })
}
