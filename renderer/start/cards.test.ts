import { expect, it } from 'vitest'
import { createTurns } from './cards.ts'

it('draws one card at a time, those in view first, and goes on after a failure', async () => {
  const inTurn = createTurns()
  const begun: string[] = []
  let view = 'abc'
  const held = Promise.withResolvers<void>()
  const card = (name: string, work = async () => undefined as unknown) =>
    inTurn(
      () => view.includes(name),
      async () => {
        begun.push(name)
        await work()
        return name
      },
    )
  const first = card('a', async () => {
    await held.promise
    throw new Error('a fails')
  })
  const rest = ['b', 'c', 'd', 'e'].map((name) => card(name))
  view = 'de'
  expect(begun).toEqual(['a'])
  held.resolve()
  await expect(first).rejects.toThrow('a fails')
  expect(await Promise.all(rest)).toEqual(['b', 'c', 'd', 'e'])
  expect(begun).toEqual(['a', 'd', 'e', 'b', 'c'])
})
