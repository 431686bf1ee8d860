/** S3 as a process of its own, with one bucket `state`; its address is its first line. */
import { startFauxqs } from "fauxqs";

const server = await startFauxqs({ port: 0, logger: false, defaultRegion: "ap-southeast-2" });
server.createBucket("state");
console.log(server.address);
