/**
 * A model's process, seen from the engine: asked one thing at a time, killed when need be. Numbers go through a file without a
 * name, which the system keeps in memory: reading and writing much of it leaves the engine's thread free.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readSync, writeSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Problem, SightlineError } from '../../engine/types/problem.ts'
import { ownEnvironment } from '../environment.ts'
import { createGate, type Gate } from '../files/gate.ts'
import { boundedLog, followLines } from '../terminal/log.ts'
import { say } from '../terminal/say.ts'
import { type FromModel, markBytes, marksAt, type ToModel } from './messages.ts'

/** How many bytes of the file stay in memory: fresh pages for each run would cost more than the copy. */
const keptBytes = 16 << 20
/** The most that is copied on the engine's thread, which takes less than a millisecond: another thread would start later. */
const atOnce = 4 << 20
/** Owner alone may read and write it. */
const mode = 0o600

export class Seat {
  /** Whoever has it may ask. */
  readonly gate: Gate = createGate(1)
  /** Called once when the process ends, whatever ended it. */
  onEnd: () => void = () => undefined
  readonly #child: ChildProcess
  readonly #file: FileHandle
  readonly #exit = Promise.withResolvers<void>()
  /** Bytes of the file that hold something. */
  #used = 0
  readonly #mark = Buffer.alloc(markBytes)
  /** How many times inputs were written. */
  #written = 0
  #ended: string | undefined
  #leaving = false
  /** What it told of while nobody asked: that results could not be written. */
  #failed: Problem | undefined
  #listen: ((message: FromModel) => void) | undefined
  #fail: (() => void) | undefined

  static async open(): Promise<Seat> {
    const path = join(tmpdir(), `sightline-${randomUUID()}`)
    const file = await open(path, 'wx+', mode)
    await unlink(path)
    return new Seat(file)
  }

  private constructor(file: FileHandle) {
    this.#file = file
    const main = fileURLToPath(new URL('./process.ts', import.meta.url))
    this.#child = spawn(process.execPath, [main], {
      // What a runtime writes may be the words of a model.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', file.fd],
      env: ownEnvironment(),
      serialization: 'advanced',
      windowsHide: true,
    })
    if (this.#child.stderr) followLines(this.#child.stderr, boundedLog(say))
    this.#child.on('message', (message: FromModel) => {
      if (this.#listen) this.#listen(message)
      else if (message.type === 'failed') this.#failed = message.problem
    })
    this.#child.once('error', (error) => this.#end(error.message))
    this.#child.once('exit', (code, signal) => this.#end(signal ?? `code ${code}`))
    this.#keepAlive(false)
  }

  get ended(): boolean {
    return this.#ended !== undefined
  }

  /** It has ended, or is being ended: nothing new may begin in it. */
  get leaving(): boolean {
    return this.#leaving || this.ended
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /**
   * The next thing that it tells, other than progress. The engine's process is kept alive until then. Throws the problem that
   * it tells of, and `model.ended` where the process ends instead.
   */
  async ask(path: string, message: ToModel, progress?: (fraction: number) => void): Promise<FromModel> {
    const { promise, resolve, reject } = Promise.withResolvers<FromModel>()
    const fail = (): void => reject(new SightlineError('model.ended', { path, message: this.#ended ?? '' }))
    this.#fail = fail
    this.#listen = (told) => {
      if (told.type === 'progress') progress?.(told.fraction)
      else if (told.type === 'failed') reject(new SightlineError(told.problem.code, told.problem.params))
      else resolve(told)
    }
    this.#keepAlive(true)
    try {
      if (this.ended) fail()
      // One that fails is one that ends.
      else this.#child.send(message, () => undefined)
      return await promise
    } finally {
      this.#listen = undefined
      this.#fail = undefined
      this.#keepAlive(false)
    }
  }

  /**
   * Has the model run. `write` writes the inputs while the process is being told of them; where it throws, the process is ended.
   */
  async run(
    path: string,
    run: Omit<Extract<ToModel, { type: 'run' }>, 'type' | 'mark'>,
    write: () => Promise<void>,
  ): Promise<FromModel> {
    const mark = ++this.#written
    const told = this.ask(path, { type: 'run', ...run, mark })
    // It is awaited once the inputs are written, and may fail before.
    told.catch(() => undefined)
    try {
      await write()
      this.#mark.writeUInt32LE(mark)
      writeSync(this.#file.fd, this.#mark, 0, markBytes, marksAt.inputs)
    } catch (error) {
      void this.end()
      throw error
    }
    return told
  }

  /** Waits until results are there that the process has told of. Throws the problem that it has with them, and `model.ended`. */
  async arrived(path: string, mark: number): Promise<void> {
    for (let looks = 0; ; looks++) {
      if (this.#failed) {
        const { code, params } = this.#failed
        this.#failed = undefined
        throw new SightlineError(code, params)
      }
      if (this.ended) throw new SightlineError('model.ended', { path, message: this.#ended ?? '' })
      readSync(this.#file.fd, this.#mark, 0, markBytes, marksAt.results)
      if (this.#mark.readUInt32LE() === mark) return
      // Small results are there at once; while large ones are written, the thread is left to others.
      await (looks < 1000 ? setImmediate() : setTimeout(1))
    }
  }

  async write({ buffer, byteOffset, byteLength }: ArrayBufferView, at: number): Promise<void> {
    for (let done = 0; done < byteLength; ) {
      const [view, place] = [new Uint8Array(buffer, byteOffset + done, byteLength - done), at + done]
      if (byteLength <= atOnce) done += writeSync(this.#file.fd, view, 0, view.length, place)
      else done += (await this.#file.write(view, 0, view.length, place)).bytesWritten
    }
  }

  async read({ buffer, byteOffset, byteLength }: ArrayBufferView, at: number): Promise<void> {
    for (let done = 0; done < byteLength; ) {
      const [view, place] = [new Uint8Array(buffer, byteOffset + done, byteLength - done), at + done]
      const bytesRead =
        byteLength <= atOnce
          ? readSync(this.#file.fd, view, 0, view.length, place)
          : (await this.#file.read(view, 0, view.length, place)).bytesRead
      if (bytesRead === 0) throw new Error('the numbers of a tensor did not arrive')
      done += bytesRead
    }
  }

  /** Gives back the memory that numbers took on their way, but for what the next run can use again. */
  async clear(bytes: number): Promise<void> {
    this.#used = Math.max(this.#used, bytes)
    if (this.#used <= keptBytes) return
    this.#used = 0
    await this.#file.truncate(0)
  }

  /** Kills the process, also in the middle of a run. */
  async end(): Promise<void> {
    this.#leaving = true
    // Whoever waits for this waits until it has really ended.
    this.#keepAlive(true)
    this.#child.kill('SIGKILL')
    await this.#exit.promise
  }

  #end(how: string): void {
    if (this.#ended !== undefined) return
    this.#ended = how
    this.#fail?.()
    this.onEnd()
    this.#file.close().then(this.#exit.resolve, this.#exit.reject)
  }

  /** Whether the engine's process waits for this one before it ends. */
  #keepAlive(wanted: boolean): void {
    // Its pipes are closed: they would wait to be opened again.
    if (this.ended) return
    const { channel } = this.#child
    const stderr = this.#child.stderr as Socket | null
    for (const held of [this.#child, channel, stderr]) {
      if (wanted) held?.ref()
      else held?.unref()
    }
  }
}
