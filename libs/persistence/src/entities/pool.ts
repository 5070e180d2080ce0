import type { DemandedIsolation } from '@berth/domain';
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

  /** How far its agents keep runs apart, at least; null is any way. */
  @Column({ type: 'text', nullable: true })
  runIsolation!: DemandedIsolation | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
