/**
 * `node bench/stretch.ts [TEXT]`: how long the engine's thread is busy at a stretch with the largest documents and messages, and
 * with wrong ones. In ms of the thread's own processor time, so that other work on the machine counts for little. Nodes are those
 * of the tests, which compute next to nothing. TEXT: only cases whose name contains it.
 */
import { fileLimits } from '../engine/graph/document.ts'
import { parseFile, savingText } from '../engine/graph/file.ts'
import { jsonLimits } from '../engine/graph/json.ts'
import { beginStretch, inParts } from '../engine/memory/breathe.ts'
import { decodeFrame, encodeFrame, maxHead } from '../engine/protocol/frame.ts'
import { type ClientMessageInput, clientMessage, type EngineMessage } from '../engine/protocol/messages.ts'
import { createEngine } from '../engine/run/create.ts'
import { Log, testingNodes, testingServices, warmUp } from '../engine/run/testing.ts'
import { createTestDevices } from '../host/testing/cpu.ts'

const only = process.argv[2] ?? ''
const device = (await createTestDevices()).threads
await warmUp(device)
const engine = createEngine({
  device: device.device,
  arena: device.arena,
  nodes: testingNodes(new Log()),
  memory: 256 << 20,
})

const busy = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
let [longest, before] = [0, busy()]
let ticking: NodeJS.Immediate | undefined
const tick = (): void => {
  const now = busy()
  longest = Math.max(longest, now - before)
  before = now
  ticking = setImmediate(tick)
}
tick()
const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function measure(name: string, work: () => unknown): Promise<void> {
  if (!name.includes(only)) return
  await turn(20)
  longest = 0
  const start = busy()
  let came = ''
  try {
    came = String((await work()) ?? '')
  } catch (error) {
    came = error instanceof Error ? error.message.slice(0, 60) : String(error)
  }
  await turn(20)
  const all = busy() - start
  console.log(
    `${name.padEnd(44)} longest ${longest.toFixed(0).padStart(5)} ms, all ${all.toFixed(0).padStart(5)} ms  ${came}`,
  )
}

/** A window that speaks in frames, as over a socket. */
function openWindow() {
  let heard = (_: EngineMessage): void => {}
  const session = engine.session({
    services: testingServices(new Map()),
    send(message) {
      encodeFrame(message)
      heard(message)
    },
  })
  return {
    /** Sends the message, and waits for one that `test` accepts. */
    async say(message: ClientMessageInput, test: (message: EngineMessage) => boolean): Promise<EngineMessage> {
      const frame = encodeFrame(message)
      await new Promise(setImmediate)
      const answer = new Promise<EngineMessage>((resolve) => {
        heard = (told) => {
          if (test(told)) resolve(told)
        }
      })
      const parsed = clientMessage.parse(decodeFrame(frame, true).head)
      session.receive(parsed as Parameters<typeof session.receive>[0])
      return answer
    },
    close: () => session.close(),
  }
}

const idle =
  (rev: number) =>
  (message: EngineMessage): boolean =>
    message.type === 'status' && message.rev === rev && message.run.state === 'idle'

const base = { format: 'sightline', version: 1, nodes: [], edges: [] }
const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
/** Chains of fifty from one number. */
const chains = (count: number) => ({
  ...base,
  nodes: [
    { id: 'n0', type: 'test/number', position: { x: 0, y: 0 } },
    ...list(count - 1, (i) => ({
      ...{ id: `n${i + 1}`, type: 'test/add', params: { plus: 1, tag: `t${i}` }, position: { x: i, y: 0 } },
    })),
  ],
  edges: list(count - 1, (i) => ({ from: `n${(i + 1) % 50 === 0 ? 0 : i}.number`, to: `n${i + 1}.a` })),
})

for (const count of [300, 3000, fileLimits.nodes]) {
  const window = openWindow()
  let rev = 1
  await measure(`${count} nodes: opened`, async () => {
    await window.say({ type: 'open', rev, document: chains(count) }, idle(rev))
  })
  const edit = (params: object, position: object, draft = false) =>
    window.say(
      {
        ...{ type: 'edit', rev: ++rev, draft },
        edit: [{ table: 'nodes', id: `n${count / 2}`, value: { type: 'test/add', params, position } as never }],
      },
      idle(rev),
    )
  for (const [name, draft] of [
    ['a slider moves', true],
    ['a parameter is set', false],
  ] as const)
    await measure(`${count} nodes: ${name}`, async () => {
      for (let k = 0; k < 5; k++) await edit({ plus: rev }, { x: 0, y: 0 }, draft)
    })
  const plus = rev
  await measure(`${count} nodes: a node is moved`, async () => {
    for (let k = 0; k < 5; k++) await edit({ plus }, { x: k, y: 0 })
  })
  window.close()
}

const largest = parseFile(chains(fileLimits.nodes))
await measure(`${fileLimits.nodes} nodes: saved`, async () => {
  beginStretch()
  const text = await inParts(savingText(largest))
  return `${(text.length / 1e6).toFixed(1)} MB`
})

async function opened(name: string, document: () => object): Promise<void> {
  const window = openWindow()
  await measure(name, async () => {
    const told = await window.say(
      { type: 'open', rev: 1, document: document() as never },
      ({ type }) => type === 'analysis',
    )
    return told.type === 'analysis' ? told.problems[0]?.code : ''
  })
  window.close()
}
const node = (i: number) => ({ id: `n${i}`, type: 'test/number', position: { x: 0, y: 0 } })
const most = jsonLimits.values
await opened('as many values as a file may have', () => ({ ...base, extra: new Array(most - 6).fill(1) }))
await opened('as many wires, to nowhere', () => ({
  ...base,
  edges: list(fileLimits.wires, (i) => ({ from: 'a.b', to: `n${i}.image` })),
}))
await opened('too many nodes', () => ({ ...base, nodes: list(16_000, node) }))
await opened('wrong: nodes are numbers', () => ({ ...base, nodes: new Array(fileLimits.nodes).fill(1) }))
await opened('wrong: nodes are empty', () => ({ ...base, nodes: list(fileLimits.nodes, () => ({})) }))
await opened('wrong: the last node is', () => ({ ...base, nodes: [...list(fileLimits.nodes - 1, node), {}] }))
await opened('wrong: a million numbers', () => ({ ...base, extra: new Array(1e6).fill(1) }))

/** A frame with this text as its head. */
function frameOf(text: string): Uint8Array {
  const json = Buffer.from(text)
  const frame = new Uint8Array(8 + json.length)
  new DataView(frame.buffer).setUint32(0, json.length, true)
  frame.set(json, 4)
  return frame
}
for (const [name, text] of [
  ['a head of 60 MB', `[${'1,'.repeat(30e6)}1]`],
  ['the largest head, all numbers', `[${'1,'.repeat(maxHead / 2 - 8)}1]`],
  ['the largest head, all lists', `[${'[],'.repeat(maxHead / 3 - 8)}1]`],
  ['the largest head, one text', JSON.stringify('a, [b] '.repeat(maxHead / 7 - 8))],
] as const) {
  const frame = frameOf(text)
  await measure(name, () => void decodeFrame(frame, true))
}
clearImmediate(ticking)
await engine.close()
await device.close()
process.exit(0)
