package io.restante.redis;

import java.util.Map;

/**
 * Which history of writes a primary has and how far it is, as {@code INFO} tells it: <a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/management/replication/">replication ID
 * explained</a>.
 *
 * @param address where it is
 * @param run another after each start of the process
 * @param id of the history that it writes
 * @param offset bytes of that history so far; 0 where it never had a replica
 * @param earlierId of the history that this one goes on from; {@link #NO_ID} for none
 * @param earlierOffset the first offset that it does not have of that one
 */
record Lineage(
    String address, String run, String id, long offset, String earlierId, long earlierOffset) {
  /** No history. */
  static final String NO_ID = "0".repeat(40);

  /** All of the writes are there. */
  static final long ALL = Long.MAX_VALUE;

  /** Of no write it is known whether it is there. */
  static final long NOTHING = -1;

  /** From the fields of {@code INFO}. */
  static Lineage of(String address, String run, Map<String, String> info) {
    return new Lineage(
        address,
        run,
        info.getOrDefault("master_replid", NO_ID),
        ServerFacts.number(info, "master_repl_offset"),
        info.getOrDefault("master_replid2", NO_ID),
        ServerFacts.number(info, "second_repl_offset"));
  }

  /**
   * Up to which offset of this history a later primary has the writes; or {@link #ALL} or {@link
   * #NOTHING}.
   *
   * @param disk whether a primary that is started anew has what it had answered
   */
  long inheritedBy(Lineage later, boolean disk) {
    if (later.id.equals(id)) {
      return later.run.equals(run) ? ALL : later.offset;
    }
    if (later.earlierId.equals(id)) {
      return later.earlierOffset - 1;
    }
    // A new name without a history before it: a first replica came, a last one is long gone, or
    // the process was started anew and has what its disk has.
    boolean named = later.earlierId.equals(NO_ID) && later.address.equals(address);
    return named && (later.run.equals(run) || disk) ? ALL : NOTHING;
  }
}
