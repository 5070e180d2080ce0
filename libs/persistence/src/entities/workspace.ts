import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** When a lost plan was made again: whether what was said to the first one stands for one that does the same. */
export type KeepApprovals = 'never' | 'identical';

@Entity({ name: 'workspaces', synchronize: false })
export class WorkspaceRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  @Column({ type: 'uuid' })
  projectId!: string;

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

  /** How many people have to say yes to a plan. */
  @Column({ type: 'int' })
  approvals!: number;

  @Column({ type: 'boolean' })
  allowSelfApproval!: boolean;

  @Column({ type: 'text' })
  keepApprovals!: KeepApprovals;

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

  /** Since when it is gone for people; its rows go bit by bit. */
  @Column({ type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;
}
