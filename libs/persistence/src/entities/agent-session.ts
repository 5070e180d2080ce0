import type { RunIsolation } from '@berth/domain';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'agent_sessions', synchronize: false })
export class AgentSessionRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  @Column({ type: 'text' })
  agentId!: string;

  @Column({ type: 'text' })
  podName!: string;

  @Column({ type: 'int' })
  slots!: number;

  @Column({ type: 'int' })
  concurrency!: number;

  @Column({ type: 'text' })
  version!: string;

  /** How it keeps runs apart; null where it does not say. */
  @Column({ type: 'text', nullable: true })
  isolation!: RunIsolation | null;

  /** Signs its messages, in both directions: 32 bytes. Null of a polling worker's, which speaks over HTTP alone. */
  @Column({ type: 'bytea', nullable: true })
  messageKey!: Buffer | null;

  /** Null where the broker gives sessions no users of their own. */
  @Column({ type: 'text', nullable: true })
  brokerUser!: string | null;

  /** Of the pool, with which it was opened. */
  @Column({ type: 'uuid', nullable: true })
  tokenId!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt!: Date | null;
}
