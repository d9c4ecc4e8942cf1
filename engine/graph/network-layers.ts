/** A network that was built from layers, as the graph that a window draws: layers for operators, dots in their names for scopes. */
import type { NetworkShape } from '../values/index.ts'
import { factsOfAll } from '../values/layers/graph.ts'
import { layerType } from '../values/layers/index.ts'
import { describeDims, type Settings } from '../values/layers/layer.ts'
import type { Network, NetworkOperator, NetworkTensor } from './network.ts'

const wordsOf = (set: Settings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(set).map(([key, value]) => [key, typeof value === 'object' ? value.join(', ') : String(value)]),
  )

/** "layer1.0.conv1" → "layer1/layer1.0/conv1": a number alone would say nothing. */
function scoped(name: string): string {
  const steps = name.split('.')
  const told: string[] = []
  for (const [i, step] of steps.entries()) {
    const around = told.at(-1)
    told.push(/^\d+$/.test(step) && around !== undefined && i > 0 ? `${around}.${step}` : step)
  }
  return told.join('/')
}

/** Shapes are those of a batch of any length N. */
export function networkOfLayers({ layers }: Pick<NetworkShape, 'layers'>): Network {
  const facts = factsOfAll(layers)
  const tensors: Record<string, NetworkTensor> = {}
  const weights: Record<string, NetworkTensor> = {}
  const operators: NetworkOperator[] = []
  for (const [i, { name, type, set, from }] of layers.entries()) {
    const { output = [], weights: own = [], multiplyAdds = 0 } = facts[i] ?? {}
    tensors[name] = { dtype: 'float32', shape: ['N', ...output] }
    if (type === 'input') continue
    for (const { name: called, shape, measured } of own)
      weights[called] = { dtype: 'float32', shape: [...shape], ...(measured && { measured }) }
    const inputs = from.map((at) => layers[at]?.name ?? '')
    const taken = from.map((at) => describeDims(facts[at]?.output ?? [])).join(' and ')
    operators.push({
      name: scoped(name),
      type: layerType(type).title,
      inputs: [...inputs, ...own.map((weight) => weight.name)],
      outputs: [name],
      attributes: {
        ...wordsOf(set),
        takes: taken,
        ...(multiplyAdds > 0 && { 'multiply-adds': Math.round(multiplyAdds).toLocaleString('en-US') }),
      },
    })
  }
  const inputs = layers.flatMap(({ name, type }) => (type === 'input' ? [name] : []))
  return { unit: 'layer', inputs, outputs: layers.slice(-1).map(({ name }) => name), operators, tensors, weights }
}
