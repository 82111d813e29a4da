import { pick } from '../support/random.ts'

type Random = () => number

const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const double = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`
const ansi = (text: string): string => `$'${[...text].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}'`
const oneByOne = (text: string): string => [...text].map((char) => (/[a-z]/.test(char) ? `\\${char}` : char)).join('')

const UNSET = '${nobody_sets_this}'

/** A word in other clothes; the shell sees the same. */
const word = (random: Random, text: string): string => {
  const at = 1 + Math.floor(random() * (text.length - 1))
  return pick(random, [
    text,
    single(text),
    double(text),
    ansi(text),
    oneByOne(text),
    `${text.slice(0, at)}""${text.slice(at)}`,
    `${text.slice(0, at)}\\\n${text.slice(at)}`,
    `${text.slice(0, at)}${single(text.slice(at))}`,
    `$(echo ${text})`,
    `$(printf %s ${text})`,
    `"$(echo ${text})"`,
    `\${unset_here:-${text}}`,
    `${text.slice(0, at)}$(true)${text.slice(at)}`,
    `${text.slice(0, at)}${UNSET}${text.slice(at)}`,
    `{${text},}`.replace(/,}$/, `,${UNSET}}`),
  ])
}

const APART = [' ', '  ', '\t', ' \\\n ']

/** A deploy as a line of plain words. */
const command = (random: Random): string => {
  const before = pick(random, [[], ['-a', 'web'], ['--verbose'], ['--config', 'fly.toml'], ['-t', 'tok']])
  const verb = pick(random, [['deploy'], ['secrets', 'set', 'A=b'], ['machine', 'update', '1'], ['scale', 'count', '2'], ['launch']])
  return [pick(random, ['fly', 'flyctl']), ...before, ...verb].map((one) => word(random, one)).join(pick(random, APART))
}

/** Ways to run a line inside another. Each keeps that it runs. */
const WRAPS: readonly ((random: Random, line: string) => string)[] = [
  (_, line) => `bash -c ${single(line)}`,
  (_, line) => `sh -ec ${double(line)}`,
  (_, line) => `eval ${single(line)}`,
  (_, line) => `bash <<'END_1'\n${line}\nEND_1`,
  (_, line) => `bash <<< ${single(line)}`,
  (_, line) => `echo ${single(line)} | sh`,
  (_, line) => `printf '%s' ${single(line)} | bash -s`,
  (_, line) => `bash <(echo ${single(line)})`,
  (_, line) => `( ${line}\n)`,
  (_, line) => `{ ${line}\n}`,
  (_, line) => `if true; then ${line}\nfi`,
  (_, line) => `for i in 1 2; do ${line}\ndone`,
  (_, line) => `while true; do ${line}\nbreak; done`,
  (_, line) => `case x in *) ${line}\n;; esac`,
  (_, line) => `f() { ${line}\n}; f`,
  (_, line) => `echo "$(${line}\n)"`,
  (_, line) => `ls && ${line}`,
  (_, line) => `false || ${line}`,
  (_, line) => `${line} | tee log.txt`,
  (_, line) => `${line}\nls`,
  (_, line) => `trap ${single(line)} EXIT`,
  (_, line) => `x=${single(line)}; eval "$x"`,
  (_, line) => `ssh host ${single(line)}`,
  (_, line) => `su - app -c ${single(line)}`,
  (_, line) => `script -qec ${single(line)} /dev/null`,
  (_, line) => `tmux new-session -d ${single(line)}`,
  (_, line) => `sudo sh -c ${single(line)}`,
  (_, line) => `timeout 60 nice bash -lc ${single(line)}`,
  (_, line) => `env A=1 bash -c ${single(line)}`,
  (_, line) => `find . -exec sh -c ${single(line)} ';'`,
  (_, line) => `docker compose run --rm web sh -c ${single(line)}`,
  (_, line) => `cat > /tmp/a.sh <<'END_2'\n${line}\nEND_2\nsh /tmp/a.sh`,
  (_, line) => `coproc { ${line}\n}`,
  (_, line) => `until ${line}\ndo sleep 1; done`,
  (_, line) => `bash -c '"$@"' _ sh -c ${single(line)}`,
  (_, line) => `set -- ${single(line)}; eval "$1"`,
  (_, line) => `c=(bash -c ${single(line)}); "\${c[@]}"`,
  (_, line) => `python3 -c ${single(`import os; os.system(${JSON.stringify(line)})`)}`,
  (_, line) => `nix-shell -p x --run ${single(line)}`,
  (_, line) => `watch -n 5 ${single(line)}`,
  (_, line) => `(cd web; ${line}\n) &`,
  (_, line) => `[[ -z $(${line}\n) ]]`,
  (random, line) => `alias go=${single(line)}\n${pick(random, ['go', 'go ', 'true; go'])}`,
]

/** A deploy, quoted, split and wrapped at random, up to four deep. */
export const disguised = (random: Random): string => {
  let line = command(random)
  for (let left = Math.floor(random() * 5); left > 0; left -= 1)
    line = pick(random, WRAPS)(random, line).replace(/END_(\d)/g, `END_$1${left}`)
  return line
}
