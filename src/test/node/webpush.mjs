// A push server with the browsers that subscribe to it: web-push-testing, over TLS on loopback.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { answer, base64 } from "./lines.mjs";

const require = createRequire(import.meta.url);
const { PushApiModel } = require("web-push-testing/src/PushApiModel.js");
const PushServer = require("web-push-testing/src/server.js");
const ece = require(require.resolve("http_ece", { paths: [require.resolve("web-push-testing/src/server.js")] }));

// What a browser decrypts, as bytes: the model keeps it as text, which an envelope is not.
const decrypt = ece.decrypt;
let decrypted = [];
ece.decrypt = (...given) => {
  const content = decrypt(...given);
  decrypted.push(base64(content));
  return content;
};

// The model tells what it does not like on standard output.
console.error = () => {};
const model = new PushApiModel();
const requests = [];
let server;

await answer({
  // {certificate, key}: listens, and tells at which port
  async listen({ certificate, key }) {
    server = new PushServer(model, 0);
    server._app.use((request, response, next) => {
      requests.push(Object.fromEntries(["ttl", "urgency", "topic", "x-content-encoding"]
        .map((name) => [name, request.headers[name]])));
      next();
    });
    server.setRequestHandlers();
    const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
    const listening = createServer(tls, server._app);
    await new Promise((done) => listening.listen(0, "127.0.0.1", done));
    const { port } = listening.address();
    model.notifyUrl = `https://localhost:${port}/notify/`;
    return { port };
  },

  // {applicationServerKey}: what pushManager.subscribe() gives an app
  async subscribe({ applicationServerKey }) {
    return model.subscribe({ userVisibleOnly: "true", applicationServerKey });
  },

  // What has arrived since the last time, and under which headers
  received() {
    const told = { decrypted, requests: requests.splice(0) };
    decrypted = [];
    return told;
  },

  // {clientHash}: its user takes the subscription back
  expire({ clientHash }) {
    model.expireSubscription(clientHash);
    return {};
  },
});
