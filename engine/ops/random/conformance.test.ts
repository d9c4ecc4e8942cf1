import { conform } from '../../../host/testing/conform.ts'
import { random } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { random }, samples)
