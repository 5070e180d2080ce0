import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'pools', synchronize: false })
export class PoolRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** How many slots may hold plans that wait for a person; null is any number. */
  @Column({ type: 'int', nullable: true })
  maxReservedSlots!: number | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
