import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { play } from '#test/fixtures/chat/play.ts'
import type { Feature, StageMaker } from '#test/fixtures/chat/stage.ts'
import {
  parseTranscript,
  type Transcript,
  writeTranscript,
} from '#test/fixtures/chat/transcript.ts'

const FOLDER = join(import.meta.dirname, '../conversation/transcripts')
/** With `UPDATE_TRANSCRIPTS=1` the conversation alone writes them anew; never where tests must pass (CI). */
const UPDATES = process.env.UPDATE_TRANSCRIPTS === '1' && !process.env.CI

/** Dialogues as they are written, by file. */
export const TRANSCRIPTS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.txt'))
  .sort()
  .map((file) => ({ file, ...parseTranscript(readFileSync(join(FOLDER, file), 'utf8')) }))

/**
 * Every dialogue through a platform's bot: what people are shown is what the transcript says, whatever the platform
 * makes of it. A dialogue that needs what the platform lacks is skipped by its name.
 */
export function botPlatformContract(
  name: string,
  maker: StageMaker,
  options: {
    /** With `UPDATE_TRANSCRIPTS=1` what it shows is written. */
    readonly writes?: boolean
    /** Only dialogues that need this are played. */
    readonly only?: Feature
    /** Dialogues, by file, that this platform cannot have, and why. */
    readonly never?: Readonly<Record<string, string>>
  } = {},
): void {
  describe(`dialogues through ${name}`, () => {
    const { only, never = {} } = options
    for (const transcript of TRANSCRIPTS.filter(({ needs }) => !only || needs.includes(only))) {
      const lacks = transcript.needs.filter((feature) => !maker.has.includes(feature))
      const title = `${transcript.title} (${transcript.file})`
      const reason =
        never[transcript.file] ?? (lacks.length > 0 ? `has no ${lacks.join(', ')}` : undefined)
      if (reason !== undefined) {
        test.skip(`${title}: ${reason}`, () => {})
        continue
      }
      test.concurrent(title, async () => {
        const { shown, fault } = await play(transcript, maker)
        const updates = UPDATES && options.writes
        if (updates) rewrite(transcript, shown)
        if (fault) throw fault
        if (!updates) expect(writeTranscript(transcript, shown)).toBe(asWritten(transcript))
      })
    }
  })
}

function asWritten(transcript: Transcript): string {
  return writeTranscript(
    transcript,
    transcript.beats.map(({ shown }) => shown),
  )
}

function rewrite(transcript: Transcript & { file: string }, shown: readonly string[]): void {
  writeFileSync(join(FOLDER, transcript.file), writeTranscript(transcript, shown))
}
