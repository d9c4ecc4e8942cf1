/** `npx sightline`, as a user or a script runs it: real files in, real files and exit codes out. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuild } from '../build/all.ts'
import { temporaryFolder } from '../server/testing.ts'
import { commandLine } from '../testing/cli.ts'

const folder = temporaryFolder()
const { sightline, pipeline } = commandLine(folder)

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return name
}

/** 2 × 3 pixels, RGB. */
const pixels = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [10, 20, 30],
  [0, 0, 0],
]
const grayOf = ([r = 0, g = 0, b = 0]: readonly number[]): number => 0.299 * r + 0.587 * g + 0.114 * b

function readNpy(file: string): { shape: string; values: Float32Array } {
  const bytes = readFileSync(file)
  const length = bytes.readUInt16LE(8)
  const shape = /'shape': \(([^)]*)\)/.exec(bytes.subarray(10, 10 + length).toString())?.[1] ?? ''
  return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(10 + length)).buffer) }
}

beforeAll(async () => {
  await ensureBuild({ page: false })
  const raw = { width: 3, height: 2, channels: 3 } as const
  await sharp(Uint8Array.from(pixels.flat()), { raw }).png().toFile(join(folder, 'tiny.png'))
  mkdirSync(join(folder, 'pictures'))
  for (const [name, level] of [
    ['b2', 20],
    ['b10', 100],
  ] as const)
    await sharp(new Uint8Array(6).fill(level), { raw: { ...raw, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, 'pictures', `${name}.png`))
  pipeline(
    'gray.json',
    [
      { id: 'photo', type: 'io/load-image', params: { path: 'tiny.png' } },
      { id: 'gray', type: 'colour/convert', params: { to: 'gray' } },
    ],
    [['photo.image', 'gray.image']],
  )
})

describe('sightline run', () => {
  it('says before a run what it would take and what is wrong, and runs nothing', async () => {
    const before = readdirSync(folder)
    const sound = await sightline('run', 'gray.json', '--dry')
    expect(sound).toMatchObject({ code: 0, err: '' })
    expect(sound.out).toMatch(/gray +colour\/convert +ready .*image: 2 × 3 × 1 gray/)
    expect(sound.out).toMatch(/It would run: about .*MB/)
    pipeline(
      'wrong.json',
      [
        { id: 'photo', type: 'io/load-image', params: { path: 'tiny.png' } },
        { id: 'cut', type: 'geometry/crop', params: { x: 5 } },
        { id: 'edges', type: 'edge/sobel' },
        { id: 'net', type: 'model/onnx', params: { path: 'model:nothing/here.onnx' } },
      ],
      [['photo.image', 'cut.image']],
    )
    const wrong = await sightline('run', 'wrong.json', '--dry', '--json')
    expect(wrong.code).toBe(1)
    const told = JSON.parse(wrong.out)
    expect(told).toMatchObject({ ok: false, dry: true })
    expect(
      Object.fromEntries(told.nodes.map(({ id, status }: { id: string; status: string }) => [id, status])),
    ).toEqual({ photo: 'ready', cut: 'error', edges: 'waiting', net: 'error' })
    expect(told.problems.map(({ at }: { at: string }) => at).sort()).toEqual(['cut', 'net'])
    for (const at of ['cut', 'edges', 'net']) expect(wrong.err).toContain(`${at}: `)
    expect(readdirSync(folder)).toEqual([...before, 'wrong.json'].sort())
    expect(await sightline('run', 'gray.json', '--dry', '--out', 'x')).toMatchObject({ code: 2 })
  })

  it('writes what the pipeline ends in, and says so in JSON', async () => {
    const { code, out, err } = await sightline('run', 'gray.json', '--out', 'out', '--raw', '--json')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      device: 'cpu',
      ms: expect.any(Number),
      nodes: [
        { id: 'photo', type: 'io/load-image', status: 'done', ms: expect.any(Number) },
        {
          id: 'gray',
          status: 'done',
          outputs: {
            image: {
              summary: '2 × 3 × 1 gray',
              min: 0,
              max: 1,
              display: { mode: 'clip', range: [0, 1] },
              files: [join(folder, 'out/gray.image.png'), join(folder, 'out/gray.image.npy')],
            },
          },
        },
      ],
    })
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['gray.image.npy', 'gray.image.png', 'run.json'])
    const { shape, values } = readNpy(join(folder, 'out/gray.image.npy'))
    expect(shape).toBe('2, 3, 1')
    const wanted = pixels.map(grayOf)
    for (const [i, value] of values.entries()) expect(value * 255).toBeCloseTo(wanted[i] ?? Number.NaN, 3)
    const png = sharp(join(folder, 'out/gray.image.png'))
    expect(await png.metadata()).toMatchObject({ width: 3, height: 2, channels: 1, depth: 'uchar' })
    expect([...(await png.toColourspace('b-w').raw().toBuffer())]).toEqual(wanted.map(Math.round))
  })

  it('prints a table for people, with inputs from where they are and medians of repeated runs', async () => {
    const { code, out } = await sightline('run', 'gray.json', '--input', 'photo=pictures/b2.png', '--repeat', '3')
    expect(code).toBe(0)
    expect(out).toMatch(/^photo +io\/load-image +done +[\d.]+ ms +image: 2 × 3 × 1 gray$/m)
    expect(out).toMatch(/^2 nodes, [\d.]+ ms \(medians of 3 runs\) on cpu, \d+ threads?$/m)
  })

  it('says where the time went, when asked', async () => {
    const { out } = await sightline('run', 'gray.json', '--profile')
    expect(out).toMatch(/^Where [\d.]+ ms went:\n +computing +moving numbers +waiting$/m)
    for (const node of ['photo', 'gray']) expect(out).toMatch(new RegExp(`^${node}( +[\\d.]+ ms){3}$`, 'm'))
    expect(out).toMatch(/^[\d.]+ ms between nodes$/m)
    const { ms, nodes, profile } = JSON.parse((await sightline('run', 'gray.json', '--profile', '--json')).out)
    expect(profile.ms).toBe(ms)
    expect(profile.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(['gray', 'photo'])
    for (const { id, compute, transfer, runs } of profile.nodes) {
      expect(runs).toBe(1)
      expect(compute + transfer).toBeCloseTo(nodes.find((node: { id: string }) => node.id === id).ms, 2)
    }
  })

  it('takes frames of a live source: one, or as many as it is told', async () => {
    const source = { pattern: 'ball', width: 40, height: 32, speed: 3 }
    const file = pipeline('live.json', [{ id: 'source', type: 'io/test-source', params: source }], [])
    expect((await sightline('run', file, '--out', 'one')).code).toBe(0)
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(['run.json', 'source.image.png'])
    expect((await sightline('run', file, '--frames', '3', '--out', 'film')).code).toBe(0)
    const names = ['source.image.0001.png', 'source.image.0002.png', 'source.image.0003.png']
    expect(readdirSync(join(folder, 'film')).sort()).toEqual(['run.json', ...names])
    // The disc has a radius of 32 / 8, and moves 3 pixels a frame both ways.
    for (const [i, name] of names.entries()) {
      const { data, info } = await sharp(join(folder, 'film', name))
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const lit = [...data].flatMap((level, at) => (level > 127 ? [at] : []))
      const mean = (of: (at: number) => number): number => lit.reduce((sum, at) => sum + of(at), 0) / lit.length
      expect([mean((at) => at % info.width), mean((at) => Math.floor(at / info.width))]).toEqual([4 + 3 * i, 4 + 3 * i])
    }
    // The record takes as many again.
    const again = await sightline('run', 'film/run.json')
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('All 3 outputs the same, bit for bit.')])
    const none = await sightline('run', 'gray.json', '--frames', '2')
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('this pipeline has none')])
  })

  it('writes every element of a sequence', async () => {
    const file = pipeline(
      'sequence.json',
      [
        { id: 'all', type: 'io/folder', params: { path: 'pictures' } },
        { id: 'blur', type: 'filter/gaussian-blur' },
      ],
      [['all.image', 'blur.image']],
    )
    const { code, err } = await sightline('run', file, '--out', 'sequence', '--set', 'blur.sigma=0')
    expect([code, err]).toEqual([0, ''])
    expect(readdirSync(join(folder, 'sequence')).sort()).toEqual([
      'blur.image.0001.png',
      'blur.image.0002.png',
      'run.json',
    ])
    const levels = await Promise.all(
      ['0001', '0002'].map(
        async (n) =>
          (
            await sharp(join(folder, `sequence/blur.image.${n}.png`))
              .raw()
              .toBuffer()
          )[0],
      ),
    )
    expect(levels).toEqual([20, 100])
  })

  it('gives 1 when a node failed, and still writes what the others made', async () => {
    const file = pipeline('half.json', [
      { id: 'there', type: 'io/load-image', params: { path: 'tiny.png' } },
      { id: 'gone', type: 'io/load-image', params: { path: 'gone.png' } },
    ])
    const { code, out, err } = await sightline('run', file, '--out', 'half', '--json')
    expect(code).toBe(1)
    expect(err).toBe('sightline: gone: There is no file at "gone.png". Check the name, or choose another file.\n')
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      nodes: [{ status: 'done' }, { status: 'error', error: { code: 'file.missing', message: expect.any(String) } }],
    })
    expect(readdirSync(join(folder, 'half')).sort()).toEqual(['run.json', 'there.image.png'])
  })
})

describe('exit code 2, a message, and nothing written', () => {
  const cases: [what: string, args: () => string[], says: RegExp][] = [
    ['a file that is not there', () => ['run', 'none.json'], /There is no file at .*none\.json/],
    ['an empty file', () => ['run', file('empty.json', '')], /empty\.json" is empty/],
    [
      'a pipeline of a newer version',
      () => ['run', file('newer.json', '{"format":"sightline","version":9,"nodes":[]}')],
      /newer Sightline \(format version 9/,
    ],
    [
      'a pipeline nested too deep',
      () => ['run', file('deep.json', `{"format":"sightline","a":${'['.repeat(5e4)}${']'.repeat(5e4)}}`)],
      /deeper than 32 levels/,
    ],
    [
      'keys that reach prototypes',
      () => ['run', file('proto.json', '{"format":"sightline","version":1,"nodes":[],"__proto__":{"x":1}}')],
      /key named "__proto__"/,
    ],
    ['a file that is no pipeline', () => ['run', 'tiny.png'], /not valid JSON/],
    ['a command without its file', () => ['run'], /missing required argument/],
    ['an option that is none', () => ['run', 'gray.json', '--fast'], /unknown option '--fast'/],
    ['a number that is none', () => ['run', 'gray.json', '--repeat', 'x'], /whole number from 1/],
    ['a GPU that is not there', () => ['run', 'gray.json', '--device', 'gpu', '--adapter', 'none such'], /GPU/],
    ['a device that is none', () => ['run', 'gray.json', '--device', 'tpu'], /auto, gpu, cpu/],
    ['a node that is not there', () => ['run', 'gray.json', '--set', 'blur.sigma=2'], /it has photo, gray/],
    ['a value that does not fit', () => ['run', 'gray.json', '--set', 'gray.to=cmyk'], /wanted one of rgb/],
    ['--raw without --out', () => ['run', 'gray.json', '--raw'], /--out DIR/],
    [
      'a cycle',
      () => [
        'run',
        pipeline(
          'cycle.json',
          [
            { id: 'a', type: 'filter/median' },
            { id: 'b', type: 'filter/median' },
          ],
          [
            ['a.image', 'b.image'],
            ['b.image', 'a.image'],
          ],
        ),
      ],
      /cycle/,
    ],
    ['a type that is not there', () => ['run', pipeline('type.json', [{ id: 'a', type: 'no/such' }])], /a: .*no\/such/],
    [
      'a parameter in the file that does not fit, beside a node that would write',
      () => [
        'run',
        pipeline(
          'effect.json',
          [
            { id: 'photo', type: 'io/load-image', params: { path: 'tiny.png' } },
            { id: 'save', type: 'io/save-image', params: { path: 'saved.png' } },
            { id: 'bad', type: 'filter/gaussian-blur', params: { sigma: -1 } },
          ],
          [
            ['photo.image', 'save.image'],
            ['photo.image', 'bad.image'],
          ],
        ),
      ],
      /bad: .*sigma/,
    ],
    ['an unknown command', () => ['rum'], /There is no file at .*rum/],
    ['a picture to open that is none', () => ['gray.txt'], /There is no file/],
    ['a port that is none', () => ['serve', '--port', '70000'], /from 0 to 65535/],
  ]
  it.each(cases)('%s', async (_, args, says) => {
    const given = args()
    const before = readdirSync(folder).sort()
    const writes = given[0] === 'run' && given.length > 1 && !given.includes('--raw')
    const { code, out, err } = await sightline(...given, ...(writes ? ['--out', 'never'] : []))
    expect(err).toMatch(says)
    expect([code, out]).toEqual([2, ''])
    expect(readdirSync(folder).sort()).toEqual(before)
  })

  it('a port that is in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const { code, out, err } = await sightline('serve', '--no-open', '--port', String(port))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`Port ${port} is in use`)
    taken.close()
  })
})

it('lists every node for people and for programs', async () => {
  const [text, json] = await Promise.all([sightline('nodes'), sightline('nodes', '--json')])
  expect(text.out).toMatch(/^filter\/gaussian-blur {2}Gaussian blur \(cv2\.GaussianBlur\)$/m)
  const blur = (JSON.parse(json.out) as { type: string }[]).find(({ type }) => type === 'filter/gaussian-blur')
  expect(blur).toMatchObject({ inputs: { image: { type: 'image' } }, params: { sigma: { type: 'number' } } })
})

it('explains itself, and gives its version', async () => {
  const [help, bare, version] = await Promise.all([sightline('--help'), sightline(), sightline('--version')])
  for (const command of ['run', 'serve', 'nodes', 'bench']) expect(help.out).toContain(command)
  expect(bare.out).toBe(help.out)
  expect([help.code, bare.code, version.code]).toEqual([0, 0, 0])
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

describe('consent', () => {
  const strangers = temporaryFolder()
  const photo = join(strangers, 'far.png')
  beforeAll(async () => {
    await sharp(join(folder, 'tiny.png')).toFile(photo)
    pipeline('far.json', [{ id: 'photo', type: 'io/load-image', params: { path: photo } }])
    const save = { id: 'save', type: 'io/save-image', params: { path: join(strangers, 'out.png') } }
    pipeline(
      'save.json',
      [{ id: 'photo', type: 'io/load-image', params: { path: 'tiny.png' } }, save],
      [['photo.image', 'save.image']],
    )
  })

  it('a picture elsewhere is read when the command line names it, or its folder, and not otherwise', async () => {
    const refused = await sightline('run', 'far.json')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(`photo: Needs your consent to read "${photo}"`)
    expect(refused.err).toContain('--allow')
    for (const given of [
      ['--allow', photo],
      ['--allow', strangers],
      ['--input', `photo=${photo}`],
      ['--set', `photo.path=${photo}`],
    ])
      expect([given, (await sightline('run', 'far.json', ...given)).code]).toEqual([given, 0])
    expect((await sightline('run', 'far.json', '--allow', join(strangers, 'other'))).code).toBe(1)
  }, 60_000)

  it('so is a picture written', async () => {
    const refused = await sightline('run', 'save.json')
    expect([refused.code, readdirSync(strangers)]).toEqual([1, ['far.png']])
    expect(refused.err).toContain('save: Needs your consent to write')
    expect((await sightline('run', 'save.json', '--set', `save.path=${join(strangers, 'named.png')}`)).code).toBe(0)
    expect((await sightline('run', 'save.json', '--allow', strangers)).code).toBe(0)
    expect(readdirSync(strangers).sort()).toEqual(['far.png', 'named.png', 'out.png'])
  }, 60_000)
})
