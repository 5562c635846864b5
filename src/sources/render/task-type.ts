import { Field, ID, ObjectType } from 'type-graphql';
import { TaskType } from '../../task/task-type.js';

@ObjectType('RenderDevice', { description: 'The device that a render task streams to.' })
export class RenderDeviceType {
  @Field(() => ID, { nullable: true })
  id!: string | null;
  @Field(() => String, { nullable: true })
  brand!: string | null;
  @Field(() => String, { nullable: true, description: 'vr, pc, mobile, ideahub; open.' })
  type!: string | null;
}

@ObjectType('RenderTask', {
  implements: TaskType,
  description: 'An application rendered in the cloud and streamed to a device (CVR).',
})
export class RenderTaskType extends TaskType {
  @Field(() => ID, { nullable: true })
  applicationId!: string | null;
  @Field(() => ID, { nullable: true })
  serverId!: string | null;
  @Field(() => ID, { nullable: true, description: 'Null on servers with one session.' })
  sessionId!: string | null;
  @Field(() => RenderDeviceType, { nullable: true })
  device!: RenderDeviceType | null;
  @Field(() => String, { nullable: true })
  applicationUser!: string | null;
  @Field(() => String, { nullable: true })
  launchArgs!: string | null;
  @Field(() => String, { nullable: true, description: 'udp, webrtc, websocket; open.' })
  protocol!: string | null;
  @Field(() => String, { nullable: true, description: '480p … 4k; open.' })
  resolution!: string | null;
  @Field(() => String, { nullable: true, description: 'public or private.' })
  gpuIpType!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'cancel, normal, error, server_deleted, application_start_failed, device_changed; open.',
  })
  finishReason!: string | null;

  /** Absent until the upstream has listed a task that was tracked. */
  protected readonly locations?: readonly string[];

  @Field(() => [String], { name: 'locations', description: 'Regions or edge sites.' })
  listLocations(): readonly string[] {
    return this.locations ?? [];
  }
}
