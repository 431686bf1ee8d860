/** Every rule of the pack. */
import type { Policies } from "@pulumi/policy";
import {
  alarmHasAction,
  alarmHasRunbook,
  alarmTellsATopicOfItsStack,
  alarmWatchesWhatIsThere,
  clusterReportsItsContainers,
  silenceIsBreaching,
  topicHasSubscriber,
  topicKeyLetsServicesPublish,
  topicOfEventsHasPolicy,
  topicTakesAlarmsAndEvents,
} from "./alarms.ts";
import { authorityRenewsEarly, signedCertificateRenewsEarly } from "./authority.ts";
import { accessIsLogged, bucketIsEncrypted, bucketIsPrivate, loadBalancerWaitsForItsBucket } from "./buckets.ts";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  orderFitsItsVisibility,
  queueHidesLongEnough,
  stopOutlastsWhatIsUnderWay,
} from "./budgets.ts";
import {
  aliasIsCovered,
  attachmentIsNotPositional,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  listenerShowsValidated,
  routedHostIsCovered,
  validationFailsSoon,
} from "./certificates.ts";
import {
  containerIsEssential,
  definitionIsKept,
  healthIsChecked,
  imageIsNamedByDigest,
  logGroupExists,
  logsHaveAnEnd,
  roleIsDeclared,
  rootIsReadOnly,
  secretIsNotPlain,
  sidecarMemoryIsLimited,
  userIsNotRoot,
} from "./containers.ts";
import { endpointLetsContainersIn, layersPassTheirEndpoint } from "./endpoints.ts";
import { stoppedContainersAreTold } from "./events.ts";
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
import { imageFitsItsMachines, registryForgets, registryKeepsWhatRuns, tagsAreImmutable } from "./images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "./listeners.ts";
import {
  containersHaveAWayOut,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
  zoneHasAWayOutOfItsOwn,
} from "./network.ts";
import {
  deadLettersOutlastTheirQueue,
  deadLettersRaiseAlarm,
  orderIsTriedAgain,
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
  breakerRollsBack,
  capacityIsKept,
  loadBalancerAsksAsTheContainersDo,
  scalingOwnsTheCount,
  serviceWaitsForItsListener,
  startHasGrace,
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
  // network
  publicIngressIsWebAlone,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  containersHaveAWayOut,
  loadBalancerReachesContainers,
  zoneHasAWayOutOfItsOwn,
  endpointLetsContainersIn,
  layersPassTheirEndpoint,
  // queues
  queueIsEncrypted,
  queueHasDeadLetterQueue,
  orderIsTriedAgain,
  deadLettersOutlastTheirQueue,
  deadLettersRaiseAlarm,
  // budgets
  orderFitsItsVisibility,
  queueHidesLongEnough,
  stopOutlastsWhatIsUnderWay,
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
  definitionIsKept,
  logGroupExists,
  logsHaveAnEnd,
  // services
  breakerRollsBack,
  capacityIsKept,
  updateWaitsUntilSteady,
  startHasGrace,
  loadBalancerAsksAsTheContainersDo,
  serviceWaitsForItsListener,
  scalingOwnsTheCount,
  // images
  tagsAreImmutable,
  registryKeepsWhatRuns,
  registryForgets,
  imageFitsItsMachines,
  // certificates
  certificateIsReplacedFirst,
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
  silenceIsBreaching,
  alarmWatchesWhatIsThere,
  alarmTellsATopicOfItsStack,
  topicKeyLetsServicesPublish,
  clusterReportsItsContainers,
  topicTakesAlarmsAndEvents,
  topicHasSubscriber,
  topicOfEventsHasPolicy,
  stoppedContainersAreTold,
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
