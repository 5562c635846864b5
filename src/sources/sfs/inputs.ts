import { Field, ID, InputType, Int } from 'type-graphql';

const URL_RULE = 'ldap://ip:port or ldaps://ip:port';

/** The fields that a configuration may leave out, whether it is made or changed. */
@InputType()
class LdapOptions {
  @Field(() => String, { description: 'Name of the configured account.' })
  account!: string;
  @Field(() => ID, { description: 'The SFS Turbo share; it must speak NFS.' })
  shareId!: string;
  @Field(() => String, { nullable: true, description: 'Who looks users up, e.g. `cn=admin,dc=example,dc=com`.' })
  userDn?: string | null;
  @Field(() => String, { nullable: true, description: 'Of `userDn`. Never stored, logged or echoed.' })
  password?: string | null;
  @Field(() => String, { nullable: true, description: 'The VPC of the LDAP server; only for shares in several.' })
  vpcId?: string | null;
  @Field(() => String, { nullable: true, description: `The standby server: ${URL_RULE}.` })
  backupUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'RFC2307 when left out of a new configuration.' })
  schema?: string | null;
  @Field(() => Int, { nullable: true, description: 'Seconds; 3 when left out of a new configuration.' })
  searchTimeout?: number | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Makes the mutation idempotent for 24 h: the same id and input give the same task.',
  })
  clientRequestId?: string | null;
}

@InputType('BindLdapInput', { description: 'An LDAP configuration to be made, and the share that it is bound to.' })
export class BindLdapInput extends LdapOptions {
  @Field(() => String, { description: `The LDAP server: ${URL_RULE}.` })
  url!: string;
  @Field(() => String, { description: 'Where lookups begin, e.g. `dc=example,dc=com`.' })
  baseDn!: string;
}

@InputType('UpdateLdapInput', { description: 'Changes of the LDAP configuration of a share; what is left out stays.' })
export class UpdateLdapInput extends LdapOptions {
  @Field(() => String, { nullable: true, description: `The LDAP server: ${URL_RULE}.` })
  url?: string | null;
  @Field(() => String, { nullable: true, description: 'Where lookups begin, e.g. `dc=example,dc=com`.' })
  baseDn?: string | null;
}

@InputType('UnbindLdapInput', { description: 'The share whose LDAP configuration is to be taken off.' })
export class UnbindLdapInput {
  @Field(() => String, { description: 'Name of the configured account.' })
  account!: string;
  @Field(() => ID)
  shareId!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'Makes the mutation idempotent for 24 h: the same id and input give the same task.',
  })
  clientRequestId?: string | null;
}
