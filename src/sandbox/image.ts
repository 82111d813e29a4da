import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Parsed, value, values } from './argv.ts'
import type { FlyConfig } from './config.ts'
import { copyContext, listContext } from './context.ts'
import { readDockerfile, readProcfile, readStartScript } from './dockerfile.ts'
import { FlyError } from './fail.ts'
import { readText } from './files.ts'
import { files } from './home.ts'
import { isoNow, sha256, ulid } from './ids.ts'
import type { Shell } from './shell.ts'
import { type App, type Command, changeApp, type Image } from './state.ts'

const NO_SOURCE =
  'failed to fetch an image or build from source: app does not have a Dockerfile or buildpacks configured. See https://fly.io/docs/reference/configuration/#the-build-section'

const dockerfileOf = (dir: string, config: FlyConfig, parsed: Parsed): string => {
  const named = value(parsed, 'dockerfile') ?? config.build.dockerfile
  if (named !== undefined && readText(join(dir, named)) === null)
    throw new FlyError(`failed to fetch an image or build from source: dockerfile '${join(dir, named)}' not found`)
  return named ?? (existsSync(join(dir, 'Dockerfile')) ? 'Dockerfile' : 'dockerfile')
}

/** How the image starts: Dockerfile, else the start script of package.json, else Procfile. */
const recipeOf = (dir: string, dockerfile: string, config: FlyConfig): { command: Command | null; env: Record<string, string> } => {
  const docker = readText(join(dir, dockerfile))
  if (docker !== null) return readDockerfile(docker)
  const script = readText(join(dir, 'package.json'))
  const procfile = readText(join(dir, 'Procfile'))
  const command = (script === null ? null : readStartScript(script)) ?? (procfile === null ? null : readProcfile(procfile))
  if (command === null && Object.values(config.groups).includes(null)) throw new FlyError(NO_SOURCE)
  return { command, env: {} }
}

const labelsOf = (parsed: Parsed): Record<string, string> =>
  Object.fromEntries(
    values(parsed, 'label').map((pair) => {
      const eq = pair.indexOf('=')
      return eq < 0 ? [pair, ''] : [pair.slice(0, eq), pair.slice(eq + 1)]
    }),
  )

/** Labels are part of an image, so they are part of its digest. */
const digestOf = (content: string, labels: Record<string, string>): string => {
  const pairs = Object.entries(labels).sort()
  return `sha256:${pairs.length === 0 ? content : sha256(JSON.stringify([content, pairs]))}`
}

const size = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`)

const announce = (shell: Shell, image: Image): Image => {
  shell.err(`image: ${image.ref}\nimage size: ${size(image.size)}\n`)
  return image
}

/** Puts a finished build in its place; the same content may be there already, or come at the same moment. */
const keep = (temporary: string, place: string): void => {
  try {
    renameSync(temporary, place)
  } catch (error) {
    rmSync(temporary, { recursive: true })
    if (!existsSync(place)) throw error
  }
}

/** Copies the build context into the image store and records the image under a new tag. */
export const buildImage = async (shell: Shell, dir: string, app: App, config: FlyConfig, parsed: Parsed): Promise<Image> => {
  shell.err('==> Building image\n')
  const dockerfile = dockerfileOf(dir, config, parsed)
  const recipe = recipeOf(dir, dockerfile, config)
  const entries = await listContext(dir, value(parsed, 'ignorefile') ?? config.build.ignorefile, dockerfile)
  const temporary = mkdtempSync(join(files.images(shell.home), 'building-'))
  const { content, bytes } = copyContext(dir, temporary, entries)
  keep(temporary, files.image(shell.home, content))
  const labels = labelsOf(parsed)
  const tag = value(parsed, 'image-label') ?? `deployment-${ulid()}`
  const ref = `registry.fly.io/${app.name}:${tag}`
  const image: Image = { ref, tag, digest: digestOf(content, labels), content, labels, size: bytes, createdAt: isoNow(), ...recipe }
  changeApp(shell.home, app.name, (now) => {
    now.images = [...now.images.filter((one) => one.tag !== tag), image]
  })
  shell.err('--> Building image done\n')
  return announce(shell, image)
}

const matches = (image: Image, ref: string): boolean =>
  image.ref === ref || `${image.ref.slice(0, -image.tag.length - 1)}@${image.digest}` === ref

/** Finds a stored image by tag or digest reference; a pruned or unknown one stops the deploy before any release. */
export const findImage = (shell: Shell, app: App, ref: string, pruned: boolean): Image => {
  shell.err(`==> Building image\nSearching for image '${ref}' remotely...\n`)
  const image = pruned ? undefined : app.images.findLast((one) => matches(one, ref))
  if (!image || !existsSync(files.image(shell.home, image.content))) throw new FlyError(`could not find image "${ref}"`)
  shell.err(`image found: img_${image.digest.slice(7, 23)}\n`)
  return announce(shell, { ...image, ref, tag: ref.includes('@') ? '' : image.tag })
}
