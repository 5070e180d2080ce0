import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'pools', synchronize: false })
export class PoolRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
