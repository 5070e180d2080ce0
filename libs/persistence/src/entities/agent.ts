import type { AgentStatus, RunIsolation } from '@berth/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'agents', synchronize: false })
export class AgentRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  /** An agent is told of its work; a worker asks for it. */
  @Column({ type: 'text' })
  kind!: 'agent' | 'worker';

  /** Of a worker, as it calls itself. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** What a worker builds for. */
  @Column({ type: 'text', array: true })
  platforms!: string[];

  @Column({ type: 'text' })
  podName!: string;

  @Column({ type: 'uuid' })
  sessionId!: string;

  @Column({ type: 'text' })
  status!: AgentStatus;

  @Column({ type: 'int' })
  slots!: number;

  @Column({ type: 'int' })
  concurrency!: number;

  @Column({ type: 'text' })
  version!: string;

  /** How it keeps runs apart; null where it does not say. */
  @Column({ type: 'text', nullable: true })
  isolation!: RunIsolation | null;

  @Column({ type: 'timestamptz' })
  registeredAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  drainRequestedAt!: Date | null;

  /** For reasons of its own, since its last success. */
  @Column({ type: 'int' })
  failuresInRow!: number;

  @Column({ type: 'timestamptz', nullable: true })
  unwellSince!: Date | null;

  /** Until then others are given its work, where there are any; after that it is tried with one task. */
  @Column({ type: 'timestamptz', nullable: true })
  unwellUntil!: Date | null;

  @Column({ type: 'text', nullable: true })
  unwellReason!: string | null;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}
