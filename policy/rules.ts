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
  nameIsOnOneCertificate,
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
import {
  bucketPolicyIsComplete,
  bucketTakesAccessLogs,
  endpointPolicyIsComplete,
  executionMayPullAndLog,
  queuePolicyIsComplete,
  queueTakesFromNamedSources,
  rolePolicyIsComplete,
  taskCanAssumeItsRole,
  topicConditionsAreMet,
  topicPolicyIsComplete,
  trustIsComplete,
} from "./documents.ts";
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
  alarmCanFire,
  alarmEndIsNotified,
  alarmMetricExists,
  dashboardShowsWhatExists,
  scalingMetricExists,
} from "./metrics.ts";
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
import * as options from "./options.ts";
import { filterMatchesLines, patternMatchesEvents, templateFindsItsValues } from "./patterns.ts";
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
import * as serviceContainers from "./service-containers.ts";
import {
  autoscalingOwnsDesiredCount,
  capacityIsKept,
  circuitBreakerRollsBack,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  updateWaitsUntilSteady,
} from "./services.ts";
import * as serving from "./serving.ts";
import * as sizes from "./sizes.ts";
import { loadBalancerIsProtected, queueIsProtected, registryIsProtected } from "./state.ts";
import {
  egressOpensOnePort,
  endpointsAreThere,
  ingressOpensOnePort,
  routesAreOfOneKind,
  serviceIsInZonesOfLoadBalancer,
  subnetsHoldARollOut,
} from "./subnets.ts";
import * as watched from "./watched.ts";

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
  nameIsOnOneCertificate,
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
  // metrics
  alarmMetricExists,
  alarmCanFire,
  alarmEndIsNotified,
  scalingMetricExists,
  dashboardShowsWhatExists,
  // documents
  trustIsComplete,
  rolePolicyIsComplete,
  queuePolicyIsComplete,
  topicPolicyIsComplete,
  bucketPolicyIsComplete,
  endpointPolicyIsComplete,
  taskCanAssumeItsRole,
  queueTakesFromNamedSources,
  topicConditionsAreMet,
  bucketTakesAccessLogs,
  executionMayPullAndLog,
  ...Object.values(options),
  ...Object.values(sizes),
  // subnets
  serviceIsInZonesOfLoadBalancer,
  subnetsHoldARollOut,
  routesAreOfOneKind,
  ingressOpensOnePort,
  egressOpensOnePort,
  endpointsAreThere,
  // patterns
  filterMatchesLines,
  patternMatchesEvents,
  templateFindsItsValues,
  ...Object.values(watched),
  ...Object.values(serviceContainers),
  ...Object.values(serving),
];
