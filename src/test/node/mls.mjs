// Two members of MLS (RFC 9420): Bob, who makes KeyPackages, and Alice, who adds him to groups.
import {
  createApplicationMessage, createCommit, createGroup, decodeMlsMessage, defaultCapabilities,
  defaultLifetime, emptyPskIndex, encodeMlsMessage, generateKeyPackage, getCiphersuiteFromName,
  getCiphersuiteImpl, joinGroup, processPrivateMessage,
} from "ts-mls";
import { answer, base64, bytes } from "./lines.mjs";

const suite = await getCiphersuiteImpl(
  getCiphersuiteFromName("MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"));
const utf8 = new TextEncoder();
const mine = new Map();

// RFC 9420 section 16.8: a last-resort KeyPackage is marked by an extension without content; its
// type is 10 (RFC 9750's registry). It must be among the capabilities of the leaf.
const LAST_RESORT = 10;

async function keyPackage(name, isLastResort) {
  const credential = { credentialType: "basic", identity: utf8.encode(name) };
  const capabilities = defaultCapabilities();
  const extensions = [];
  if (isLastResort) {
    capabilities.extensions.push(LAST_RESORT);
    extensions.push({ extensionType: LAST_RESORT, extensionData: new Uint8Array() });
  }
  return generateKeyPackage(credential, capabilities, defaultLifetime, extensions, suite);
}

const encoded = (made) => base64(encodeMlsMessage({
  keyPackage: made.publicPackage, wireformat: "mls_key_package", version: "mls10" }));

await answer({
  // {count, lastResort}: as many KeyPackages, and a last-resort one
  async keyPackages({ count }) {
    const keyPackages = [];
    for (let i = 0; i < count; i++) {
      const made = await keyPackage("bob");
      keyPackages.push(encoded(made));
      mine.set(keyPackages[i], made);
    }
    const last = await keyPackage("bob", true);
    mine.set(encoded(last), last);
    return { keyPackages, lastResort: encoded(last) };
  },

  // {keyPackage, text}: Alice adds its owner to a new group and writes; he joins and reads
  async talk({ keyPackage: text64, text }) {
    const [message] = decodeMlsMessage(bytes(text64), 0);
    const alice = await keyPackage("alice");
    let group = await createGroup(
      crypto.getRandomValues(new Uint8Array(16)), alice.publicPackage, alice.privatePackage, [],
      suite);
    const add = { proposalType: "add", add: { keyPackage: message.keyPackage } };
    const commit = await createCommit(
      { state: group, cipherSuite: suite }, { extraProposals: [add] });
    group = commit.newState;
    const bob = mine.get(text64);
    const joined = await joinGroup(
      commit.welcome, bob.publicPackage, bob.privatePackage, emptyPskIndex, suite,
      group.ratchetTree);
    const sent = await createApplicationMessage(group, utf8.encode(text), suite);
    const read = await processPrivateMessage(joined, sent.privateMessage, emptyPskIndex, suite);
    return { read: new TextDecoder().decode(read.message) };
  },
});
