import { everyDeploy, ownRules } from '../../checklist/own-packs.ts'
import type { Fact } from '../../model.ts'
import { MENTIONS } from '../gather.ts'
import { credentials } from '../secrets/credentials.ts'
import { opaqueSecrets } from '../secrets/opaque-secrets.ts'
import { type Detector, fact, nameOf, type Sight } from '../sight.ts'
import { detectMixedCommits } from './commits.ts'
import { detectConventions, wantConventions } from './convention-files.ts'
import { dependencies } from './dependencies.ts'
import { dockerChange } from './docker-change.ts'
import { detectDockerignore } from './docker-ignore.ts'
import { detectEnvAudit, wantsOfEnvAudit } from './env-audit.ts'
import { detectEnvKeys, wantsOfEnvKeys } from './env-keys.ts'
import { detectEnvLoading, wantsOfEnvLoading } from './env-loading-facts.ts'
import { detectEnvRenamed } from './env-renamed.ts'
import { detectEnvUneven, wantsOfEnvUneven } from './env-uneven.ts'
import { detectAckOutside, detectFailedChange } from './failed-change.ts'
import { flyChange, flyGroups } from './fly-change.ts'
import { detectFlyNow, detectFlySize } from './fly-now.ts'
import { detectGoneFiles, wantGoneFiles } from './gone-files.ts'
import { detectGoneKeys, wantGoneKeys } from './gone-keys.ts'
import { detectGuardFiles } from './guard-files.ts'
import { detectFirstContact, detectLastUnproven, detectStagedSecrets } from './history.ts'
import {
  detectDirty,
  detectExpiredAccepts,
  detectHidden,
  detectMissing,
  detectTreeGaps,
  detectUnpushed,
  detectUnseen,
  detectVendors,
} from './housekeeping.ts'
import { largeFixes } from './large-fixes.ts'
import { lfsPointers } from './lfs-pointers.ts'
import { migrations } from './migrations.ts'
import { detectNotInImage } from './not-in-image.ts'
import { ports } from './ports.ts'
import { procfile } from './procfile.ts'
import { detectProtected } from './protected.ts'
import { detectSecretFiles } from './secret-files.ts'
import { testForks } from './test-forks.ts'
import { workflows } from './workflows.ts'

/** Every detector; the order is that of equally heavy findings on the screen. */
export const DETECTORS: readonly Detector[] = [
  { name: 'failed-change', facts: detectFailedChange },
  { name: 'ack-outside', facts: detectAckOutside },
  { name: 'protected', facts: detectProtected },
  { name: 'env-loading', wants: wantsOfEnvLoading, facts: detectEnvLoading },
  { name: 'env-keys', wants: wantsOfEnvKeys, facts: detectEnvKeys },
  { name: 'env-renamed', facts: detectEnvRenamed },
  { name: 'env-uneven', wants: wantsOfEnvUneven, facts: detectEnvUneven },
  { name: 'env-audit', wants: wantsOfEnvAudit, facts: detectEnvAudit },
  { name: 'convention-files', wants: wantConventions, facts: detectConventions },
  { name: 'gone-files', wants: wantGoneFiles, facts: detectGoneFiles },
  { name: 'gone-keys', wants: wantGoneKeys, facts: detectGoneKeys },
  { name: 'fly-now', facts: detectFlyNow },
  flyGroups,
  flyChange,
  { name: 'fly-size', facts: detectFlySize },
  dockerChange,
  ports,
  procfile,
  migrations,
  workflows,
  { name: 'dockerignore', facts: detectDockerignore },
  dependencies,
  { name: 'not-in-image', facts: detectNotInImage },
  lfsPointers,
  credentials,
  opaqueSecrets,
  { name: 'secret-files', facts: detectSecretFiles },
  testForks,
  ownRules,
  everyDeploy,
  { name: 'guard-files', facts: detectGuardFiles },
  { name: 'last-unproven', facts: detectLastUnproven },
  { name: 'staged-secrets', facts: detectStagedSecrets },
  { name: 'unseen', facts: detectUnseen },
  { name: 'missing-content', facts: detectMissing },
  { name: 'hidden-edits', facts: detectHidden },
  { name: 'tree-gaps', facts: detectTreeGaps },
  { name: 'uncommitted', facts: detectDirty },
  { name: 'unpushed', facts: detectUnpushed },
  { name: 'vendors', facts: detectVendors },
  { name: 'first-contact', facts: detectFirstContact },
  { name: 'mixed-commits', facts: detectMixedCommits },
  largeFixes,
  { name: 'expired-accepts', facts: detectExpiredAccepts },
  // It fails where they could not be looked up.
  { name: MENTIONS, facts: () => [] },
]

/** All that can be seen. A detector that fails is itself a fact: it takes no other down, and never passes for "nothing found". */
export const detect = async (sight: Sight, detectors: readonly Detector[] = DETECTORS): Promise<Fact[]> => {
  const facts = await Promise.all(detectors.map((detector) => factsOf(detector, sight)))
  return facts.flat()
}

const factsOf = async (detector: Detector, sight: Sight): Promise<Fact[]> => {
  try {
    const why = sight.failed.get(detector.name)
    if (why !== undefined) return [failed(detector, why)]
    return await detector.facts(sight)
  } catch (error) {
    return [failed(detector, nameOf(error))]
  }
}

const failed = ({ name }: Detector, why: string): Fact => fact('detector-failed', name, { detector: name, why })
