import { pathOf, within } from './files.ts'
import { afterDashes, afterOptions, optionValue, quoted } from './options.ts'
import { type Program, under } from './program.ts'
import { assign, deeper, HOLE, type Shell } from './shell.ts'

/** Programs that run what follows their options: names, options that take a word, and how many words stand before the command. */
const PLAIN: readonly (readonly [names: string, values: string, skip?: number])[] = [
  [
    'nohup time gtime chronic unbuffer eatmydata torsocks torify proxychains proxychains4 rlwrap xvfb-run winpty setarch linux32 linux64 catchsegv',
    'f o format output s e n l',
  ],
  [
    'run0 systemd-inhibit dbus-launch tini dumb-init catatonit with-contenv ifne numactl cpulimit prlimit setpriv perf-stat trickle arch ' +
      'kitty dotenv-cli with-env',
    'u l d p P C m s e v f',
  ],
  ['gosu su-exec s6-setuidgid envdir setlock', '', 1],
  ['setsid', ''],
  ['lockf', 't', 1],
  ['dtach abduco', '', 1],
  ['nsenter', 't S G target'],
  ['chpst', 'u U b e / n l L m d o p f c r t'],
  ['timeout gtimeout', 'k s kill-after signal', 1],
  ['nice', 'n adjustment'],
  ['ionice', 'c n p class classdata'],
  ['chrt taskset faketime', 'T P D', 1],
  ['stdbuf', 'i o e input output error'],
  ['caffeinate', 't w'],
  ['strace ltrace', 'e o p s a E u P'],
  ['valgrind perf-record unshare firejail bwrap dbus-run-session', 'p'],
  ['chroot', 'userspec groups', 1],
  ['doas', 'u C a'],
  ['pkexec', 'u g user group'],
  ['busybox toybox', ''],
  ['cross-env cross-env-shell env-cmd', 'f e r file environments'],
  ['dotenv dotenvx', 'e f c v'],
  [
    'systemd-run',
    'p u M H t unit property machine host setenv E slice uid gid working-directory description on-active on-calendar on-boot',
  ],
  ['systemd-cat', 't p identifier priority'],
  ['entr', ''],
  ['start-stop-daemon daemonize', 'p u o e c l'],
  ['retry', 't s m d tries sleep times delay'],
  ['ts-retry with-retry nix-portable steam-run op-run', ''],
]

/** Programs whose command stands behind `--`, or behind a word of theirs. */
const DASHED =
  'doppler op infisical aws-vault chamber vault teller envchain sops kubectl oc lxc incus direnv mise rtx asdf nix devbox devenv flox volta hatch poetry uv pipenv pdm rye pixi conda mamba micromamba bundle heroku railway summon berglas snyk heroku-cli dotenvx vercel'
const RUNS = /^(?:run|exec|x|shell|develop|execute|launch|watch|w|e|tool|exec-env|env|sh)$/

const plain =
  (values: string, skip = 0): Program =>
  (shell, args, stdin) => {
    const rest = assigned(shell, afterOptions(args, values).slice(skip))
    return shell.run(rest[0] === '--' ? rest.slice(1) : rest, stdin)
  }

/** `A=1 B=2 command`: takes the assignments in. */
const assigned = (shell: Shell, words: readonly string[]): string[] => {
  const from = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word))
  for (const word of words.slice(0, from < 0 ? words.length : from))
    assign(shell, word.slice(0, word.indexOf('=')), [word.slice(word.indexOf('=') + 1)])
  return from < 0 ? [] : words.slice(from)
}

/** `runuser -u app -- COMMAND`, or as `su` takes it. */
const runUser: Program = (shell, args, stdin, name) =>
  optionValue(args, 'c', '--command', '--session-command') === null
    ? shell.run(afterOptions(args, 'u g G user group supp-group'), stdin)
    : userShell(shell, args, stdin, name)

/** `wsl COMMAND`, `wsl -d Ubuntu -e COMMAND`. */
const subsystem: Program = (shell, args, stdin) => shell.run(afterOptions(args, 'd u distribution user cd'), stdin)

/** `xterm -e COMMAND`, `gnome-terminal -- COMMAND`, `wezterm start -- COMMAND`: words, or one text. */
const terminal: Program = (shell, args, stdin) => {
  const at = args.findIndex((word) => /^(?:-e|-x|--|--command|--execute)$/.test(word))
  const words = at < 0 ? [] : args.slice(at + 1)
  return words.length === 1 ? shell.text(words[0]!, 'terminal') : shell.run(words, stdin)
}

/** `fnm exec --using=20 COMMAND`, `nvm exec 20 COMMAND`, `foreman run COMMAND`. */
const behindVerb: Program = (shell, args, stdin, name) => {
  const at = args.findIndex((word) => /^(?:exec|run|do|start|shell)$/.test(word))
  // `init -` of most prints what sets the shell up, which eval reads.
  if (at < 0) return ''
  const rest = afterOptions(args.slice(at + 1), 'e f env using node npm procfile')
  const from = /^(?:nvm|n|multipass|limactl)$/.test(name) ? 1 : 0
  return shell.run(
    rest.slice(from).filter((word, i) => i > 0 || word !== '--'),
    stdin,
  )
}

const env: Program = (shell, args, stdin) => {
  const split = optionValue(args, 'S', '--split-string')
  const glued = args.find((word) => /^-[iv0]*S./.test(word))
  if (split !== null) return shell.text([split, ...args.slice(args.indexOf(split) + 1).map(quoted)].join(' '), null, [], stdin)
  if (glued)
    return shell.text([glued.replace(/^-[iv0]*S/, ''), ...args.slice(args.indexOf(glued) + 1).map(quoted)].join(' '), null, [], stdin)
  const folder = optionValue(args, 'C', '--chdir')
  const words = afterOptions(args, 'u C unset chdir')
  const rest = assigned(shell, words[0] === '-' ? words.slice(1) : words)
  return within(shell, folder === null ? shell.cwd : pathOf(shell, folder), () => (rest.length > 0 ? shell.run(rest, stdin) : HOLE))
}

const sudo: Program = (shell, args, stdin) => {
  const values = 'u g h p C D R T U r t user group host prompt chdir chroot role type other-user close-from command-timeout'
  const rest = assigned(shell, afterOptions(args, values))
  if (rest.length === 0) return args.some((word) => /^-[a-zA-Z]*[si]$/.test(word)) ? shell.run(['sh'], stdin) : HOLE
  return shell.run(rest, stdin)
}

/** `su - app -c TEXT`, `script -c TEXT`, `nix-shell --run TEXT`: a text in an option. */
const inOption =
  (letter: string, ...longer: string[]): Program =>
  (shell, args, stdin, name) => {
    const text = optionValue(args, letter, ...longer)
    return text === null ? HOLE : shell.text(text, `${name} -${letter}`, [], stdin)
  }

const userShell: Program = (shell, args, stdin, name) => {
  const text = optionValue(args, 'c', '--command', '--session-command')
  if (text !== null) return shell.text(text, `${name} -c`, [], stdin)
  return stdin === null ? HOLE : shell.run(['sh'], stdin)
}

/** `script -qec TEXT FILE`; on other systems `script FILE COMMAND…`. */
const script: Program = (shell, args, stdin) => {
  const text = optionValue(args, 'c', '--command')
  if (text !== null) return shell.text(text, 'script -c', [], stdin)
  const rest = afterOptions(args, 't E I O B T')
  return rest.length > 1 ? shell.run(rest.slice(1), stdin) : stdin === null ? HOLE : shell.run(['sh'], stdin)
}

/** Words that are joined and handed to a shell: `watch fly status`, `parallel fly ::: deploy`. */
const asText =
  (values: string, label: string): Program =>
  (shell, args, stdin) => {
    const words = afterOptions(args, values)
    return words.length === 0 ? HOLE : shell.text(words.join(' '), label, [], stdin)
  }

/** Each word is a shell line of its own: `concurrently "a" "b"`. */
const eachText =
  (values: string): Program =>
  (shell, args, _stdin, name) => {
    for (const word of afterOptions(args, values))
      if (/\s/.test(word) || /^(?:npm|pnpm|yarn):/.test(word)) shell.text(word.replace(/^(npm|pnpm|yarn):/, '$1 run '), name)
    return HOLE
  }

/** The words of the input are added to the command. */
const xargs: Program = (shell, args, stdin) => {
  const rest = afterOptions(args, 'n L I P d E s a max-args max-lines replace max-procs delimiter arg-file J R S')
  if (rest.length === 0) return stdin ?? HOLE
  const mark =
    optionValue(args, 'I', '--replace', '-I') ?? args.find((word) => /^-I./.test(word))?.slice(2) ?? (args.includes('-i') ? '{}' : null)
  const words = (stdin ?? HOLE)
    .split(/[\s\0]+/)
    .filter(Boolean)
    .slice(0, 64)
  if (mark) {
    for (const line of (stdin ?? HOLE).split('\n').filter(Boolean).slice(0, 8))
      shell.run(
        rest.map((word) => word.replaceAll(mark, () => line)),
        null,
      )
    return HOLE
  }
  return shell.run([...rest, ...words], null)
}

const parallel: Program = (shell, args, stdin) => {
  const [before, after] = split(args, /^:::\+?$/)
  const words = afterOptions(before, 'j jobs a arg-file colsep delay retries timeout joblog n N L I')
  const inputs = after.length > 0 ? after.filter((word) => !/^:::/.test(word)) : (stdin ?? HOLE).split('\n').filter(Boolean)
  for (const input of inputs.slice(0, 16)) {
    const line = words.join(' ')
    shell.text(words.length === 0 ? input : line.includes('{}') ? line.replaceAll('{}', () => input) : `${line} ${input}`, 'parallel')
  }
  if (words.length > 0) shell.text([...words.map((word) => word.replaceAll('{}', '')), ...inputs.slice(0, 64)].join(' '), 'parallel')
  return HOLE
}

const split = (args: readonly string[], mark: RegExp): [string[], string[]] => {
  const at = args.findIndex((word) => mark.test(word))
  return at < 0 ? [[...args], []] : [args.slice(0, at), args.slice(at + 1)]
}

const find: Program = (shell, args) => {
  for (const [i, word] of args.entries()) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(word)) continue
    const end = args.findIndex((one, at) => at > i && /^[;+]$/.test(one))
    shell.run(args.slice(i + 1, end < 0 ? undefined : end), null)
  }
  return HOLE
}

/** `watchexec -e ts COMMAND`, `reflex -- COMMAND`. */
const onChange: Program = (shell, args) =>
  shell.text(afterOptions(args, 'e w f i d r s g exts watch filter ignore debounce regex glob').join(' '), 'on change')

/** `fd -x COMMAND`, `nodemon --exec TEXT`. */
const onFound: Program = (shell, args) => {
  const at = args.findIndex((word) => /^(?:-x|-X|--exec|--exec-batch)$/.test(word))
  return at < 0 ? HOLE : args.length > at + 2 ? shell.run(args.slice(at + 1), null) : shell.text(args[at + 1] ?? '', 'exec')
}

const flock: Program = (shell, args, stdin) => {
  const text = optionValue(args, 'c', '--command')
  return text !== null ? shell.text(text, 'flock -c') : shell.run(afterOptions(args, 'w E timeout conflict-exit-code wait').slice(1), stdin)
}

/** They print what sets a shell up. */
const SETS_UP = /^(?:completions?|activate|hook|shellenv|shell-init|init|export|export-credentials|env|print-dev-env)$/

const dashed: Program = (shell, args, stdin, name) => {
  if (SETS_UP.test(args[0] ?? '') && !args.includes('--')) return ''
  const text =
    optionValue(args, '', '--command', '--run') ??
    (/^(?:nix|direnv|mise|rtx|doppler|devbox)$/.test(name)
      ? optionValue(
          args.filter((word) => word !== '--'),
          'c',
        )
      : null)
  const dashes = afterDashes(args)
  if (dashes) return shell.run(assigned(shell, [...installable(name, args), ...dashes]), stdin)
  if (text !== null) return name === 'nix' ? shell.run(args.slice(args.indexOf(text)), stdin) : shell.text(text, name, [], stdin)
  const at = args.findIndex((word) => RUNS.test(word))
  if (at < 0) return HOLE
  const rest = afterOptions(
    args.slice(at + 1),
    'p project e env c config n name with directory group extra python f file u i a app r remote',
  )
  // `direnv exec DIR`, `aws-vault exec PROFILE`, `sops exec-env FILE TEXT`.
  if (/^(?:direnv|aws-vault|chamber|envchain)$/.test(name)) return shell.run(rest.slice(1), stdin)
  if (name === 'sops') return shell.text(rest.slice(1).join(' '), 'sops')
  return shell.run(assigned(shell, rest), stdin)
}

/** `nix run nixpkgs#flyctl -- deploy`: the program is named before the dashes. */
const installable = (name: string, args: readonly string[]): string[] => {
  const [verb, ...rest] = args
  const named = name === 'nix' && verb === 'run' ? rest.find((word) => !word.startsWith('-')) : undefined
  return named ? [named.slice(named.search(/[^#/:]*$/))] : []
}

const later: Program = (shell, args, stdin, name) => {
  const file = optionValue(args, 'f')
  return file !== null ? shell.run(['sh', file], null) : stdin === null ? HOLE : deeper(shell, name, HOLE, () => shell.run(['sh'], stdin))
}

/** Programs that run another. */
export const WRAPPERS: readonly (readonly [string, Program])[] = [
  ...PLAIN.flatMap(([names, values, skip]) => under(names, plain(values, skip))),
  ...under(DASHED, dashed),
  ['env', env],
  ['sudo', sudo],
  ...under('su', userShell),
  ['runuser', runUser],
  ['wsl', subsystem],
  ...under('xterm gnome-terminal konsole alacritty x-terminal-emulator wezterm foot', terminal),
  ...under('fnm nvm n pyenv rbenv nodenv rvm foreman overmind honcho multipass limactl', behindVerb),
  ['script', script],
  ['nix-shell', inOption('', '--run', '--command')],
  ...under('newgrp sg', inOption('c')),
  ['watch', asText('n interval', 'watch')],
  ['hyperfine', eachText('w r n p c S runs warmup prepare cleanup')],
  ...under('concurrently conc', eachText('n c names prefix-colors max-processes')),
  ['xargs', xargs],
  ['parallel', parallel],
  ['find', find],
  ...under('fd fdfind nodemon chokidar', onFound),
  ...under('watchexec reflex', onChange),
  ['flock', flock],
  ...under('at batch', later),
  ...under('crontab', (shell, _args, stdin) => {
    for (const line of (stdin ?? '').split('\n').slice(0, 32)) shell.text(line.replace(/^\s*(?:@\w+|(?:\S+\s+){5})/, ''), 'crontab')
    return ''
  }),
]
