/** What the nodes that run a model from a file have in common: sockets are the model's inputs and outputs, by their names. */

import type { ModelPort } from '../engine/graph/models.ts'
import type { NodeContext, ShapeContext, Sockets } from '../engine/graph/node.ts'
import { checkKnown, describePort } from '../engine/models/check.ts'
import { param } from '../engine/types/param.ts'
import type { ModelExpects } from '../engine/values/expects.ts'
import type { Shape, TensorShape, TensorValue, Value } from '../engine/values/index.ts'
import type { SocketSpec } from '../engine/values/socket.ts'

export const modelFile = (accept: readonly string[], help: string) =>
  param.file({ default: '', mode: 'open', accept, label: 'File', help })

/** Inner tensors that a person wants to see become outputs. */
export const tapsParam = param.text({
  default: '',
  label: 'Inner tensors',
  help: 'Layers whose results become outputs too: their names as the file has them, with commas between.',
})

/** Names with commas between, each once. */
export const tapsIn = (taps: string): readonly string[] => [
  ...new Set(
    taps
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  ),
]

/** An input takes any axes: which is which, only the person knows. The shape is checked when the model runs. */
const input = (port: ModelPort, expects: ModelExpects | undefined): SocketSpec => ({
  type: 'tensor',
  ...(port.dtype.startsWith('float') && { dtypes: ['float32'] }),
  ...(expects && { expects }),
  help: expects ? `${describePort(port)}. ${expects.words}` : describePort(port),
})

const output = (port: ModelPort): SocketSpec => ({
  type: 'tensor',
  ...(port.axes && { axes: [port.axes.join('')] }),
  help: describePort(port),
})

const byName = <T>(ports: readonly ModelPort[], make: (port: ModelPort) => T): Record<string, T> =>
  Object.fromEntries(ports.map((port) => [port.name, make(port)]))

const tap: SocketSpec = { type: 'tensor', help: 'An inner tensor.' }

export async function socketsOfModel(path: string, taps: string, { models }: ShapeContext): Promise<Sockets> {
  const { inputs, outputs, expects = [] } = await models.describe(path)
  const expected = (port: ModelPort): SocketSpec =>
    input(
      port,
      expects.find(({ input }) => input === port.name),
    )
  const inner = Object.fromEntries(tapsIn(taps).map((name) => [name, tap]))
  return { inputs: byName(inputs, expected), outputs: { ...inner, ...byName(outputs, output) } }
}

const isShape = (given: unknown): given is Shape => typeof given === 'object' && given !== null && 'kind' in given

/**
 * Of the outputs whose every length the file states.
 * @param given what is known of the inputs, by name, among parameters
 * @throws what `models.run` would of shapes that are known
 */
export async function shapesOfModel(
  path: string,
  given: Readonly<Record<string, unknown>>,
  { models }: ShapeContext,
): Promise<Record<string, Shape>> {
  const { inputs, outputs } = await models.describe(path)
  const known = inputs.flatMap(({ name }): [string, TensorShape][] => {
    const shape = given[name]
    return isShape(shape) && shape.kind === 'tensor' ? [[name, shape]] : []
  })
  checkKnown({ inputs }, Object.fromEntries(known))
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
  taps: string,
  { models, inputs, wants }: NodeContext,
): Promise<Readonly<Record<string, TensorValue>>> {
  const tensors = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (isTensor(value) ? [[name, value]] : [])),
  )
  return models.run(path, tensors, {
    outputs: wants,
    taps: tapsIn(taps).filter(wants),
  })
}

/** The output `weights`. Until there is a name it has no axes. */
export async function socketsOfWeights(path: string, name: string, { models }: ShapeContext): Promise<Sockets> {
  const weight = (await models.describe(path)).weights?.find((one) => one.name === name)
  const weights: SocketSpec = { type: 'tensor', ...(weight && { axes: [weight.axes.join('')] }) }
  return { inputs: {}, outputs: { weights } }
}

export async function shapesOfWeights(path: string, name: string, { models }: ShapeContext) {
  const weight = (await models.describe(path)).weights?.find((one) => one.name === name)
  if (!weight?.dtype.startsWith('float')) return {}
  const { shape, axes } = weight
  return { weights: { kind: 'tensor', shape, axes } satisfies Shape }
}
