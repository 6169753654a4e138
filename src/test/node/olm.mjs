// Two Olm accounts: Bob, who publishes one-time keys and a fallback key, and Alice, who writes.
import Olm from "@matrix-org/olm";
import { answer } from "./lines.mjs";

await Olm.init();
const bob = new Olm.Account();
const alice = new Olm.Account();
bob.create();
alice.create();
const identityOf = (account) => JSON.parse(account.identity_keys()).curve25519;

await answer({
  // {count}: as many one-time keys as {id: key}, and a fallback key
  keys({ count }) {
    bob.generate_one_time_keys(count);
    bob.generate_fallback_key();
    const oneTime = JSON.parse(bob.one_time_keys()).curve25519;
    const fallback = JSON.parse(bob.unpublished_fallback_key()).curve25519;
    bob.mark_keys_as_published();
    return { oneTime, fallback };
  },

  // {key, text}: Alice begins a session with a claimed key and writes; Bob decrypts
  talk({ key, text }) {
    const outbound = new Olm.Session();
    outbound.create_outbound(alice, identityOf(bob), key);
    const message = outbound.encrypt(text);
    const inbound = new Olm.Session();
    inbound.create_inbound_from(bob, identityOf(alice), message.body);
    bob.remove_one_time_keys(inbound);
    const read = inbound.decrypt(message.type, message.body);
    outbound.free();
    inbound.free();
    return { read };
  },
});
