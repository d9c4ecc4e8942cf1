import { configDefaults, defineConfig } from 'vitest/config'

/** Tests of what keeps no state in its modules share a worker: starting one for each file took as long as the tests. */
const sharing = [
  'engine/{explain,graph,gpu,ops,protocol,types,values}/**/*.test.ts',
  'renderer/!(state)/**/*.test.ts',
  'renderer/*.test.ts',
]

export default defineConfig({
  test: {
    // Tests wait for threads and processes of their own; by default one core of two would be idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, isolate: false } },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['{engine,nodes,host,renderer}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...sharing],
        },
      },
    ],
    globalSetup: ['host/testing/lists.ts', 'host/testing/vulkan.ts'],
  },
})
