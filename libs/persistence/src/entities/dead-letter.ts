import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A message that nobody could handle, or a task that was refused for good or too often. */
@Entity({ name: 'dead_letters', synchronize: false })
export class DeadLetterRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** Null where nobody can tell whose it is. */
  @Column({ type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  taskId!: string | null;

  @Column({ type: 'int', nullable: true })
  attempt!: number | null;

  /** The queue of a message; `task` for a task. */
  @Column({ type: 'text' })
  source!: string;

  @Column({ type: 'text', nullable: true })
  messageId!: string | null;

  @Column({ type: 'text', nullable: true })
  messageType!: string | null;

  @Column({ type: 'text', nullable: true })
  routingKey!: string | null;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'bytea' })
  content!: Buffer;

  /** Of the whole message, of which `content` may be the beginning; PostgreSQL gives a bigint as text. */
  @Column({ type: 'bigint' })
  sizeBytes!: string;

  @Column({ type: 'jsonb' })
  headers!: Record<string, unknown>;

  @Column({ type: 'timestamptz' })
  firstAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  replayedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  discardedAt!: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
