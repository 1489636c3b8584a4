import { Command } from 'commander'
import type { Texts } from '#locales/texts.ts'
import { VERSION } from '../version.ts'
import type { Scene } from './commands.ts'
import * as commands from './commands.ts'
import type { Desk } from './desk.ts'
import { speakIn } from './usage.ts'

export interface Program {
  readonly texts: Texts
  /** Opens the scene, plays, and closes it again. */
  play(options: SceneOptions, act: (scene: Scene) => Promise<void>): Promise<void>
  /** Gives the command the settings and a terminal, and no more: it works on kept data itself. */
  work(options: SceneOptions, act: (desk: Desk) => Promise<void>): Promise<void>
  /** Checks and prints; false where something is wrong. */
  doctor(json: boolean): Promise<boolean>
}

export interface SceneOptions {
  readonly json?: boolean
  readonly as?: string
}

type ShareOptions = SceneOptions & {
  to: string[]
  region?: string
  note?: string
  title?: string
}

/** The commands of `passalong`; what they do stands in commands.ts. */
export function createProgram({ texts, play, work, doctor }: Program): Command {
  const program = speakIn(new Command('passalong'), texts)
    .description(texts('cli.about'))
    .version(VERSION, '-V, --version', texts('cli.help.version'))
    .exitOverride()
  const json = ['--json', texts('cli.help.json')] as const
  const as = ['--as <name>', texts('cli.help.as')] as const

  const account = program.command('account').description(texts('cli.help.account'))
  account
    .command('create <name>')
    .description(texts('cli.help.accountCreate'))
    .option('--email <address>', texts('cli.help.email'))
    .option('--display-name <name>', texts('cli.help.displayName'))
    .option('--password-stdin', texts('cli.help.passwordStdin'))
    .option(...json)
    .action((name: string, options: commands.AccountOptions & SceneOptions) =>
      play(options, (scene) => commands.createAccount(scene, name, options)),
    )
  account
    .command('reset <name>')
    .description(texts('cli.help.accountReset'))
    .option(...json)
    .action((name: string, options: SceneOptions) =>
      play(options, (scene) => commands.resetAccount(scene, name)),
    )
  program
    .command('token')
    .description(texts('cli.help.token'))
    .command('create <name>')
    .description(texts('cli.help.tokenCreate'))
    .option(...json)
    .action((name: string, options: SceneOptions) =>
      play(options, (scene) => commands.createToken(scene, name)),
    )
  program
    .command('share <url>')
    .description(texts('cli.help.share'))
    .requiredOption('--to <recipients...>', texts('cli.help.to'))
    .option('--region <country>', texts('cli.help.region'))
    .option('--note <text>', texts('cli.help.note'))
    .option('--title <text>', texts('cli.help.title'))
    .option(...as)
    .option(...json)
    .action((url: string, { to, region, note, title, ...options }: ShareOptions) =>
      play(options, (scene) => commands.share(scene, { url, recipients: to, region, note, title })),
    )
  const onShare = (name: 'status' | 'recall', act: typeof commands.status): void => {
    program
      .command(`${name} <share>`)
      .description(texts(`cli.help.${name}`))
      .option(...as)
      .option(...json)
      .action((id: string, options: SceneOptions) => play(options, (scene) => act(scene, id)))
  }
  onShare('status', commands.status)
  onShare('recall', commands.recall)
  program
    .command('doctor')
    .description(texts('cli.help.doctor'))
    .option(...json)
    .action(async (options: SceneOptions) => {
      if (!(await doctor(options.json ?? false))) process.exitCode = 1
    })
  program
    .command('export <name>')
    .description(texts('cli.help.export'))
    .option(...json)
    .action((name: string, options: SceneOptions) =>
      play(options, (scene) => commands.exportAccount(scene, name)),
    )
  program
    .command('purge')
    .description(texts('cli.help.purge'))
    .option(...json)
    .action((options: SceneOptions) => play(options, commands.purge))
  program
    .command('backup <file>')
    .description(texts('cli.help.backup'))
    .option('--force', texts('cli.help.force'))
    .option(...json)
    .action((file: string, { force = false, ...options }: SceneOptions & { force?: boolean }) =>
      work(options, async (desk) => {
        const { backUp } = await import('./backup.ts')
        await backUp(desk, file, { force })
      }),
    )
  program
    .command('restore <file>')
    .description(texts('cli.help.restore'))
    .option(...json)
    .action((file: string, options: SceneOptions) =>
      work(options, async (desk) => {
        const { restore } = await import('./backup.ts')
        await restore(desk, file)
      }),
    )
  program
    .command('move')
    .description(texts('cli.help.move'))
    .option('--to <uri>', texts('cli.help.moveTo'))
    .option(...json)
    .action(({ to, ...options }: SceneOptions & { to?: string }) =>
      work(options, async (desk) => {
        const { moveAway } = await import('./move.ts')
        await moveAway(desk, to)
      }),
    )
  return program
}
