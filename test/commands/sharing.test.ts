import { describe, expect, test } from 'vitest'
import { choosePlace, type Wanted } from '../../src/commands/init-place.ts'
import { ledgerShare } from '../../src/commands/ledger-share.ts'
import type { Sharing } from '../../src/commands/sharing.ts'
import { ledgerLine, withLedger } from '../../src/config/ledger-line.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { Settings } from '../../src/config/settings.ts'
import { refuse } from '../../src/errors.ts'
import type { Tried } from '../../src/ledger/try-remote.ts'
import type { Prompter } from '../../src/ports.ts'
import { hex, refusalOf, stateAfter } from '../support/ledger.ts'
import { listen } from './heard.ts'

const HOME = { name: 'origin', url: 'git@git.acme.internal:shop.git' }
const HUB = { name: 'origin', url: 'https://github.com/acme/shop.git' }
const ID = hex(0xaaaa)

interface Asked {
  tried: string[]
  brought: unknown[]
}

const sharingOf = (remotes: { name: string; url: string }[], tried: Tried | Error = { takes: 'any', left: null }): Sharing & Asked => {
  const asked: Asked = { tried: [], brought: [] }
  const state = stateAfter()
  const tip = { oid: hex(1, 40), state, core: state.core, problem: null, cachedAt: null, seq: state.seq }
  return {
    ...asked,
    remotes: async () => remotes,
    used: async () => null,
    tries: async (remote) => {
      asked.tried.push(remote)
      if (tried instanceof Error) throw tried
      return tried
    },
    bring: async (app, place, ids) => {
      asked.brought.push([app, place, ids])
      return { how: 'moved', id: ID, tip, carried: null }
    },
  }
}

const answering = (answer: boolean | null): Prompter & { asked: [string, boolean][] } => {
  const asked: [string, boolean][] = []
  return {
    asked,
    text: async () => null,
    confirm: async (question, initial) => {
      asked.push([question, initial])
      return answer
    },
  }
}

describe('init chooses where the ledger is', () => {
  const choose = async (sharing: Sharing, wanted: Wanted = null, prompt: Prompter | null = null) => {
    const heard = listen()
    const chosen = await choosePlace({ sharing, wanted, prompt, emit: heard.emit })
    return { ...chosen, heard: JSON.stringify(heard.events) }
  }

  test('here, where there is no remote, or it is said; nothing is asked or tried', async () => {
    const prompt = answering(true)
    expect(await choose(sharingOf([]), null, prompt)).toMatchObject({ remote: null, says: [] })
    expect(await choose(sharingOf([HOME]), 'no', prompt)).toMatchObject({ remote: null, says: [] })
    expect(prompt.asked).toEqual([])
  })

  test('here, where nobody can be asked, and how to share it is said', async () => {
    const sharing = sharingOf([HOME])
    const chosen = await choose(sharing)
    expect(chosen.remote).toBeNull()
    expect(chosen.says.join()).toContain('safe-deploy ledger share')
    expect(sharing.tried).toEqual([])
  })

  test('there, by a flag or a person who was told who can read it', async () => {
    for (const [wanted, prompt] of [
      [{ remote: null }, null],
      [null, answering(true)],
    ] as const) {
      const sharing = sharingOf([{ name: 'fork', url: 'x:y' }, HOME])
      const chosen = await choose(sharing, wanted, prompt)
      expect(chosen).toMatchObject({ remote: 'origin', takes: 'any', logs: null })
      expect(chosen.says.join()).toContain('Whoever can read the repository on origin')
      expect(sharing.tried).toEqual(['origin'])
      if (prompt) expect(chosen.heard).toContain('Whoever can read the repository on origin')
    }
    expect((await choose(sharingOf([HOME, { name: 'up', url: 'x:y' }]), { remote: 'up' })).remote).toBe('up')
  })

  test('on a host that looks public the words are stronger, Enter says no, and log tails stay at home', async () => {
    const prompts = [answering(true), answering(true)]
    const open = await choose(sharingOf([HUB]), null, prompts[0])
    expect(open).toMatchObject({ remote: 'origin', logs: 'none' })
    expect(open.heard).toMatch(/if it is public, everybody/)
    const own = await choose(sharingOf([HOME]), null, prompts[1])
    expect(own.heard).not.toMatch(/everybody\./)
    expect(prompts.map(({ asked }) => asked[0]?.[1])).toEqual([false, true])
  })

  test('a no keeps it here, and who leaves gets no config', async () => {
    expect(await choose(sharingOf([HOME]), null, answering(false))).toMatchObject({ remote: null })
    expect((await refusalOf(() => choose(sharingOf([HOME]), null, answering(null)))).code).toBe('DECLINED')
  })

  test('a remote that fails the trial is refused, and what goes without it is named', async () => {
    const failing = sharingOf([HOME], refuse('LEDGER_NOT_WRITABLE', { what: 'read only', next: [] }))
    const refusal = await refusalOf(() => choose(failing, { remote: null }))
    expect(refusal).toMatchObject({ code: 'LEDGER_NOT_WRITABLE', next: [{ argv: ['safe-deploy', 'init', '--no-share'] }] })
  })
})

describe('ledger share', () => {
  const LEDGER: Settings['ledger'] = { remote: 'none', id: ID, ref: null, logs: 'share' }
  const share = async (sharing: Sharing, text: string | null, ledger = LEDGER, remote: string | null = null) => {
    const heard = listen()
    const written: string[] = []
    await ledgerShare({
      sharing,
      settings: { app: 'Shop', file: text === null ? null : 'safe-deploy.yml', ledger },
      remote,
      read: async () => text,
      write: async (_, fresh) => void written.push(fresh),
      emit: heard.emit,
    })
    return { written, said: JSON.stringify(heard.events) }
  }

  test('writes the line where it is one line, and leaves the rest as it is', async () => {
    const text = `version: 1\n# mine\nledger: { remote: none, id: '${ID}' }   # here\nhears: [x]\n`
    const { written } = await share(sharingOf([HOME]), text)
    expect(written).toEqual([text.replace('remote: none', 'remote: origin')])
  })

  test('tells the line where it is not, and where there is no config', async () => {
    for (const text of ['version: 1\nledger:\n  remote: none\n', 'version: 1\napps:\n  a: {}\n', null]) {
      const { written, said } = await share(sharingOf([HOME]), text)
      expect(written).toEqual([])
      expect(said).toContain(`ledger: { remote: origin, id: '${ID}' }`)
    }
  })

  test('goes to the branch on a host that takes nothing else, and keeps log tails at home on one that looks public', async () => {
    const sharing = sharingOf([HUB], { takes: 'heads', left: null })
    const { written, said } = await share(sharing, 'version: 1\n')
    expect(sharing.brought).toEqual([['Shop', { remote: 'origin', ref: 'refs/heads/safe-deploy/shop' }, { own: ID, there: ID }]])
    expect(written[0]).toContain(`ledger: { remote: origin, id: '${ID}', ref: refs/heads/safe-deploy/shop, logs: none }`)
    expect(said).toMatch(/CI jobs/)
  })

  test('goes where the config says, unless the line says otherwise', async () => {
    const shared = { ...LEDGER, remote: 'up', ref: 'refs/heads/l' }
    const sharing = sharingOf([HOME])
    await share(sharing, 'version: 1\n', shared)
    await share(sharing, 'version: 1\n', shared, 'origin')
    expect(sharing.brought).toEqual([
      ['Shop', { remote: 'up', ref: 'refs/heads/l' }, { own: null, there: ID }],
      ['Shop', { remote: 'origin', ref: null }, { own: null, there: ID }],
    ])
  })
})

test('whatever the line holds reads back', () => {
  const wanted = { remote: "git@host:a b's.git", id: ID, ref: 'refs/heads/safe-deploy/a%2Eb', logs: 'none' as const }
  const text = withLedger('version: 1\nhears: [x]\n', ledgerLine(wanted)) ?? ''
  expect(parseConfig(text, 'x')).toMatchObject({ problems: [], written: { ledger: wanted, hears: ['x'] } })
})
