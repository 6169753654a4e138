package io.restante.prove;

import org.jspecify.annotations.Nullable;

/**
 * Whose keys: an identity as requests name it (an ACI, or {@code PNI:} and a PNI) and a device.
 *
 * @param service the identity
 * @param device 1 to 127
 */
record Place(String service, int device) {
  /** The two pools of a place. */
  enum Kind {
    EC,
    KEM;

    /** Whether a key, named as {@link #name(String)} does, is of this kind. */
    boolean holds(String key) {
      return key.startsWith(name());
    }

    /** A public key (base64) as the record has it: its kind and enough of it to be the only one. */
    String name(String publicKey) {
      return name() + ':' + publicKey.substring(0, 24);
    }

    /** The same of a key that may be absent. */
    @Nullable String nameOrNull(@Nullable String publicKey) {
      return publicKey == null ? null : name(publicKey);
    }
  }

  /** Whether a claim of this identity and device (0: all devices) asks for this place's keys. */
  boolean isAskedBy(String claimedService, int claimedDevice) {
    return service.equals(claimedService) && (claimedDevice == 0 || claimedDevice == device);
  }
}
