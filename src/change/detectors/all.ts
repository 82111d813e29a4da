import type { Fact } from '../../model.ts'
import type { Detector, Sight } from '../sight.ts'
import { detectMixedCommits } from './commits.ts'
import { detectDockerfile } from './docker-change.ts'
import { detectDockerignore } from './docker-ignore.ts'
import { detectEnvLoading } from './env-loading.ts'
import { detectAckOutside, detectFailedChange } from './failed-change.ts'
import { detectFlyChange, detectFlyGroups } from './fly-change.ts'
import { detectFlyNow, detectFlySize } from './fly-now.ts'
import { detectGuardFiles } from './guard-files.ts'
import { detectFirstContact, detectLastUnproven, detectStagedSecrets } from './history.ts'
import {
  detectDirty,
  detectEnvFiles,
  detectExpiredAccepts,
  detectHidden,
  detectTreeGaps,
  detectUnpushed,
  detectUnseen,
  detectVendors,
} from './housekeeping.ts'
import { detectProtected } from './protected.ts'
import { detectSecretFiles } from './secret-files.ts'

/** Every detector; the order is that of equally heavy findings on the screen. */
const DETECTORS: readonly Detector[] = [
  detectFailedChange,
  detectAckOutside,
  detectProtected,
  detectEnvLoading,
  detectEnvFiles,
  detectFlyNow,
  detectFlyGroups,
  detectFlyChange,
  detectFlySize,
  detectDockerfile,
  detectDockerignore,
  detectSecretFiles,
  detectGuardFiles,
  detectLastUnproven,
  detectStagedSecrets,
  detectUnseen,
  detectHidden,
  detectTreeGaps,
  detectDirty,
  detectUnpushed,
  detectVendors,
  detectFirstContact,
  detectMixedCommits,
  detectExpiredAccepts,
]

/** All that can be seen. */
export const detect = (sight: Sight): Fact[] => DETECTORS.flatMap((detector) => detector(sight))
