import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'plans', synchronize: false })
export class PlanRow {
  @PrimaryColumn({ type: 'uuid' })
  taskId!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'int' })
  sizeBytes!: number;

  /** Null once it has parted from it. */
  @Column({ type: 'bytea', nullable: true, select: false })
  sealedFile!: Buffer | null;

  @Column({ type: 'bytea', nullable: true, select: false })
  sealedSnapshot!: Buffer | null;

  @Column({ type: 'text', nullable: true })
  snapshotHash!: string | null;

  @Column({ type: 'text', nullable: true })
  lockFile!: string | null;

  @Column({ type: 'boolean' })
  lockWithoutHashes!: boolean;

  @Column({ type: 'text', nullable: true })
  modulesDigest!: string | null;

  @Column({ type: 'text', nullable: true })
  notRestorable!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  document!: Record<string, unknown> | null;

  /** This one and the next are of processes from before `plan_digests`. */
  @Column({ type: 'text', nullable: true })
  digest!: string | null;

  @Column({ type: 'text', nullable: true })
  previousDigest!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
