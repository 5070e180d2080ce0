import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'state_versions', synchronize: false })
export class StateVersionRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  workspaceId!: string;

  @Column({ type: 'bigint' })
  serial!: string;

  @Column({ type: 'text' })
  lineage!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'int' })
  sizeBytes!: number;

  @Column({ type: 'bytea', select: false })
  sealedContent!: Buffer;

  @Column({ type: 'uuid', nullable: true })
  taskId!: string | null;

  @Column({ type: 'int', nullable: true })
  attempt!: number | null;

  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'bigint' })
  number!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
