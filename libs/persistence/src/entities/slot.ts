import type { SlotState } from '@berth/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'slots', synchronize: false })
export class SlotRow {
  @PrimaryColumn({ type: 'text' })
  agentId!: string;

  @PrimaryColumn({ type: 'int' })
  slotId!: number;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  @Column({ type: 'text' })
  podName!: string;

  @Column({ type: 'text' })
  state!: SlotState;

  @Column({ type: 'uuid', nullable: true })
  taskId!: string | null;

  @Column({ type: 'int', nullable: true })
  attempt!: number | null;

  @Column({ type: 'timestamptz', nullable: true })
  reservedUntil!: Date | null;

  @Column({ type: 'uuid', nullable: true })
  lastWorkspaceId!: string | null;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}
