package io.restante.redis;

import io.restante.protocol.Handle;
import java.util.UUID;

/**
 * The names of the Redis keys and channels that belong to no account's slot: look-ups, each
 * verified by a field of the account that it names.
 */
public final class LookupKeys {
  private LookupKeys() {}

  /** String: handle to ACI. */
  public static String handle(Handle handle) {
    return "handle:" + handle.text();
  }

  /** String: PNI to ACI; while its account is being written a dot and a token follow. */
  public static String pni(UUID pni) {
    return "pni:" + pni;
  }

  /** String: a registration session, {@code 0:<handle>}, and {@code 1:<handle>} once verified. */
  public static String verification(String id) {
    return "verification:" + id;
  }

  /** Channel to every node: the ACI, as text, whose credentials changed or went. */
  public static String revoked() {
    return "restante:revoked";
  }

  /** Sharded channel: this gateway hears itself on it, to know that its subscriptions live. */
  static String probe(String gateway) {
    return "restante:probe:" + gateway;
  }

  /** Hash: the code by which a handle is verified, and how often codes were sent and tried. */
  public static String code(Handle handle) {
    return "code:" + handle.text();
  }

  /** List: messages for a new device that waits at a provisioning address, for a minute. */
  public static String provisioning(String address) {
    return "provisioning:{" + address + "}";
  }

  /** Sharded channel, in the slot of {@link #provisioning}: rung when a message lies there. */
  public static String provisioningChannel(String address) {
    return provisioning(address) + ":bell";
  }

  /** String: what one address took of a budget, until it has come back; the hash names both. */
  public static String addressLimit(String hash) {
    return "limit:address:" + hash;
  }

  /** Sorted set: the pushes of a shard that are owed. */
  public static String pushesDue(int shard) {
    return "{push:" + shard + "}:due";
  }

  /** Sorted set: registrations and deletions that were begun. */
  public static String unfinished() {
    return "unfinished";
  }

  /** String: written to learn whether Redis takes writes again; gone within a second. */
  static String writeProbe() {
    return "restante:write-probe";
  }

  /** String: the small write of a round of replicas; gone within a minute. */
  static String round() {
    return "restante:round";
  }
}
