/** The command line: `sightline run | serve | nodes | models | bench`, and `sightline FILE`. Each command is loaded when it is called. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { SightlineError } from '../../engine/types/problem.ts'
import { version } from '../installation.ts'
import { defaultMemory, workingMemory } from '../memory.ts'
import { stackOf } from '../stack.ts'
import { print, say } from '../terminal/say.ts'

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max || text.trim() === '')
      throw new InvalidArgumentError(`Wanted a whole number from ${min} to ${max}.`)
    return value
  }
const collect = (text: string, all: string[] = []): string[] => [...all, text]
/** An empty text, as of a variable that is not set, would mean the current folder, or every address. */
function given(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty. Name what is meant, or leave the option out.')
  return text
}
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

const memory = () =>
  new Option(
    '--memory <MB>',
    `results that are kept for later, in megabytes (default: ${megabytes(defaultMemory())}); what a run works on comes on top, at most ${megabytes(workingMemory())}`,
  ).argParser(wholeNumber(64, 1_000_000))
const threads = () =>
  new Option('--threads <N>', `threads that compute (default: this machine's ${availableParallelism()})`).argParser(
    wholeNumber(1, 256),
  )

const device = () =>
  new Option('--device <NAME>', 'what computes (default: the fastest there is)').choices(['auto', 'gpu', 'cpu'])
const adapter = () => new Option('--adapter <NAME>', 'which GPU: a part of its name').argParser(given)

const serveOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--port <N>', 'the port (default: 47474, or any that is free)').argParser(wholeNumber(0, 65535)),
    )
    .addOption(
      new Option('--host <H>', 'the address to listen on').default('127.0.0.1', 'this machine only').argParser(given),
    )
    .addOption(device())
    .addOption(adapter())
    .addOption(memory())
    .addOption(threads())
    .option('--no-open', 'print the address, do not open a browser')

function program(done: (code: number) => void): Command {
  const sightline = new Command('sightline')
    .description('A visual pipeline editor for computer vision')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) })
    .enablePositionalOptions()
    .showHelpAfterError('Run "sightline --help" for what there is.')
    .usage('[options] [command]\n       sightline FILE')

  serveOptions(sightline)
    .argument('[FILE]', 'a pipeline or a picture: opens it in the editor', given)
    .option('--browser', 'in a browser, also where the desktop program could be opened')
    .action(async (file: string | undefined, options) => {
      if (file === undefined) return sightline.outputHelp()
      const { startOf } = await import('./start.ts')
      await startOf(file)
      const { findElectron, openDesktop } = await import('./desktop.ts')
      const here = options.open && !options.browser && options.port === undefined
      const found = here ? findElectron(say) : undefined
      if (found && 'electron' in found) return done(await openDesktop(found.electron, [resolve(file)]))
      if (found) say(`The editor opens in a browser: ${found.why}.`)
      const { serve } = await import('./serve.ts')
      done(await serve({ ...options, file }))
    })

  sightline
    .command('run')
    .description('runs a pipeline; of a run record repeats the run and says what differs')
    .argument('<PIPELINE>', 'a .sightline.json file, or the record of a run', given)
    .option('--input <NODE=PATH>', 'the file that a node reads (may be repeated)', collect)
    .option(
      '--set <NODE.PARAM=VALUE>',
      'a parameter of a node; texts plain, the rest as JSON (may be repeated)',
      collect,
    )
    .option(
      '--allow <PATH>',
      'a file, or a folder with all in it, that the pipeline may read and write (may be repeated)',
      (text, all?: string[]) => collect(given(text), all),
    )
    .option('--out <DIR>', 'write every output that nothing consumes to DIR/NODE.PORT.EXT', given)
    .option('--raw', 'pictures also as float32 .npy, with --out')
    .option(
      '--record <FILE>',
      'write what the run was made from and hashes of what came out; with --out always, to DIR/run.json',
      given,
    )
    .addOption(device())
    .addOption(adapter())
    .addOption(
      new Option('--repeat <N>', 'run N times without the cache and report medians').argParser(wholeNumber(1, 100_000)),
    )
    .addOption(
      new Option(
        '--frames <N>',
        'frames that live sources give; what follows runs for each of them (default 1)',
      ).argParser(wholeNumber(1, 100_000)),
    )
    .option('--restart', 'start jobs from the beginning; without it they resume, and a finished one is not run again')
    .addOption(memory())
    .addOption(threads())
    .option('--profile', 'also print where the time went: for each node computing, moving numbers and waiting')
    .option(
      '--dry',
      'run nothing: say every fault, what each node would give, and about how long and how much memory it would take',
    )
    .option('--json', 'print one JSON object')
    .action(async (file: string, options) => {
      const { run } = await import('./run.ts')
      done(await run({ ...options, file }))
    })

  serveOptions(sightline.command('serve').description('the editor in a browser; prints its address')).action(
    async (options) => {
      const { serve } = await import('./serve.ts')
      done(await serve(options))
    },
  )

  sightline
    .command('nodes')
    .description('the catalogue: every node with its inputs, outputs and parameters')
    .option('--json', 'print it as JSON')
    .action(async (options) => {
      const { nodes } = await import('./nodes.ts')
      done(await nodes(options))
    })

  const models = sightline
    .command('models')
    .description('models with weights: lists, installs, checks and removes them')
  models
    .command('list', { isDefault: true })
    .description('every model that can be installed, with size and licence')
    .option('--json', 'print it as JSON')
    .action(async (options) => {
      const { list } = await import('./models.ts')
      done(await list(options))
    })
  models
    .command('pull')
    .description('downloads a model, checks it and installs it; also weights of a model hub')
    .argument('<NAME>', 'as listed, or hf:OWNER/REPO[/FILE]')
    .option('--yes', 'download without asking')
    .action(async (name: string, options) => {
      const { pullModel } = await import('./models.ts')
      done(await pullModel(name, options))
    })
  models
    .command('token')
    .description('stores an access token for the model hub, for weights that are private or need terms accepted')
    .option('--forget', 'remove it')
    .action(async (options) => {
      const { hubToken } = await import('./models.ts')
      done(await hubToken(options))
    })
  models
    .command('add')
    .description('installs models from a folder or a package on a disk, such as a copy of installed ones')
    .argument('<PATH>')
    .option('--yes', 'install without asking')
    .action(async (path: string, options) => {
      const { addModels } = await import('./models.ts')
      done(await addModels(path, options))
    })
  models
    .command('verify')
    .description('compares installed files with the manifest')
    .argument('[NAME]', 'one of them; without it all')
    .action(async (name: string | undefined) => {
      const { verifyModels } = await import('./models.ts')
      done(await verifyModels(name))
    })
  models
    .command('remove')
    .description('removes an installed model')
    .argument('<NAME>')
    .action(async (name: string) => {
      const { removeModel } = await import('./models.ts')
      done(await removeModel(name))
    })

  sightline
    .command('bench')
    .description('measures ops and pipelines against other libraries')
    .argument('[SUITE]', 'one of them; without it all')
    .option('--json', 'print the figures as JSON')
    .action(async (suite: string | undefined, options) => {
      const { bench } = await import('./bench.ts')
      done(await bench(suite, options))
    })
  return sightline
}

/** Runs a command. Returns the exit code: 0 done, 1 something in it failed, 2 a bad command, file or graph. */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0
  // `sightline nodes | head` closes the pipe, which is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? code : 1))
  try {
    await program((done) => {
      code = done
    }).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    say(`sightline: ${error instanceof SightlineError ? error.message : stackOf(error)}`)
    return 2
  }
}
