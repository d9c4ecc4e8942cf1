/** For tests: an engine's process that has the testing jobs besides what ships with Sightline. */
import { catalogue } from '../../nodes/catalogue.ts'
import { serveKeeper } from '../engine-process.ts'
import { lineJob } from './line.ts'
import { testingWorks } from './works.ts'

serveKeeper({ nodes: [...catalogue, lineJob()], works: [testingWorks] })
