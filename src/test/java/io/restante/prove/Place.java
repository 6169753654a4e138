package io.restante.prove;

/**
 * Whose keys: an identity as requests name it (an ACI, {@code PNI:} and a PNI, or a handle, which
 * {@link Handles} reads as the ACI that it led to) and a device.
 *
 * @param service the identity
 * @param device 1 to 127, or {@link #ALL} in a request
 */
record Place(String service, int device) {
  /** Stands for every device of the identity. */
  static final int ALL = 0;

  /** Whether a request for this asks for the other's keys. */
  boolean covers(Place other) {
    return service.equals(other.service) && (device == ALL || device == other.device);
  }
}
