import { describe, expect, it } from 'vitest'
import { kindOf, lineOf, pathsOf } from '../../../src/agents/hosts/tools.ts'

describe('which kind of tool it is', () => {
  it.each([
    ...['Bash', 'bash', 'PowerShell', 'Monitor', 'Shell', 'run_command', 'run_shell_command', 'runTerminalCommand', 'run_in_terminal'],
    ...['runInTerminal', 'Execute', 'local_shell', 'exec_command', 'write_stdin'],
  ])('%s is a shell', (tool) => expect(kindOf(tool)).toBe('shell'))

  it.each([
    ...['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'apply_patch', 'create', 'edit', 'write_file', 'replace', 'str_replace_editor'],
    ...['create_file', 'replace_string_in_file', 'write_to_file', 'replace_file_content', 'search_replace', 'Delete'],
  ])('%s writes files', (tool) => expect(kindOf(tool)).toBe('write'))

  it.each(['Read', 'Grep', 'view', 'WebFetch', 'Task', 'BashOutput', 'KillShell', 'mcp__x__bash', 'constructor', ''])(
    '%s is another',
    (tool) => expect(kindOf(tool)).toBe('other'),
  )
})

describe('the line a shell gets', () => {
  it.each([
    [{ command: 'fly deploy' }, 'fly deploy'],
    [{ CommandLine: 'fly deploy' }, 'fly deploy'],
    [{ cmd: 'fly deploy', command_line: 'x' }, 'fly deploy'],
    [{ chars: 'fly deploy\n' }, 'fly deploy\n'],
    [{ command: ['bash', '-lc', "echo 'a b' && fly deploy"] }, `bash -lc 'echo '\\''a b'\\'' && fly deploy'`],
    [{ command: '' }, ''],
    [{ command: [] }, null],
    [{ command: ['a', 1] }, null],
    [{ command: null, cmd: 'ls' }, null],
    [{ other: 'ls' }, null],
    ['ls', null],
    [null, null],
    [undefined, null],
  ])('%j', (input, line) => expect(lineOf(input)).toBe(line))
})

describe('the files a tool writes', () => {
  it.each([
    [{ file_path: 'a', content: 'x' }, ['a']],
    [{ filePath: 'a' }, ['a']],
    [{ path: 'a', command: 'view' }, []],
    [{ path: 'a', command: 'str_replace' }, ['a']],
    [{ edits: [{ file_path: 'a' }, { filePath: 'b' }] }, ['a', 'b']],
    [
      '*** Begin Patch\n*** Add File: a b.txt\n+x\n*** Update File: c\n*** Move to: d\n*** Delete File: e\n*** End Patch',
      ['a b.txt', 'c', 'd', 'e'],
    ],
    [{ input: '*** Begin Patch\n*** Update File: c\n' }, ['c']],
    [{ content: 'no *** Update File: c' }, []],
    [7, []],
    [null, []],
  ])('%j', (input, paths) => expect(pathsOf(input)).toEqual(paths))
})
