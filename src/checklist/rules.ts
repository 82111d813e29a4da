import ci from '../../checklists/ci.yml'
import concerns from '../../checklists/concerns.yml'
import core from '../../checklists/core.yml'
import dependencies from '../../checklists/dependencies.yml'
import discipline from '../../checklists/deploy-discipline.yml'
import envLoading from '../../checklists/env-loading.yml'
import files from '../../checklists/files.yml'
import fly from '../../checklists/fly.yml'
import history from '../../checklists/history.yml'
import image from '../../checklists/image.yml'
import migrations from '../../checklists/migrations.yml'
import node from '../../checklists/node.yml'
import python from '../../checklists/python.yml'
import rails from '../../checklists/rails.yml'
import secrets from '../../checklists/secrets.yml'
import test from '../../checklists/test.yml'
import testForks from '../../checklists/test-forks.yml'
import vendors from '../../checklists/vendors.yml'
import type { Pack, Rule } from './rule.ts'

/** The packs that ship; a test holds them to the schema that reads a project's own. */
export const packs = (): Pack[] =>
  [
    core,
    discipline,
    envLoading,
    fly,
    image,
    migrations,
    ci,
    concerns,
    history,
    test,
    testForks,
    vendors,
    dependencies,
    secrets,
    files,
    rails,
    python,
    node,
  ] as Pack[]

/** Every rule of every pack. */
export const allRules = (): Rule[] => packs().flatMap((pack) => pack.rules)
