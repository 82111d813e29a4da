/** Which kind of tool a host is about to run, by its name. `runTerminalCommand`, `run_terminal_command` and `Run-Terminal-Command` are one. */
export type Kind = 'shell' | 'write' | 'other'

const SHELLS = new Set([
  ...['bash', 'sh', 'shell', 'zsh', 'powershell', 'pwsh', 'monitor', 'terminal'],
  ...['runcommand', 'runshellcommand', 'runterminalcommand', 'runterminalcmd', 'runinterminal', 'sendtoterminal'],
  ...['execute', 'executecommand', 'execcommand', 'shellcommand', 'localshell', 'localshellcall', 'unifiedexec', 'containerexec'],
  // What is typed into a shell that runs already.
  ...['writestdin', 'writebash', 'writepowershell'],
])

const WRITES = new Set([
  ...[
    'write',
    'writefile',
    'writetofile',
    'create',
    'createfile',
    'edit',
    'editfile',
    'multiedit',
    'notebookedit',
    'editnotebook',
    'insert',
  ],
  ...['replace', 'strreplace', 'strreplaceeditor', 'strreplacebasededittool', 'searchreplace', 'replacestringinfile'],
  ...['multireplacestringinfile', 'inserteditintofile', 'replacefilecontent', 'multireplacefilecontent'],
  ...['applypatch', 'patch', 'delete', 'deletefile', 'movefile', 'renamefile'],
])

/** @param tool the name as a host writes it */
export const kindOf = (tool: string): Kind => {
  const name = tool.toLowerCase().replace(/[_\s-]/g, '')
  return SHELLS.has(name) ? 'shell' : WRITES.has(name) ? 'write' : 'other'
}

const COMMAND_KEYS = ['command', 'cmd', 'CommandLine', 'command_line', 'commandLine', 'chars', 'input', 'script']

const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null

/**
 * The line that a shell tool gets. A list of words is written as a line that means the same words.
 * @returns null where there is none to be read
 */
export const lineOf = (input: unknown): string | null => {
  const fields = record(input)
  const key = fields && COMMAND_KEYS.find((name) => name in fields)
  const value = fields && key ? fields[key] : null
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string') ? value.map(quoted).join(' ') : null
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const PATH_KEYS = new Set([
  ...['path', 'file', 'filename', 'file_path', 'filePath', 'notebook_path', 'notebookPath', 'target_file', 'targetFile', 'TargetFile'],
  ...['AbsolutePath', 'uri', 'old_path', 'new_path', 'source', 'destination'],
])
/** Where a whole patch stands; what a file is to hold is no patch, whatever it says. */
const PATCH_KEYS = new Set(['input', 'patch', 'patchText', 'patch_text', 'diff', 'command'])
const PATCH_LINE = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm

/** The files that a tool of this kind is about to write; empty where it says none, or only looks. */
export const pathsOf = (input: unknown): string[] => {
  if (typeof input === 'string') return patched(input)
  const fields = record(input)
  if (!fields || fields.command === 'view') return []
  return Object.entries(fields).flatMap(([key, value]) => {
    if (typeof value === 'string') return PATH_KEYS.has(key) ? [value] : PATCH_KEYS.has(key) ? patched(value) : []
    return Array.isArray(value) ? value.flatMap((one) => (typeof one === 'string' ? [] : pathsOf(one))) : []
  })
}

const patched = (text: string): string[] =>
  text.includes('*** ') ? [...text.matchAll(PATCH_LINE)].flatMap(([, path]) => (path ? [path.trim()] : [])) : []
