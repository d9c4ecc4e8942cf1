import { conform } from '../../../host/testing/conform.ts'
import { read } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { read }, samples)
