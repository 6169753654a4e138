package io.restante.edge;

/** Who may call a route. */
public enum Access {
  /** Anyone. */
  OPEN,
  /** Basic with the handle that is being registered or linked; the handler checks it. */
  HANDLE,
  /** A device with its credentials. */
  DEVICE,
  /** A device with its credentials, or anyone who names an access key; the handler checks that. */
  DEVICE_OR_ACCESS_KEY
}
