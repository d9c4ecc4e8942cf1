/** Before the unit tests: makes the lists of nodes, of ops and of kinds, so that no test runs without what was just added. */
import { buildLists } from '../build/lists.ts'

export default buildLists
