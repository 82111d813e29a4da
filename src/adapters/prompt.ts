import type { Prompter } from '../ports.ts'

/** The keys that leave a prompt, beside Ctrl-C, which the prompt itself knows. Ctrl-D would end the input and leave us waiting. */
const leaves = (key: { name?: string; ctrl?: boolean } | undefined): boolean =>
  key?.name === 'escape' || (key?.ctrl === true && key.name === 'd')

type Question = { type: 'input'; message: string; default?: string } | { type: 'confirm'; message: string; default: boolean }

/** A question in terminal text must not steer the terminal. */
const plain = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')

/**
 * Asks on a terminal. The library loads at the first question. In a prompt Ctrl-C is a key and gives null; a real SIGINT still
 * reaches the process's own handlers. Input that ends (Ctrl-D, terminal gone) gives null as well.
 * @param output where questions are drawn; stderr, so that stdout stays data
 */
export const makePrompter = (input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompter => {
  const ask = async (question: Question): Promise<unknown> => {
    const { default: inquirer } = await import('inquirer')
    const left = new AbortController()
    const leave = () => left.abort()
    const onKey = (_: unknown, key: { name?: string; ctrl?: boolean } | undefined) => {
      if (leaves(key)) leave()
    }
    input.on('keypress', onKey).once('end', leave).once('close', leave).once('error', leave)
    try {
      const prompt = inquirer.createPromptModule({ input, output, signal: left.signal })
      const answers: { answer: unknown } = await prompt([{ ...question, message: plain(question.message), name: 'answer' }])
      return answers.answer
    } catch (error) {
      if (['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes((error as Error).name)) return null
      throw error
    } finally {
      input.off('keypress', onKey).off('end', leave).off('close', leave).off('error', leave)
      input.pause()
    }
  }
  return {
    text: async (message, initial) => {
      const answer = await ask({ type: 'input', message, ...(initial === undefined ? {} : { default: plain(initial) }) })
      return typeof answer === 'string' ? answer : null
    },
    confirm: async (message, initial) => {
      const answer = await ask({ type: 'confirm', message, default: initial })
      return typeof answer === 'boolean' ? answer : null
    },
  }
}
