import { conform } from '../../../host/testing/conform.ts'
import { bilateral } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { bilateral }, samples)
