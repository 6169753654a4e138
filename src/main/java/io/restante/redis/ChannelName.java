package io.restante.redis;

/** A channel's name. A sharded and another channel of the same text are different channels. */
record ChannelName(String text, boolean sharded) {
  /** The slot in which a sharded channel lies. */
  int slot() {
    return SlotMap.slotOf(text);
  }
}
