import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'pools', synchronize: false })
export class PoolRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
