package io.restante.testing.client;

import org.signal.libsignal.protocol.SignalProtocolAddress;

/** A device of somebody: account id and device number. */
public record Peer(String aci, int device) {
  SignalProtocolAddress address() {
    return new SignalProtocolAddress(aci, device);
  }
}
