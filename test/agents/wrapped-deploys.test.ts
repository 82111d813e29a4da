import { describe, expect, test } from 'vitest'
import { mayMatter } from '../../src/agents/shell/may-matter.ts'
import { readCommand } from '../../src/agents/shell/read-command.ts'
import { worldOf } from './lines/world.ts'

const verdict = (line: string): string => readCommand(line, worldOf()).verdict

describe('a deploy behind a program that runs another', () => {
  test.each([
    'run0 fly deploy',
    "runuser -l app -c 'fly deploy'",
    'runuser -u app -- fly deploy',
    'gosu app fly deploy',
    'nsenter -t 1 -m fly deploy',
    'tini -- fly deploy',
    'setsid -f fly deploy',
    "watch -n5 -d 'fly deploy'",
    'watchexec -e ts fly deploy',
    'env - fly deploy',
    'eval -- fly deploy',
    "tcsh -c 'fly deploy'",
    'cmd //c "fly deploy"',
    'wsl fly deploy',
    'wsl -d Ubuntu -- fly deploy',
    "autossh -M 0 host 'fly deploy'",
    'fnm exec --using=20 fly deploy',
    'nvm exec 20 fly deploy',
    'foreman run -e .env fly deploy',
    'arch -arm64 fly deploy',
    "xterm -e 'fly deploy'",
    'gnome-terminal -- fly deploy',
    'chpst -e env fly deploy',
    'npm run -s deploy',
    'node --run deploy',
    'x=$(command -v fly || command -v flyctl); "$x" deploy',
    'x=$(command -v none || command -v flyctl); "$x" deploy',
    "source /dev/stdin <<< 'fly deploy'",
    'echo fly deploy | bash /dev/stdin',
    "sed -n '1e fly deploy' x",
    "sqlite3 x '.shell fly deploy'",
    "psql -c '\\! fly deploy'",
    "vim -c ':!fly deploy' -c q",
    "ruby -e '%x(fly deploy)'",
    "perl -e 'qx{fly deploy}'",
    `python3 -c "import os; os.execvp('fly',['fly','deploy'])"`,
    "deno eval \"new Deno.Command('fly',{args:['deploy']}).spawn()\"",
    "bun -e 'await Bun.$`fly deploy`'",
  ])('%s', (line) => {
    expect([verdict(line), mayMatter(line)]).toEqual(['deploy', true])
  })

  test.each([
    'watch -d fly status',
    'eval "$(pyenv init -)"',
    'eval "$(rbenv init - bash)"',
    'nvm use 20',
    'arch',
    'wsl --list',
    'env -',
    "gnome-terminal -- bash -c 'fly logs'",
    'pyenv install 3.12',
    'foreman start',
    'npm run -s lint',
    "sed -i 's/fly deploy/safe-deploy/' README.md",
    "sed -n '/fly deploy/p' README.md",
    "psql -c 'select 1'",
    'sqlite3 x "select * from t where note = \'fly deploy\'"',
    "ruby -e '%x(fly status)'",
    "bun -e 'console.log(1)'",
    'node --run lint',
    'x=$(command -v node || command -v bun); "$x" --version',
  ])('is none: %s', (line) => {
    expect(verdict(line)).toBe('clear')
  })
})
