/** For tests: an engine's process that has the testing job and nothing else. */
import { serveKeeper } from '../engine-process.ts'
import { lineJob } from './line.ts'
import { testingWorks } from './works.ts'

serveKeeper({ nodes: [lineJob()], works: [testingWorks] })
