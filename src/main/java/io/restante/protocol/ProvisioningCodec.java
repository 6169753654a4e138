package io.restante.protocol;

import com.google.protobuf.CodedOutputStream;
import io.vertx.core.buffer.Buffer;

/** Writes {@code ProvisioningAddress{address=1 string}} in protobuf's wire format. */
public final class ProvisioningCodec {
  private static final int ADDRESS = 1;

  private ProvisioningCodec() {}

  /** The message that tells a new device where it waits. */
  public static Buffer address(String address) {
    return Wire.write(
        CodedOutputStream.computeStringSize(ADDRESS, address),
        out -> out.writeString(ADDRESS, address));
  }
}
