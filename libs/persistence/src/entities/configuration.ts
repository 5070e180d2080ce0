import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'configurations', synchronize: false })
export class ConfigurationRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  workspaceId!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'int' })
  sizeBytes!: number;

  @Column({ type: 'bytea', select: false })
  content!: Buffer;

  /** False of those that were stored before they were sealed. */
  @Column({ type: 'boolean' })
  isSealed!: boolean;

  @Column({ type: 'text', nullable: true })
  gitUrl!: string | null;

  @Column({ type: 'text', nullable: true })
  gitBranch!: string | null;

  @Column({ type: 'text', nullable: true })
  gitPath!: string | null;

  @Column({ type: 'text', nullable: true })
  gitCommit!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
