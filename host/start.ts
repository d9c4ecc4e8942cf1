/**
 * `npm start`: builds what is out of date, then opens the desktop program, or, if that is impossible or with `--browser`, the
 * editor in a browser. Arguments then go to `sightline serve`.
 */
import { findElectron, openDesktop } from './cli/desktop.ts'
import { main } from './cli/main.ts'
import { say } from './terminal/say.ts'

const [first, ...rest] = process.argv.slice(2)
const given = first === '--browser' ? rest : process.argv.slice(2)

if (process.argv.length > 2) process.exitCode = await main(['serve', ...given])
else {
  const found = findElectron(say)
  if ('electron' in found) process.exitCode = await openDesktop(found.electron, [])
  else {
    say(`The editor opens in a browser: ${found.why}.`)
    process.exitCode = await main(['serve'])
  }
}
