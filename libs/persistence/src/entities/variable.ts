import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'variables', synchronize: false })
export class VariableRow {
  @PrimaryColumn({ type: 'uuid' })
  workspaceId!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  @PrimaryColumn({ type: 'text' })
  category!: 'terraform' | 'env';

  @Column({ type: 'boolean' })
  sensitive!: boolean;

  @Column({ type: 'boolean' })
  hcl!: boolean;

  @Column({ type: 'bytea' })
  sealedValue!: Buffer;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}
