import type { TaskKind, TaskOperation, TaskPhase, TaskStatus } from '@berth/domain';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a person asked of a task that an agent works on. */
export type StopRequest = 'cancel' | 'discard' | 'force_cancel';

/** A repository, as the workspace named it when the task was created; the commit once it was fetched. */
export interface GitTaskSource {
  readonly kind: 'git';
  readonly url: string;
  readonly branch: string | null;
  readonly path: string;
  readonly commit: string | null;
}

@Entity({ name: 'tasks', synchronize: false })
export class TaskRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'text' })
  kind!: TaskKind;

  @Column({ type: 'text', nullable: true })
  operation!: TaskOperation | null;

  @Column({ type: 'uuid', nullable: true })
  workspaceId!: string | null;

  @Column({ type: 'uuid' })
  poolId!: string;

  /** Of a build that waits for a polling worker; null of everything that agents run. */
  @Column({ type: 'text', nullable: true })
  platform!: string | null;

  @Column({ type: 'uuid', nullable: true })
  configurationId!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  source!: GitTaskSource | null;

  @Column({ type: 'uuid', nullable: true })
  planTaskId!: string | null;

  @Column({ type: 'text', nullable: true })
  message!: string | null;

  /** The principal that queued it; null of what was queued before there were any. */
  @Column({ type: 'text', nullable: true })
  queuedBy!: string | null;

  /** The span that began its present round, as W3C writes it down; null where nobody collects traces. */
  @Column({ type: 'text', nullable: true })
  traceparent!: string | null;

  @Column({ type: 'text' })
  status!: TaskStatus;

  @Column({ type: 'text' })
  phase!: TaskPhase;

  @Column({ type: 'text' })
  stage!: string;

  @Column({ type: 'boolean' })
  writing!: boolean;

  @Column({ type: 'boolean' })
  laneHead!: boolean;

  @Column({ type: 'boolean' })
  needsAttention!: boolean;

  @Column({ type: 'int' })
  priority!: number;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ type: 'int' })
  retries!: number;

  @Column({ type: 'int' })
  maxRetries!: number;

  /** Those that failed it last, the last one at the end: they come last. */
  @Column({ type: 'text', array: true })
  failedAgents!: string[];

  @Column({ type: 'text', nullable: true })
  agentId!: string | null;

  @Column({ type: 'text', nullable: true })
  podName!: string | null;

  @Column({ type: 'int', nullable: true })
  slotId!: number | null;

  @Column({ type: 'uuid', nullable: true })
  sessionId!: string | null;

  @Column({ type: 'text', nullable: true })
  planHash!: string | null;

  @Column({ type: 'boolean', nullable: true })
  planIdentical!: boolean | null;

  @Column({ type: 'jsonb' })
  phases!: Record<string, unknown>;

  @Column({ type: 'jsonb', nullable: true })
  changes!: Record<string, unknown> | null;

  @Column({ type: 'jsonb', nullable: true })
  error!: Record<string, unknown> | null;

  @Column({ type: 'text', array: true })
  targets!: string[];

  @Column({ type: 'text', array: true })
  replace!: string[];

  /** Of the variables that this task was given; their values are sealed, elsewhere. */
  @Column({ type: 'text', array: true })
  variableNames!: string[];

  @Column({ type: 'boolean' })
  refreshOnly!: boolean;

  @Column({ type: 'boolean' })
  autoApply!: boolean;

  @Column({ type: 'text', nullable: true })
  stopRequested!: StopRequest | null;

  @Column({ type: 'timestamptz' })
  runAfter!: Date;

  @Column({ type: 'timestamptz' })
  fairAt!: Date;

  @Column({ type: 'timestamptz' })
  runnableAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  assignedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
