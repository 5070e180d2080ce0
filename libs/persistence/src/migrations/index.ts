import { TasksAndSlots1763640000001 } from './0001-tasks-and-slots.js';
import { DeadLetters1763640000002 } from './0002-dead-letters.js';
import { ReservationCap1763640000003 } from './0003-reservation-cap.js';
import { LogLimit1763640000004 } from './0004-log-limit.js';
import { FairOrder1763640000005 } from './0005-fair-order.js';
import { AgentDrain1763640000006 } from './0006-agent-drain.js';
import { IdempotentCreation1763640000007 } from './0007-idempotent-creation.js';
import { PlanSnapshot1763640000008 } from './0008-plan-snapshot.js';
import { VariableSets1763640000009 } from './0009-variable-sets.js';
import { GitSource1763640000010 } from './0010-git-source.js';
import { UnsavedStates1763640000011 } from './0011-unsaved-states.js';
import { LockWithoutHashes1763640000012 } from './0012-lock-without-hashes.js';
import { Builds1763640000013 } from './0013-builds.js';
import { AttendedApplies1763640000014 } from './0014-attended-applies.js';
import { PlanInputs1763640000015 } from './0015-plan-inputs.js';
import { StatesNeverRefused1763640000016 } from './0016-states-never-refused.js';
import { BuildMachines1763640000017 } from './0017-build-machines.js';
import { KeptAnswersEnd1763640000019 } from './0019-kept-answers-end.js';
import { People1763640000020 } from './0020-people.js';
import { PlanDigests1763640000021 } from './0021-plan-digests.js';
import { TaskVariables1763640000022 } from './0022-task-variables.js';
import { Approvals1763640000023 } from './0023-approvals.js';
import { Audit1763640000024 } from './0024-audit.js';
import { CommandLineKeys1763640000025 } from './0025-command-line-keys.js';
import { WaitingTasks1763640000026 } from './0026-waiting-tasks.js';
import { Changes1763640000027 } from './0027-changes.js';
import { LeasesAndTraces1763640000028 } from './0028-leases-and-traces.js';
import { CountedRows1763640000029 } from './0029-counted-rows.js';
import { RunIsolation1763640000030 } from './0030-run-isolation.js';
import { DemandedIsolation1763640000031 } from './0031-demanded-isolation.js';
import { WhoSpeaks1763640000032 } from './0032-who-speaks.js';
import { DataKeys1763640000033 } from './0033-data-keys.js';
import { SigningKeys1763640000034 } from './0034-signing-keys.js';
import { SealedFiles1763640000035 } from './0035-sealed-files.js';
import { ForeignKeys1763640000036 } from './0036-foreign-keys.js';
import { AgentRooms1763640000037 } from './0037-agent-rooms.js';
import { UnwellAgents1763640000038 } from './0038-unwell-agents.js';
import { WhatEnds1763640000040 } from './0040-what-ends.js';
import { Ages1763640000041 } from './0041-ages.js';

/** In order. A migration that has been released is never edited. */
export const MIGRATIONS = [
  TasksAndSlots1763640000001,
  DeadLetters1763640000002,
  ReservationCap1763640000003,
  LogLimit1763640000004,
  FairOrder1763640000005,
  AgentDrain1763640000006,
  IdempotentCreation1763640000007,
  PlanSnapshot1763640000008,
  VariableSets1763640000009,
  GitSource1763640000010,
  UnsavedStates1763640000011,
  LockWithoutHashes1763640000012,
  Builds1763640000013,
  AttendedApplies1763640000014,
  PlanInputs1763640000015,
  StatesNeverRefused1763640000016,
  BuildMachines1763640000017,
  KeptAnswersEnd1763640000019,
  People1763640000020,
  PlanDigests1763640000021,
  TaskVariables1763640000022,
  Approvals1763640000023,
  Audit1763640000024,
  CommandLineKeys1763640000025,
  WaitingTasks1763640000026,
  Changes1763640000027,
  LeasesAndTraces1763640000028,
  CountedRows1763640000029,
  RunIsolation1763640000030,
  DemandedIsolation1763640000031,
  WhoSpeaks1763640000032,
  DataKeys1763640000033,
  SigningKeys1763640000034,
  SealedFiles1763640000035,
  ForeignKeys1763640000036,
  AgentRooms1763640000037,
  UnwellAgents1763640000038,
  WhatEnds1763640000040,
  Ages1763640000041,
];
