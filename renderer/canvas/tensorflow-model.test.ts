import { expect, it } from 'vitest'
import { partsAmong, tensorflowModel } from './tensorflow-model.ts'

const json = (name: string, value: unknown) => new File([JSON.stringify(value)], name)
const model = json('model.json', { modelTopology: {}, weightsManifest: [{ paths: ['shard1', 'shard2'], weights: [] }] })
const shards = ['shard1', 'shard2'].map((name) => new File(['numbers'], name))

it('is told from a pipeline and from broken files by its content', async () => {
  const others = [
    json('p.sightline.json', { format: 'sightline', nodes: [] }),
    new File(['{'], 'broken.json'),
    ...shards,
  ]
  expect(await tensorflowModel(others)).toBeUndefined()
  expect(await tensorflowModel([...others, model])).toEqual({ model, parts: ['shard1', 'shard2'] })
})

it('has the weights that were dropped with it, or says which are missing', async () => {
  const found = { model, parts: ['shard1', 'shard2'] }
  expect(partsAmong(found, [model, ...shards, new File(['MIT'], 'LICENSE')])).toEqual(shards)
  expect(() => partsAmong(found, [model])).toThrow(
    '"model.json" has its weights in other files, which were not dropped with it: shard1, shard2. Drop all of them together',
  )
})
