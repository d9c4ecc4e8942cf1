/** Run records: hashes equal to `sha256sum`, and a repeated run that reports exactly what differs. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { emptyDocument } from '../../engine/graph/document.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Runtime } from '../../engine/types/services.ts'
import { ensureBuild } from '../build/all.ts'
import { createServices } from '../files/services.ts'
import { temporaryFolder } from '../server/testing.ts'
import { modelFolder } from '../store/places.ts'
import { commandLine } from '../testing/cli.ts'
import { apartOf, type Comparison } from './compare.ts'
import { type RunRecord, readRunnable } from './format.ts'
import { Recorder } from './take.ts'

const folder = temporaryFolder()
const { sightline, pipeline } = commandLine(folder)
const at = (name: string): string => join(folder, name)
const noProfile = { ms: 0, between: 0, nodes: [], count: 0 }

/** The outside truth; macOS has it as shasum. */
function sha256sum(data: Uint8Array): string {
  const [command, ...args] = process.platform === 'darwin' ? ['shasum', '-a', '256'] : ['sha256sum']
  return execFileSync(command ?? '', args, { input: data })
    .toString()
    .slice(0, 64)
}
const recordAt = (name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as RunRecord

async function flat(name: string, level: number): Promise<void> {
  const raw = { width: 3, height: 2, channels: 1 } as const
  await sharp(new Uint8Array(6).fill(level), { raw }).toColourspace('b-w').png().toFile(at(name))
}

/** To be damaged. */
type Loose = Pick<RunRecord, 'pipeline' | 'inputs' | 'outputs'>

/** Repeats; `more` are other options. */
async function repeated(record: string, ...more: string[]) {
  const { code, out, err } = await sightline('run', record, '--json', ...more)
  const { comparison } = JSON.parse(out) as { comparison: Comparison }
  return { code, err, ...comparison }
}
const differing = <T extends { verdict: string }>(all: readonly T[]): T[] => all.filter((one) => one.verdict !== 'same')

beforeAll(async () => {
  await ensureBuild({ page: false })
  for (const name of ['photo.jpg', 'other.jpg'])
    copyFileSync(new URL('../../assets/samples/coffee.jpg', import.meta.url), at(name))
  pipeline(
    'all.json',
    [
      { id: 'photo', type: 'io/load-image', params: { path: 'photo.jpg' } },
      { id: 'again', type: 'io/load-image', params: { path: 'photo.jpg' } },
      { id: 'cat', type: 'io/sample-image', params: { name: 'chelsea' } },
      { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 2 } },
      { id: 'save', type: 'io/save-image', params: { path: 'saved.png', depth: '16' } },
      { id: 'compare', type: 'tensor/compare' },
    ],
    [
      ['photo.image', 'blur.image'],
      ['blur.image', 'save.image'],
      ['photo.image', 'compare.image'],
      ['again.image', 'compare.other'],
    ],
  )
  expect((await sightline('run', 'all.json', '--out', 'out', '--raw')).code).toBe(0)
}, 120_000)

describe('a record', () => {
  it('has the hashes of what was read, of what was written, and of what was saved', async () => {
    const { inputs, outputs, pipeline } = recordAt('out/run.json')
    const photo = readFileSync(at('photo.jpg'))
    const cat = readFileSync(new URL('../../assets/samples/chelsea.png', import.meta.url))
    expect(inputs).toEqual([
      { node: 'photo', path: '../photo.jpg', bytes: photo.length, sha256: sha256sum(photo) },
      { node: 'again', path: '../photo.jpg', bytes: photo.length, sha256: sha256sum(photo) },
      { node: 'cat', path: 'chelsea.png', sample: true, bytes: cat.length, sha256: sha256sum(cat) },
    ])
    const hashOf = (node: string, port?: string) =>
      outputs.find((output) => output.node === node && output.port === port)?.sha256
    const npy = readFileSync(at('out/cat.image.npy'))
    expect(hashOf('cat', 'image')).toBe(sha256sum(npy.subarray(10 + npy.readUInt16LE(8))))
    expect(hashOf('compare', 'mse')).toBe(sha256sum(readFileSync(at('out/compare.mse.json'))))
    const saved = await sharp(at('saved.png')).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    expect(hashOf('save')).toBe(sha256sum(saved))
    expect(outputs.find(({ node }) => node === 'save')).toMatchObject({ type: 'uint16', shape: [400, 600, 3] })
    expect(pipeline.folder).toBe('..')
  })

  it('repeats to the same bits on another number of threads, writing nothing', async () => {
    rmSync(at('saved.png'))
    const { code, same, inputs, outputs, machine } = await repeated('out/run.json', '--threads', '1')
    expect([code, same, differing(inputs), differing(outputs)]).toEqual([0, true, [], []])
    expect(outputs.map(({ output }) => output)).toContain('save')
    for (const { what, matters } of machine) expect([what, matters]).toEqual(['threads', false])
    expect(existsSync(at('saved.png'))).toBe(false)
  })

  it('names the output that another parameter changed, and by how much', async () => {
    const text = readFileSync(at('out/run.json'), 'utf8')
    writeFileSync(at('out/edited.json'), text.replace('"sigma": 2 ', '"sigma": 3 '))
    const { code, pipeline, inputs, outputs } = await repeated('out/edited.json')
    expect([code, pipeline, differing(inputs)]).toEqual([1, 'changed', []])
    expect(differing(outputs)).toMatchObject([{ output: 'save', verdict: 'differs' }])
    expect((await sightline('run', 'out/edited.json')).out).toMatch(/^output +save 1 +differs: min was/m)
  })

  it('measures how far numbers are from those beside it', async () => {
    await Promise.all([flat('dark.png', 20), flat('light.png', 100)])
    pipeline('flat.json', [{ id: 'flat', type: 'io/load-image', params: { path: 'dark.png' } }])
    await sightline('run', 'flat.json', '--out', 'flat', '--raw')
    const { code, inputs, outputs } = await repeated('flat/run.json', '--input', 'flat=light.png')
    expect([code, inputs]).toMatchObject([1, [{ node: 'flat', path: '../light.png', verdict: 'changed' }]])
    const { apart } = outputs[0] ?? {}
    expect(apart?.maxAbs).toBeCloseTo(80 / 255, 6)
    expect(apart?.psnr).toBeCloseTo(20 * Math.log10(255 / 80), 4)
    // Without the recorded .npy, from what the record says of them.
    rmSync(at('flat/flat.image.npy'))
    const text = await sightline('run', 'flat/run.json', '--input', 'flat=light.png')
    expect(text.out).toMatch(/flat\.image +differs: min was 0\.0784314, is 0\.392157/)
  })

  it('names an input of which one byte changed, beside it', async () => {
    pipeline('beside.json', [{ id: 'photo', type: 'io/load-image', params: { path: 'other.jpg' } }])
    expect((await sightline('run', 'beside.json', '--record', 'beside.run.json')).code).toBe(0)
    const before = recordAt('beside.run.json').inputs[0]?.sha256
    // After the end of a JPEG: the same picture.
    appendFileSync(at('other.jpg'), 'x')
    const { code, inputs } = await repeated('beside.run.json')
    expect([code, inputs]).toEqual([
      0,
      [
        {
          node: 'photo',
          path: 'other.jpg',
          verdict: 'changed',
          was: before,
          is: sha256sum(readFileSync(at('other.jpg'))),
        },
      ],
    ])
    rmSync(at('other.jpg'))
    const gone = await repeated('beside.run.json')
    expect(gone).toMatchObject({ code: 1, inputs: [{ verdict: 'missing' }], outputs: [{ verdict: 'missing' }] })
    expect(gone.err).toContain('photo: There is no file at "other.jpg"')
  })

  it('knows the pictures of a folder one by one', async () => {
    mkdirSync(at('many'))
    await Promise.all([flat('many/a.png', 10), flat('many/b.png', 20)])
    pipeline('many.json', [{ id: 'many', type: 'io/folder', params: { path: 'many' } }])
    await sightline('run', 'many.json', '--out', 'folder')
    expect((await repeated('folder/run.json')).code).toBe(0)
    renameSync(at('many/b.png'), at('many/c.png'))
    await flat('many/a.png', 30)
    const { inputs, outputs } = await repeated('folder/run.json', '--allow', 'many')
    expect(inputs.map(({ path, verdict }) => [path, verdict])).toEqual([
      ['../many/a.png', 'changed'],
      ['../many/b.png', 'missing'],
      ['../many/c.png', 'new'],
    ])
    expect(outputs.map(({ element, verdict }) => [element, verdict])).toEqual([
      [[0], 'differs'],
      [[1], 'same'],
    ])
  })

  it('is written into a folder that is made for it, and not where there is a file', async () => {
    expect((await sightline('run', 'flat.json', '--record', 'new/one/run.json')).code).toBe(0)
    expect(recordAt('new/one/run.json').inputs).toMatchObject([{ path: '../../dark.png' }])
    const { code, err } = await sightline('run', 'flat.json', '--record', 'flat.json/run.json')
    expect([code, err]).toEqual([2, expect.stringContaining('flat.json')])
  })

  it('is not overwritten by its own repetition', async () => {
    const before = readFileSync(at('out/run.json'))
    const { code, err } = await sightline('run', 'out/run.json', '--out', 'out')
    expect([code, err]).toEqual([2, expect.stringContaining('would overwrite')])
    expect(readFileSync(at('out/run.json'))).toEqual(before)
  })
}, 120_000)

describe('a record of a stranger', () => {
  const elsewhere = temporaryFolder()
  const secret = join(elsewhere, 'secret.png')
  const lying = (change: (record: Loose) => unknown): string => {
    const record = recordAt('out/run.json') as Loose
    change(record)
    writeFileSync(at('stranger.json'), JSON.stringify(record))
    return 'stranger.json'
  }

  it('reads outside its folder only what it knows already', async () => {
    const { sightline: there, pipeline: put } = commandLine(elsewhere)
    await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toFile(secret)
    put('secret.json', [{ id: 'secret', type: 'io/load-image', params: { path: 'secret.png' } }])
    mkdirSync(join(elsewhere, 'out'))
    await there('run', 'secret.json', '--record', 'out/run.json')
    expect((await there('run', 'out/run.json')).code).toBe(0)
    await sharp({ create: { width: 4, height: 4, channels: 3, background: 'blue' } })
      .png()
      .toFile(secret)
    const refused = await there('run', 'out/run.json')
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/secret: ".*secret\.png" has changed since this record was made.*--allow/)
    const named = await there('run', 'out/run.json', '--allow', secret)
    expect(named.out).toMatch(/^input +secret \.\.\/secret\.png +changed/m)
    expect(named.err).toBe('')
  })

  it.each<[string, (record: Loose) => unknown, RegExp]>([
    ['a network folder', (r) => Object.assign(r.pipeline, { folder: '//server/share' }), /network paths, devices/],
    ['a hash that is none', (r) => Object.assign(r.inputs[0] ?? {}, { sha256: 'abc' }), /inputs\[0\]\.sha256 is "abc"/],
    ['words for the terminal', (r) => Object.assign(r.inputs[0] ?? {}, { path: '\u001b[2J' }), /control characters/],
    ['a node that is none', (r) => Object.assign(r.outputs[0] ?? {}, { node: '../../x' }), /not the id of a node/],
    [
      'a newer version',
      (r) => Object.assign(r, { version: 2 }),
      /newer Sightline \(version 2; this one reads up to 1\)/,
    ],
    ['no pipeline', (r) => Object.assign(r.pipeline, { document: { nodes: 1 } }), /not a Sightline pipeline/],
  ])('is refused with %s', async (_, change, says) => {
    const { code, out, err } = await sightline('run', lying(change))
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(says)
  })

  it('is read as what it is', async () => {
    const { record, document } = await readRunnable(at('out/run.json'))
    expect(record?.format).toBe('sightline-run')
    expect(Object.keys(document.nodes)).toHaveLength(6)
    expect((await readRunnable(at('all.json'))).record).toBeUndefined()
  })
}, 120_000)

it('has the seeds of nodes, also where they are the default', async () => {
  const dice = defineNode({
    type: 'test/dice',
    version: 3,
    kind: 'pure',
    draft: 'none',
    title: 'Dice',
    summary: 'Dice.',
    inputs: {},
    params: { seed: param.integer({ default: 7, min: 0, max: 100 }) },
    outputs: {},
    run: () => ({}),
    explain: { idea: '', reference: '' },
  })
  const node = { type: 'test/dice', position: { x: 0, y: 0 } }
  const document = { ...emptyDocument, nodes: { a: node, b: { ...node, version: 3, params: { seed: 42 } } } }
  const ran = { type: 'test/dice', status: 'done', ms: 0, outputs: {} } as const
  const nodes = [
    { ...ran, id: 'a' },
    { ...ran, id: 'b' },
  ]
  const recorder = new Recorder({
    path: at('seeds.json'),
    base: folder,
    services: createServices({ base: folder }),
    device: { kind: 'cpu', name: 'cpu', threads: 1 },
    tensorflow: 'wasm',
    dry: true,
  })
  const result = {
    ok: true,
    ms: 0,
    problems: [],
    profile: noProfile,
    nodes,
    sinks: [],
    read: async () => new Float32Array(),
    release() {},
  }
  const record = await recorder.record(document, new Map([['test/dice', nodeInfo(dice)]]), result)
  expect(record.nodes).toMatchObject([
    { id: 'a', version: 3, seed: 7 },
    { id: 'b', version: 3, seed: 42 },
  ])
  expect(record.expected.whileSame).not.toContain('decoders')
})

it('promises no more than the runtimes that computed it can keep', async () => {
  const taken = async (runtimes: readonly Runtime[]) => {
    const recorder = new Recorder({
      path: at('runtimes.json'),
      base: folder,
      services: createServices({ base: folder }),
      device: { kind: 'cpu', name: 'cpu', threads: 1 },
      tensorflow: 'wasm',
      dry: true,
    })
    for (const runtime of runtimes) recorder.servicesOf('a').uses(runtime)
    const result = {
      ok: true,
      ms: 0,
      problems: [],
      profile: noProfile,
      nodes: [],
      sinks: [],
      read: async () => new Float32Array(),
    }
    return recorder.record(emptyDocument, new Map(), { ...result, release() {} })
  }
  const none = await taken([])
  expect(none.expected.result).toBe('bit-equal')
  expect(none.versions).not.toHaveProperty('onnxruntime')
  const known = await taken([{ name: 'onnxruntime', version: '1.30.0' }])
  expect(known.expected.result).toBe('bit-equal')
  expect(known.expected.whileSame).toEqual(expect.arrayContaining(['onnxruntime', 'platform', 'arch']))
  expect(known.versions).toMatchObject({ onnxruntime: '1.30.0' })
  const unknown = await taken([{ name: 'onnxruntime', version: '1.30.0' }, { name: 'litert' }])
  expect(unknown.expected.result).toBe('not-promised')
  expect(unknown.versions).toMatchObject({ onnxruntime: '1.30.0', litert: 'unknown' })
  // Two models, one of which the graphics card could not compute.
  const cpu = { name: 'onnxruntime', version: '1.30.0', provider: 'the CPU' }
  expect((await taken([cpu, cpu])).expected.result).toBe('bit-equal')
  const both = await taken([cpu, { ...cpu, provider: 'WebGPU' }])
  expect(both.expected).toMatchObject({ result: 'not-promised' })
  expect(both.expected.whileSame).toContain('onnxruntime provider')
  expect(both.versions).toMatchObject({ onnxruntime: '1.30.0', 'onnxruntime provider': 'WebGPU, the CPU' })
})

it('names a file by whatever service it was read', async () => {
  const recorder = new Recorder({
    path: at('probed.json'),
    base: folder,
    services: createServices({ base: folder }),
    device: { kind: 'cpu', name: 'cpu', threads: 1 },
    tensorflow: 'wasm',
    dry: true,
  })
  await recorder.servicesOf('a').probe('photo.jpg', new AbortController().signal)
  const ran = { id: 'a', type: 'io/load-image', status: 'done', ms: 0, outputs: {} } as const
  const result = {
    ok: true,
    ms: 0,
    problems: [],
    profile: noProfile,
    nodes: [ran],
    sinks: [],
    read: async () => new Float32Array(),
  }
  const { inputs } = await recorder.record(emptyDocument, new Map(), { ...result, release() {} })
  const content = readFileSync(at('photo.jpg'))
  expect(inputs).toEqual([{ node: 'a', path: 'photo.jpg', bytes: content.length, sha256: sha256sum(content) }])
})

it('names a file of an installed model as the pipeline does, wherever the record lies', async () => {
  const home = join(folder, 'home')
  vi.stubEnv('SIGHTLINE_HOME', home)
  try {
    mkdirSync(modelFolder('tiny'), { recursive: true })
    writeFileSync(join(modelFolder('tiny'), 'model.json'), '{}')
    const recorder = new Recorder({
      path: join(folder, 'elsewhere', 'run.json'),
      base: folder,
      services: createServices({ base: folder }),
      device: { kind: 'cpu', name: 'cpu', threads: 1 },
      tensorflow: 'wasm',
      dry: true,
    })
    await recorder.servicesOf('a').open('model:tiny/model.json', new AbortController().signal)
    const ran = { id: 'a', type: 'model/tfjs', status: 'done', ms: 0, outputs: {} } as const
    const result = {
      ok: true,
      ms: 0,
      problems: [],
      profile: noProfile,
      nodes: [ran],
      sinks: [],
      read: async () => new Float32Array(),
    }
    const { inputs } = await recorder.record(emptyDocument, new Map(), { ...result, release() {} })
    expect(inputs).toEqual([
      { node: 'a', path: 'model:tiny/model.json', bytes: 2, sha256: sha256sum(Buffer.from('{}')) },
    ])
  } finally {
    vi.unstubAllEnvs()
  }
})

it('counts numbers that are finite in one only, and measures the others', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinite } = Number
  const apart = apartOf(new Float32Array([0, 1, nan, infinite, 2]), new Float32Array([0.5, 1, nan, 3, 2]), [0, 1])
  expect(apart).toEqual({ maxAbs: 0.5, psnr: 10 * Math.log10(1 / (0.25 / 3)), peak: 1, notFinite: 1 })
})
