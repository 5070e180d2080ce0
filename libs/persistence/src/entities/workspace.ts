import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'workspaces', synchronize: false })
export class WorkspaceRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  engine!: 'terraform' | 'opentofu';

  @Column({ type: 'text', nullable: true })
  engineVersion!: string | null;

  @Column({ type: 'text' })
  workingDirectory!: string;

  @Column({ type: 'boolean' })
  autoApply!: boolean;

  @Column({ type: 'text' })
  onSlotLost!: 'replan' | 'restore';

  @Column({ type: 'boolean' })
  needsAttention!: boolean;

  @Column({ type: 'uuid', nullable: true })
  currentConfigurationId!: string | null;

  @Column({ type: 'text', nullable: true })
  gitUrl!: string | null;

  @Column({ type: 'text', nullable: true })
  gitBranch!: string | null;

  @Column({ type: 'text' })
  gitPath!: string;

  @Column({ type: 'bytea', nullable: true })
  sealedGitToken!: Buffer | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}
