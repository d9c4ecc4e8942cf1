/** docs/architectures.md: all architectures as they are counted, beside what was published and what the chapters say. */
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { type Claim, chapterClaims } from '../../nodes/network/architectures/chapter.ts'
import {
  architecture,
  architectureNames,
  architectureTitles,
  inputOf,
} from '../../nodes/network/architectures/index.ts'
import { published } from '../../nodes/network/architectures/published.ts'

const classes = 1000

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')
const billions = (count: number): string => (count / 1e9).toFixed(3)
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const costs = new Map(
  architectureNames.map((name) => [name, totalsOf(architecture(name, name === 'lenet5' ? 10 : classes))] as const),
)

function architectureRow(name: string): string {
  const { parameters = 0, multiplyAdds = 0 } = costs.get(name) ?? {}
  const { year, top1, miou, gmacs, from } = published[name] ?? {}
  const accuracy = top1 !== undefined ? `${top1.toFixed(1)} %` : miou !== undefined ? `mIoU ${miou.toFixed(1)} %` : ''
  return row([
    `${architectureTitles[name]} (\`${name}\`)`,
    String(year ?? ''),
    inputOf(name).join(' × '),
    grouped(parameters),
    billions(multiplyAdds),
    gmacs === undefined ? '' : gmacs.toFixed(3),
    accuracy,
    accuracy ? (from ?? 'torchvision') : '',
  ])
}

/** What is counted or published where the chapter says this. */
function truthOf({ name, of }: Claim): string {
  const { parameters = 0, multiplyAdds = 0 } = costs.get(name) ?? {}
  if (of === 'parameters') return grouped(parameters)
  if (of === 'multiply-adds') return `${billions(multiplyAdds)} G`
  const { top1 } = published[name] ?? {}
  return of === 'top-1' && top1 !== undefined ? `${top1} %` : ''
}

const claimRow = (claim: Claim): string =>
  row([architectureTitles[claim.name] ?? claim.name, claim.says, truthOf(claim), claim.note ?? 'Right.'])

export const architecturesMarkdown = (): string =>
  [
    '# Architectures',
    '',
    'Written by `npm run docs` from the layers of `network/architecture`; do not edit. Names of weights, their shapes and all parameters equal torchvision 0.14 (timm, or Hugging Face’s transformers, for those that it does not have), to the last one. Multiply-adds are those of convolutions, linear layers and attention for one picture, counted by hooks in PyTorch as well; both are compared by `nodes/architectures.test.ts`, and whole outputs with random weights by `nodes/network-outputs.test.ts`.',
    '',
    'Parameters are for 1000 classes (LeNet-5: 10). *Published* are billions of multiply-adds as torchvision’s documentation has them ("GFLOPS"), or the paper; they equal ours within their rounding. Accuracy is top-1 on ImageNet-1k, of torchvision’s first weights (IMAGENET1K_V1) or as cited; of networks that label pixels the mean IoU on 21 classes of VOC, or as cited.',
    '',
    row(['Architecture', 'Year', 'Input', 'Parameters', 'Multiply-adds, G', 'Published, G', 'Accuracy', 'From']),
    row(['---', '---', '---', '--:', '--:', '--:', '--:', '---']),
    ...architectureNames.map(architectureRow),
    '',
    '## What the chapters say',
    '',
    'Chapters 6.2 and 6.6 round, and some of their numbers are slips. Each figure of their tables and lists, beside what is counted or published:',
    '',
    row(['Architecture', 'The chapter', 'Counted, published', '']),
    row(['---', '---', '--:', '---']),
    ...chapterClaims.map(claimRow),
    '',
    'Its other numbers of networks are right: a standard convolution 3 × 3 from 256 to 512 channels takes 1,179,648 multiplications a pixel, the depthwise-separable one 133,376 (8.84 times fewer, "about 9"); pictures of 224 make 196 patches of 16 × 16, and 197 tokens with the class token. "SAM2 (ViT-H), 641M" is the encoder and decoder of the first SAM; SAM 2 has a Hiera.',
    '',
  ].join('\n')
