/**
 * `npm run bench [-- SUITE] [--json] [--only TEXT] [--threads N] [--adapter NAME]`: measures us against others in the same run.
 * A ratio below 1 means that we are faster.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { machine, type Row, type Suite, table } from './report.ts'

/** Each suite loads what it needs only when it runs: without a window suite, no browser need be installed. */
const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  ops: async () => (await import('./ops.ts')).ops,
  classical: async () => (await import('./classical.ts')).classical,
  gpu: async () => (await import('./gpu.ts')).gpu,
  engine: async () => (await import('./engine.ts')).engine,
  full: async () => (await import('./full.ts')).full,
  slider: async () => (await import('./slider.ts')).slider,
  canvas: async () => (await import('./canvas.ts')).canvas,
  live: async () => (await import('./live.ts')).live,
  marks: async () => (await import('./marks.ts')).marks,
  models: async () => (await import('./models.ts')).models,
  overhead: async () => (await import('./overhead.ts')).overheadOnly,
  throughput: async () => (await import('./throughput.ts')).throughput,
  network: async () => (await import('./network.ts')).network,
  sam: async () => (await import('./sam.ts')).sam,
  scene: async () => (await import('./scene.ts')).sceneBench,
  splats: async () => (await import('./splats.ts')).splats,
  loading: async () => (await import('./splat-loading.ts')).loading,
  'splat-training': async () => (await import('./splat-training.ts')).splatTraining,
  inference: async () => (await import('./inference.ts')).inference,
  training: async () => (await import('./training.ts')).training,
  learn: async () => (await import('./learn.ts')).learn,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    only: { type: 'string' },
    threads: { type: 'string' },
    adapter: { type: 'string' },
  },
})
const unknown = positionals.filter((name) => !(name in suites))
if (unknown.length) {
  console.error(`There is no suite "${unknown[0]}"; there are ${Object.keys(suites).join(', ')}.`)
  process.exit(2)
}
const threads = Number(values.threads ?? Math.min(availableParallelism(), 8))
const rows: Row[] = []
const print = table((line) => console.log(line))
const say = (line: string): void => (values.json ? console.error(line) : console.log(line))
say(machine(threads))
for (const name of positionals.length ? positionals : Object.keys(suites)) {
  const suite = await suites[name]?.()
  await suite?.({
    threads,
    say,
    ...(values.only !== undefined && { only: values.only }),
    ...(values.adapter !== undefined && { adapter: values.adapter }),
    report: (row) => {
      rows.push(row)
      if (!values.json) print(row)
    },
  })
}
if (values.json)
  console.log(JSON.stringify({ machine: machine(threads), date: new Date().toISOString(), rows }, null, 2))
process.exit(0)
