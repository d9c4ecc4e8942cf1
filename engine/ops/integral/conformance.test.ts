import { conform } from '../../../host/testing/conform.ts'
import { integral } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { integral }, samples)
