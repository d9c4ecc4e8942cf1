import { expect, it } from 'vitest'
import { createEngine } from '../../engine/run/create.ts'
import { graphOf, Log, testingNodes, testingServices } from '../../engine/run/testing.ts'
import { TestWindow } from '../../engine/run/testing-window.ts'
import { createTestDevice } from '../testing/cpu.ts'
import { isCollected } from '../testing/gc.ts'
import { openWindow, testServer } from './testing.ts'

const document = { format: 'sightline', version: 1, title: 'mine', nodes: [], edges: [] }

it('keeps nothing of a session that has expired, whether its work was saved or not', async () => {
  const at = await testServer({ keep: 20 })
  try {
    for (const unsaved of [false, true]) {
      const window = openWindow({ port: at.server.port, token: at.token })
      await window.opened
      window.send({ type: 'hello', protocol: 1, session: `session-${unsaved}` })
      await window.next('welcome')
      window.send({ type: 'open', rev: 1, document, unsaved })
      window.send({ type: 'edit', rev: 2, edit: [{ table: 'title', id: '', value: 'changed' }] })
      window.socket.close()
      await window.closed
      // The engine here remembers its sessions; the real one, below, does not.
      const sessions = at.engine.made.splice(0).map((session) => new WeakRef(session))
      expect(sessions).toHaveLength(1)
      for (const session of sessions) expect(await isCollected(session)).toBe(true)
    }
  } finally {
    await at.close()
  }
})

it('an engine keeps nothing of a session that is closed', async () => {
  const { device, arena } = await createTestDevice()
  const engine = createEngine({ device, arena, nodes: testingNodes(new Log()), memory: 1 << 20 })
  try {
    const use = async (): Promise<WeakRef<object>> => {
      const window = new TestWindow(engine, testingServices())
      await window.open(graphOf({ photo: 'test/image', gain: 'test/gain' }, ['photo.image > gain.image']))
      window.views([{ id: 'v', node: 'gain' }])
      await window.idle()
      expect(window.pictures.size).toBe(1)
      const { session } = window
      session.close()
      return new WeakRef(session.document)
    }
    expect(await isCollected(await use())).toBe(true)
  } finally {
    await engine.close()
  }
})
