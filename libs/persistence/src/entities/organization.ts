import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'organizations', synchronize: false })
export class OrganizationRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
