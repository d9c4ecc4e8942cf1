import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { built } from './architectures/index.ts'
import { modernised, steps } from './architectures/modernised.ts'

interface Given {
  readonly steps: number
  readonly classes: number
}

const after = (step: number, classes: number): readonly Layer[] =>
  built(`modernised ${step} ${classes}`, [3, 224, 224], (net) => modernised(net, step, classes))

/** "step 5, 80.6 %": the accuracy is seen at once. */
function nameOf(step: number): string {
  const top1 = steps[step]?.top1
  return `step ${step}${top1 === undefined ? '' : `, ${top1.toFixed(1)} %`}`
}

const network = ({ steps, classes }: Given) =>
  ({ kind: 'network', name: nameOf(steps), layers: after(steps, classes) }) as const

/** A ResNet-50 after some of the seven steps that make it a ConvNeXt-T. Network and a table of the steps so far out. */
export const networkModernise = defineNode({
  type: 'network/modernise',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'ResNet to ConvNeXt',
  alias: 'torchvision.models.convnext_tiny',
  keywords: ['ConvNeXt', 'ResNet', 'modernize', 'patchify', 'depthwise', 'inverted bottleneck', 'layer norm', 'Swin'],
  summary: 'Makes a ResNet-50 a ConvNeXt-T, step by step, and says what each step changes.',
  inputs: {},
  params: {
    steps: param.integer({
      default: 7,
      min: 0,
      max: 7,
      label: 'Steps',
      help: 'How many of the seven steps are taken. 0: ResNet-50, 7: ConvNeXt-T.',
    }),
    classes: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      label: 'Classes',
      help: 'How many numbers come out. 1000 are those of ImageNet.',
    }),
  },
  outputs: { network: socket.network(), table: socket.table() },
  shape: (given) => ({ network: network(given), table: { kind: 'table' } }),
  run: (given) => ({
    network: network(given),
    table: {
      kind: 'table',
      columns: ['step', 'change', 'parameters', 'multiplyAdds', 'top-1 %'],
      rows: steps.slice(0, given.steps + 1).map(({ title, top1 }, i) => {
        const { parameters, multiplyAdds } = totalsOf(after(i, given.classes))
        return [i, title, parameters, multiplyAdds, top1 ?? '']
      }),
    },
  }),
  explain: {
    idea: 'Take a ResNet and give it, one after the other, what transformers do differently: their training, their proportions, patches, a wide view, few activations. Without any attention it becomes as good as they are.',
    reference:
      'Liu et al., A ConvNet for the 2020s, 2022: accuracies on ImageNet-1k of figure 2. They enlarge the kernel last; here it comes with the depthwise convolutions, a network they did not publish. Chapter 6.6.',
    code: 'model = torchvision.models.convnext_tiny(num_classes={classes})',
  },
})
