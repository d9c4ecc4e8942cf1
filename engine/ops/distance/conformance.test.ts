import { conform } from '../../../host/testing/conform.ts'
import { distance } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { distance }, samples)
