/** Every rule of the pack. */
import type { Policies } from "@pulumi/policy";
import {
  alarmHasAction,
  alarmHasRunbook,
  alarmNotifiesTopicOfItsStack,
  alarmWatchesResourceOfStack,
  clusterReportsItsContainers,
  missingDataIsBreaching,
  topicAcceptsAlarmsAndEvents,
  topicHasSubscriber,
  topicKeyLetsServicesPublish,
  topicOfEventsHasPolicy,
} from "./fargate/alarms.ts";
import { authorityRenewsEarly, signedCertificateRenewsEarly } from "./fargate/authority.ts";
import {
  accessIsLogged,
  bucketIsEncrypted,
  bucketIsPrivate,
  loadBalancerWaitsForItsBucket,
} from "./fargate/buckets.ts";
import {
  aliasIsCovered,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  firstNameFits,
  listenerShowsValidated,
  routedHostIsCovered,
  validationFailsSoon,
} from "./fargate/certificates.ts";
import {
  containerIsEssential,
  healthIsChecked,
  imageIsNamedByDigest,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  rootIsReadOnly,
  secretIsNotPlain,
  taskDefinitionIsKept,
  userIsNotRoot,
} from "./fargate/containers.ts";
import { endpointLetsContainersIn, s3EndpointAllowsImageLayers } from "./fargate/endpoints.ts";
import { freeTextIsNotQuoted, stoppedContainersAreNotified, unsentEventIsKept } from "./fargate/events.ts";
import {
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  executionMayFetchSecrets,
  policyHasNoWildcard,
  roleIsAssumedByName,
  rolePolicyHasNoWildcard,
} from "./fargate/iam.ts";
import { imageMatchesCpuArchitecture, registryHasLifecyclePolicy, tagsAreImmutable } from "./fargate/images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "./fargate/listeners.ts";
import {
  containersHaveEgress,
  egressIsDescribable,
  groupHasNoInlineRules,
  groupIsDescribable,
  groupRuleIsOfOneKind,
  ingressIsDescribable,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
} from "./fargate/network.ts";
import {
  deadLetterQueueHasAlarm,
  deadLetterRetentionIsLongEnough,
  orderIsRetried,
  queueHasDeadLetterQueue,
  queueIsEncrypted,
} from "./fargate/queues.ts";
import { namesFitCertificate, targetGroupsFitService, valuesFitRule } from "./fargate/quotas.ts";
import {
  autoscalingOwnsDesiredCount,
  capacityIsKept,
  circuitBreakerRollsBack,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  updateWaitsUntilSteady,
} from "./fargate/services.ts";
import { loadBalancerIsProtected, queueIsProtected, registryIsProtected } from "./fargate/state.ts";
import { ordersAreAuthenticated } from "./order-queue/authentication.ts";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  retriesFitVisibilityTimeout,
  stopTimeoutOutlastsWorkInProgress,
  visibilityTimeoutIsLongEnough,
} from "./order-queue/budgets.ts";
import { attachmentIsNotPositional } from "./order-queue/certificates.ts";
import { roleIsDeclared, sidecarMemoryIsLimited } from "./order-queue/containers.ts";
import { containersMayMakeTheirCalls, roleHasBoundary } from "./order-queue/iam.ts";
import { registryKeepsRunningImages } from "./order-queue/images.ts";
import { eachZoneHasItsNatGateway } from "./order-queue/network.ts";
import { certificatesFitLoadBalancer, rulesFitLoadBalancer } from "./order-queue/quotas.ts";

export const rules: Policies = [
  // iam
  rolePolicyHasNoWildcard,
  policyHasNoWildcard,
  roleIsAssumedByName,
  roleHasBoundary,
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  containersMayMakeTheirCalls,
  executionMayFetchSecrets,
  ordersAreAuthenticated,
  // network
  publicIngressIsWebAlone,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  groupIsDescribable,
  ingressIsDescribable,
  egressIsDescribable,
  containersHaveEgress,
  loadBalancerReachesContainers,
  eachZoneHasItsNatGateway,
  endpointLetsContainersIn,
  s3EndpointAllowsImageLayers,
  // queues
  queueIsEncrypted,
  queueHasDeadLetterQueue,
  orderIsRetried,
  deadLetterRetentionIsLongEnough,
  deadLetterQueueHasAlarm,
  // budgets
  retriesFitVisibilityTimeout,
  visibilityTimeoutIsLongEnough,
  stopTimeoutOutlastsWorkInProgress,
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  // containers
  roleIsDeclared,
  sidecarMemoryIsLimited,
  imageIsNamedByDigest,
  rootIsReadOnly,
  userIsNotRoot,
  containerIsEssential,
  healthIsChecked,
  secretIsNotPlain,
  taskDefinitionIsKept,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  // services
  circuitBreakerRollsBack,
  capacityIsKept,
  updateWaitsUntilSteady,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  autoscalingOwnsDesiredCount,
  // images
  tagsAreImmutable,
  registryKeepsRunningImages,
  registryHasLifecyclePolicy,
  imageMatchesCpuArchitecture,
  // certificates
  certificateIsReplacedFirst,
  firstNameFits,
  validationFailsSoon,
  listenerShowsValidated,
  attachmentIsValidated,
  routedHostIsCovered,
  aliasIsCovered,
  attachmentIsNotPositional,
  // listeners
  tlsIsModern,
  httpRedirects,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  recordTakesNothingOver,
  // buckets
  bucketIsEncrypted,
  bucketIsPrivate,
  accessIsLogged,
  loadBalancerWaitsForItsBucket,
  // authority
  authorityRenewsEarly,
  signedCertificateRenewsEarly,
  // alarms
  alarmHasAction,
  alarmHasRunbook,
  missingDataIsBreaching,
  alarmWatchesResourceOfStack,
  alarmNotifiesTopicOfItsStack,
  topicKeyLetsServicesPublish,
  clusterReportsItsContainers,
  topicAcceptsAlarmsAndEvents,
  topicHasSubscriber,
  topicOfEventsHasPolicy,
  stoppedContainersAreNotified,
  unsentEventIsKept,
  freeTextIsNotQuoted,
  // state
  queueIsProtected,
  registryIsProtected,
  loadBalancerIsProtected,
  // quotas
  certificatesFitLoadBalancer,
  rulesFitLoadBalancer,
  namesFitCertificate,
  targetGroupsFitService,
  valuesFitRule,
];
