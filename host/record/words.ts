/** The text of a comparison. */
import { visible } from '../terminal/visible.ts'
import { table } from '../text/table.ts'
import type { Comparison, InputDifference, OutputDifference } from './compare.ts'

const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'none' : String(Number(value.toPrecision(6)))

const short = (text = 'none'): string => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text)

function inputWords({ verdict, was, is }: InputDifference): string {
  switch (verdict) {
    case 'same':
      return 'the same'
    case 'changed':
      return `changed: SHA-256 was ${short(was)}, is ${short(is)}`
    case 'missing':
      return 'was read then, not now'
    case 'new':
      return 'is read now, was not then'
  }
}

function outputWords({ verdict, was, is, apart }: OutputDifference): string {
  if (verdict === 'same') return 'the same, bit for bit'
  if (verdict === 'missing') return 'missing: it was made then, not now'
  if (verdict === 'new') return 'new: it is made now, was not then'
  if (was?.shape?.join() !== is?.shape?.join())
    return `differs: was ${was?.shape?.join(' × ')}, is ${is?.shape?.join(' × ')}`
  if (apart) {
    const odd = apart.notFinite > 0 ? `, ${apart.notFinite} numbers finite in one only` : ''
    return `differs by at most ${figure(apart.maxAbs)}, PSNR ${apart.psnr.toFixed(2)} dB${odd}`
  }
  const figures = (['min', 'max', 'mean'] as const).map((name) => {
    const [a, b] = [figure(was?.[name]), figure(is?.[name])]
    return a === b ? `${name} ${a}` : `${name} was ${a}, is ${b}`
  })
  return was?.mean === undefined ? 'differs' : `differs: ${figures.join('; ')}`
}

const elementWords = (element: readonly number[] | undefined): string =>
  element ? ` ${element.map((index) => index + 1).join('.')}` : ''

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

export function comparisonText({ record, made, pipeline, machine, inputs, outputs }: Comparison): string {
  const differ = outputs.filter(({ verdict }) => verdict !== 'same').length
  const changed = inputs.filter(({ verdict }) => verdict === 'changed').length
  const others = inputs.filter(({ verdict }) => verdict === 'missing' || verdict === 'new').length
  const rows = [
    ...(pipeline === 'changed' ? [['pipeline', '', 'was edited in the record']] : []),
    ...machine.map(({ what, was, is, matters }) => [
      'machine',
      what,
      `was ${short(was)}, is ${short(is)}${matters ? '' : ' (changes no numbers)'}`,
    ]),
    ...inputs.map((input) => ['input', `${input.node} ${input.path}`, inputWords(input)]),
    ...outputs.map((output) => ['output', `${output.output}${elementWords(output.element)}`, outputWords(output)]),
  ]
  const causes = [
    ...(pipeline === 'changed' ? ['the pipeline was edited'] : []),
    ...(changed > 0 ? [`${plural(changed, 'input')} changed`] : []),
    ...(others > 0 ? [`${plural(others, 'input')} read only then or only now`] : []),
    ...(machine.some(({ matters }) => matters) ? ['other versions computed it'] : []),
  ]
  const summary =
    outputs.length === 0
      ? 'There is no output to compare.'
      : differ === 0
        ? `All ${plural(outputs.length, 'output')} the same, bit for bit.`
        : `${differ} of ${plural(outputs.length, 'output')} differ${differ === 1 ? 's' : ''}${causes.length > 0 ? `; ${causes.join(', ')}` : ''}.`
  return [visible(`Compared with ${record} of ${made}:`), table(rows), summary].join('\n')
}
