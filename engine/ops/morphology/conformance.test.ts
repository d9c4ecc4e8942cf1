import { conform } from '../../../host/testing/conform.ts'
import { morphology } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { morphology }, samples)
