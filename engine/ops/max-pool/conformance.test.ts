import { conform } from '../../../host/testing/conform.ts'
import { maxPool } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { maxPool }, samples)
