import { describe, expect, it } from 'vitest'
import { mentionsGuard } from '../../../src/agents/guard-files/mention.ts'
import { readFileTool, readWrites } from '../../../src/agents/guard-files/read-writes.ts'

const CWD = '/home/ada/web'
const found = (line: string) => (mentionsGuard(line) ? readWrites(line, CWD).way : null)

describe('a line that changes the guard’s own files', () => {
  it.each([
    'rm .claude/settings.json',
    'rm -rf .safe-deploy',
    'echo "exit 0" > .safe-deploy/hook',
    'chmod -x .safe-deploy/hook',
    'rm -rf .claude',
    'rm -rf ./.git/safe-deploy/',
    'sudo rm -rf /home/ada/web/.git/safe-deploy',
    'cd .git && rm -rf safe-deploy',
    'mv .cursor/hooks.json /tmp/',
    'mv .cursor /tmp/x',
    'echo {} > .claude/settings.local.json',
    'echo {} >.codex/hooks.json',
    'echo {} >| .codex/hooks.json',
    'echo {} &> .codex/hooks.json',
    'jq "del(.hooks)" a.json 2>/dev/null >> .gemini/settings.json',
    'cat > .agents/hooks.json <<EOF\n{}\nEOF',
    'tee .windsurf/hooks.json < /dev/null',
    'cp /tmp/empty.json ".claude/settings.json"',
    "sed -i 's/block/open/' .claude/settings.json",
    'sed -i.bak -e s/a/b/ ~/.claude/settings.json',
    'perl -pi -e s/a/b/ .claude/settings.json',
    'git checkout HEAD~3 -- .claude/settings.json',
    'git restore --source=HEAD~3 .github/hooks/safe-deploy.json',
    'git rm -q .opencode/plugins/safe-deploy.ts',
    'ls; true && truncate -s 0 .git/safe-deploy/seen/web.json',
    'bash -c "rm .claude/settings.json"',
    "sh -ec 'ls; rm -f .claude/settings.json'",
    'ln -sf /dev/null .cursor/hooks.json',
    'dd if=/dev/null of=.cursor/hooks.json',
    'ssh-keygen -t ed25519 -f k && cat k.pub >> ops/allowed_signers',
    'A=1 rm \\\n  .claude/settings.json',
  ])('%s', (line) => {
    expect([line, found(line)]).toEqual([line, 'guard-files'])
  })

  it.each([
    'cat .claude/settings.json',
    'cat .safe-deploy/hook',
    'git add .safe-deploy',
    'sh .safe-deploy/hook claude < payload.json',
    'grep -r hooks .claude .cursor > /tmp/out',
    'jq . .claude/settings.json > /tmp/copy.json',
    'cp .claude/settings.json /tmp/backup.json',
    'git add .claude/settings.json && git commit -m "rm .claude/settings.json"',
    'echo "rm -rf .git/safe-deploy"',
    "echo 'a > .claude/settings.json'",
    'git diff -- .claude/settings.json',
    'cat > docs/hooks.md <<EOF\nrm .claude/settings.json\necho > .codex/hooks.json\nEOF',
    '# rm .claude/settings.json',
    'rm .gitignore',
    'rm -rf .github/workflows/old.yml',
    'sed -n 1p .claude/settings.json',
    'vim safe-deploy.yml',
    'echo x > safe-deploy.yml',
    'rm .claude/skills/old/SKILL.md',
    'git checkout main',
    'git clone https://github.com/a/b.git',
    'ls .git/safe-deploy',
    'rm notes.txt # not .claude/settings.json',
    'rm -rf node_modules/.git-hooks',
  ])('and not: %s', (line) => {
    expect([line, found(line)]).toEqual([line, null])
  })

  it('is read in time that grows with its length alone', () => {
    const long = [`rm ${'a'.repeat(2_000_000)} .claude/x`, `${'"'.repeat(999_999)} .claude/x`, `.claude ${'$('.repeat(500_000)}`]
    for (const line of [
      ...long,
      `.claude ${"'\\".repeat(300_000)}`,
      `.claude ${'<<a\n'.repeat(100_000)}`,
      `.claude ${'a\\\n'.repeat(300_000)}`,
    ])
      expect(found(line)).toBeNull()
  })
})

describe('a tool that writes files', () => {
  it.each([
    '.claude/settings.json',
    '/home/ada/.claude/settings.json',
    './x/../.cursor/hooks.json',
    'sub/.github/hooks/other.json',
    '.CLAUDE/Settings.JSON',
    'C:\\Users\\ada\\web\\.git\\safe-deploy\\seen\\web.json',
    'file:///home/ada/web/.codex/config.toml',
    '/etc/safe-deploy/allowed_signers',
  ])('%s is guarded', (path) => {
    expect(readFileTool(['src/app.ts', path], CWD).way).toBe('guard-files')
  })

  it.each(['safe-deploy.yml', 'checklists/ours.yml', 'src/.claude/notes.md', '.github/workflows/ci.yml', '.gitignore', 'a/settings.json'])(
    '%s is not',
    (path) => {
      expect(readFileTool([path], CWD).verdict).toBe('clear')
    },
  )
})
