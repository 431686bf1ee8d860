/**
 * Pulumi opens a debugger session to serialise a dynamic provider, and keeps it open. In jest each test file has a copy of
 * Pulumi, and V8 reports each script that a later file compiles to all sessions of earlier files: load time and memory
 * grow with every file. So the sessions of a test file are closed at its end.
 */
import { Session } from "node:inspector";

const { connect } = Session.prototype;
const open: Session[] = [];

Session.prototype.connect = function (this: Session) {
  open.push(this);
  connect.call(this);
};

afterAll(() => {
  Session.prototype.connect = connect;
  for (const session of open) session.disconnect();
});
