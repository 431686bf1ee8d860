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
} from "./alarms.ts";
import { ordersAreAuthenticated } from "./authentication.ts";
import { authorityRenewsEarly, signedCertificateRenewsEarly } from "./authority.ts";
import { accessIsLogged, bucketIsEncrypted, bucketIsPrivate, loadBalancerWaitsForItsBucket } from "./buckets.ts";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  retriesFitVisibilityTimeout,
  stopTimeoutOutlastsWorkInProgress,
  visibilityTimeoutIsLongEnough,
} from "./budgets.ts";
import {
  aliasIsCovered,
  attachmentIsNotPositional,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  firstNameFits,
  listenerShowsValidated,
  routedHostIsCovered,
  validationFailsSoon,
} from "./certificates.ts";
import {
  containerIsEssential,
  healthIsChecked,
  imageIsNamedByDigest,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  roleIsDeclared,
  rootIsReadOnly,
  secretIsNotPlain,
  sidecarMemoryIsLimited,
  taskDefinitionIsKept,
  userIsNotRoot,
} from "./containers.ts";
import { endpointLetsContainersIn, s3EndpointAllowsImageLayers } from "./endpoints.ts";
import { freeTextIsNotQuoted, stoppedContainersAreNotified, unsentEventIsKept } from "./events.ts";
import {
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  containersMayMakeTheirCalls,
  executionMayFetchSecrets,
  policyHasNoWildcard,
  roleHasBoundary,
  roleIsAssumedByName,
  rolePolicyHasNoWildcard,
} from "./iam.ts";
import {
  imageMatchesCpuArchitecture,
  registryHasLifecyclePolicy,
  registryKeepsRunningImages,
  tagsAreImmutable,
} from "./images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "./listeners.ts";
import {
  containersHaveEgress,
  eachZoneHasItsNatGateway,
  egressIsDescribable,
  groupHasNoInlineRules,
  groupIsDescribable,
  groupRuleIsOfOneKind,
  ingressIsDescribable,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
} from "./network.ts";
import {
  deadLetterQueueHasAlarm,
  deadLetterRetentionIsLongEnough,
  orderIsRetried,
  queueHasDeadLetterQueue,
  queueIsEncrypted,
} from "./queues.ts";
import {
  certificatesFitLoadBalancer,
  namesFitCertificate,
  rulesFitLoadBalancer,
  targetGroupsFitService,
  valuesFitRule,
} from "./quotas.ts";
import {
  autoscalingOwnsDesiredCount,
  capacityIsKept,
  circuitBreakerRollsBack,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  updateWaitsUntilSteady,
} from "./services.ts";
import { loadBalancerIsProtected, queueIsProtected, registryIsProtected } from "./state.ts";

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
