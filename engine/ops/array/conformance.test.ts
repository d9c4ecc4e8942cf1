import { conform } from '../../../host/testing/conform.ts'
import { fromNumbers } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { fromNumbers }, samples)
