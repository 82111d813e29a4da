import concerns from '../../checklists/concerns.yml'
import core from '../../checklists/core.yml'
import envLoading from '../../checklists/env-loading.yml'
import files from '../../checklists/files.yml'
import fly from '../../checklists/fly.yml'
import history from '../../checklists/history.yml'
import image from '../../checklists/image.yml'
import node from '../../checklists/node.yml'
import python from '../../checklists/python.yml'
import rails from '../../checklists/rails.yml'
import test from '../../checklists/test.yml'
import vendors from '../../checklists/vendors.yml'
import { readPack } from './read-pack.ts'
import type { Pack, Rule } from './rule.ts'

/** The packs that ship. */
export const packs = (): Pack[] =>
  [core, envLoading, files, rails, python, node, fly, image, concerns, history, test, vendors].map(readPack)

/** Every rule of every pack. */
export const allRules = (): Rule[] => packs().flatMap((pack) => pack.rules)
