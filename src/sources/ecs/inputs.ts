import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';

export const KeypairAuthType = { PASSWORD: 'PASSWORD', KEYPAIR: 'KEYPAIR' } as const;
export type KeypairAuthType = (typeof KeypairAuthType)[keyof typeof KeypairAuthType];

registerEnumType(KeypairAuthType, {
  name: 'KeypairAuthType',
  description: 'How the service logs in to the server.',
  valuesConfig: {
    PASSWORD: { description: 'The key is the password of the server’s root user.' },
    KEYPAIR: { description: 'The key is the private key, in PEM.' },
  },
});

@InputType('KeypairAuthInput', { description: 'Secret: sent on, never stored.' })
export class KeypairAuthInput {
  @Field(() => KeypairAuthType)
  type!: KeypairAuthType;
  @Field(() => String, { description: 'The password or private key. Never stored, logged or echoed.' })
  key!: string;
}

@InputType('DisassociateKeypairInput')
export class DisassociateKeypairInput {
  @Field(() => String)
  account!: string;
  @Field(() => ID)
  serverId!: string;
  @Field(() => KeypairAuthInput, { nullable: true, description: 'Needed while the server runs.' })
  auth?: KeypairAuthInput | null;
  @Field(() => ID, { nullable: true, description: 'The same id with the same input starts nothing twice, for 24 h.' })
  clientRequestId?: string | null;
}

@InputType('AssociateKeypairInput')
export class AssociateKeypairInput {
  @Field(() => String)
  account!: string;
  @Field(() => String, { description: '1 to 255 letters, digits, - and _' })
  keypairName!: string;
  @Field(() => ID)
  serverId!: string;
  @Field(() => KeypairAuthInput, {
    nullable: true,
    description: 'Needed while the server runs; must be left out while it is shut down.',
  })
  auth?: KeypairAuthInput | null;
  @Field(() => Boolean, { nullable: true, description: 'Turns off login by password over SSH.' })
  disablePassword?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'SSH port, 1 to 65535; 22 by default.' })
  port?: number | null;
  @Field(() => ID, { nullable: true, description: 'The same id with the same input starts nothing twice, for 24 h.' })
  clientRequestId?: string | null;
}
