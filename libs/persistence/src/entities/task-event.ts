import type { TaskStatus } from '@berth/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'task_events', synchronize: false })
export class TaskEventRow {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  taskId!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'text' })
  event!: string;

  @Column({ type: 'text', nullable: true })
  fromStatus!: TaskStatus | null;

  @Column({ type: 'text', nullable: true })
  toStatus!: TaskStatus | null;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'jsonb' })
  data!: Record<string, unknown>;
}
