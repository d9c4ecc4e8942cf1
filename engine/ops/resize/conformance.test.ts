import { conform } from '../../../host/testing/conform.ts'
import { resize } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { resize }, samples)
