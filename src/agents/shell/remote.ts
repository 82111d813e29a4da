import { afterDashes, afterOptions, optionValue, quoted } from './options.ts'
import { type Program, under } from './program.ts'
import { HOLE, type Shell } from './shell.ts'

const ssh: Program = (shell, args, stdin) => {
  const rest = afterOptions(args, 'b c D E e F I i J L l m M O o p Q R S W w B P')
  const [, ...told] = rest
  const words = afterOptions(told, '')
  if (words.length > 0) {
    // What is meant counts as well: of `ssh host bash -c 'a b'` the far shell gets the quotes no more.
    if (words.length > 1) shell.run(words, stdin)
    return shell.text(words.join(' '), 'ssh', [], stdin)
  }
  return stdin === null ? HOLE : shell.run(['sh'], stdin)
}

/** `gcloud compute ssh HOST --command TEXT`, `vagrant ssh -c TEXT`. */
const inside: Program = (shell, args, _stdin, name) => {
  const text = optionValue(args, name === 'vagrant' ? 'c' : '', '--command')
  return text === null ? HOLE : shell.text(text, `${name} ssh`)
}

/** Keys that are typed into a terminal, or the command of a new one. */
const tmux: Program = (shell, args) => {
  const at = args.findIndex((word) =>
    /^(?:send-keys|send|new-session|new|new-window|neww|split-window|splitw|respawn-pane|run-shell|run|if-shell|pipe-pane|respawn-window)$/.test(
      word,
    ),
  )
  if (at < 0) return HOLE
  const keys = afterOptions(args.slice(at + 1), 't s n c x y e F l p N').filter(
    (word) => !/^(?:Enter|C-m|KPEnter|Space|C-[a-z]|Escape|Tab)$/.test(word),
  )
  // `fly Space deploy` comes in pieces, `'fly ' 'deploy'` as well.
  return keys.length === 0 ? HOLE : typed(shell, keys, 'tmux')
}

const typed = (shell: Shell, keys: readonly string[], label: string): string => {
  shell.text(keys.join(' '), label)
  return keys.length > 1 ? shell.text(keys.join(''), label) : HOLE
}

const screen: Program = (shell, args) => {
  const stuffed = args.indexOf('stuff')
  if (stuffed >= 0) return shell.text((args[stuffed + 1] ?? '').replace(/\\[nr]|\^M/g, '\n'), 'screen')
  return shell.run(afterOptions(args, 'S c e h p s t T'), null)
}

const zellij: Program = (shell, args) => {
  const at = args.findIndex((word) => /^(?:run|write-chars)$/.test(word))
  const dashes = afterDashes(args)
  return at < 0 ? HOLE : dashes ? shell.run(dashes, null) : shell.text(args.slice(at + 1).join(' '), 'zellij')
}

const VALUES =
  'v e w u p l h m a c volume env workdir user publish label hostname memory network net name env-file mount entrypoint platform cpus add-host ' +
  'restart shm-size ulimit device cap-add cap-drop security-opt log-driver log-opt dns ip gpus pull cidfile expose tmpfs group-add index detach-keys ' +
  'link volumes-from pid ipc uts userns runtime stop-signal health-cmd cgroupns privileged-without'

const FLY_IMAGE = /(?:^|\/)flyctl(?:[:@].*)?$/

/** `docker run IMAGE COMMAND`, `docker exec BOX COMMAND`, `docker compose run SERVICE COMMAND`. */
const docker: Program = (shell, args, stdin) => {
  const words = afterOptions(args, 'c context H host l log-level config f file p project-name project-directory profile env-file')
  const from = words[0] === 'compose' ? composed(words.slice(1)) : words[0] === 'container' ? words.slice(1) : words
  return /^(?:run|exec|create)$/.test(from[0] ?? '') ? inBox(shell, from.slice(1), stdin) : HOLE
}

const composed = (words: readonly string[]): string[] =>
  afterOptions(words, 'f file p project-name project-directory profile env-file ansi parallel')

const inBox = (shell: Shell, args: readonly string[], stdin: string | null): string => {
  const [image = '', ...command] = afterOptions(args, VALUES)
  const entry = optionValue(args, '', '--entrypoint')
  if (entry) return shell.run([...entry.split(/\s+/), ...command], stdin)
  if (FLY_IMAGE.test(image))
    return shell.run(command[0] === 'fly' || command[0] === 'flyctl' || command[0]?.includes('/') ? command : ['flyctl', ...command], stdin)
  return command.length > 0 ? shell.text(command.map(quoted).join(' '), 'docker', [], stdin) : HOLE
}

/** Terminals and machines elsewhere: what is sent to them is run there. */
export const REMOTE: readonly (readonly [string, Program])[] = [
  ...under('ssh autossh mosh sshpass', (shell, args, stdin, name) =>
    name === 'sshpass' ? shell.run(afterOptions(args, 'p f d P'), stdin) : ssh(shell, args, stdin, name),
  ),
  ...under('vagrant gcloud-ssh', inside),
  ['gcloud', (shell, args, stdin, name) => (args.includes('ssh') ? inside(shell, args, stdin, name) : '')],
  ['tmux', tmux],
  ['screen', screen],
  ['zellij', zellij],
  ...under('docker podman nerdctl finch', docker),
  ...under('docker-compose podman-compose', (shell, args, stdin, name) => docker(shell, ['compose', ...args], stdin, name)),
]
