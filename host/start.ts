/** `npm start`: builds what is out of date, then serves the editor and opens it. Arguments go to `sightline serve`. */
import { main } from './cli/main.ts'

process.exitCode = await main(['serve', ...process.argv.slice(2)])
