package io.restante.protocol;

import io.restante.testing.SignalKeys;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a request costs before anybody is asked: addresses, signatures, frames. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProtocolBenchmark {
  private static final int BUNDLE_BYTES = 2_900;

  private final String name = "4f9a1c1e-6c5a-4b7e-9d2b-0d8f5a3f7c11.2";
  private final String destination = "PNI:4f9a1c1e-6c5a-4b7e-9d2b-0d8f5a3f7c11";
  private final SignalKeys keys = new SignalKeys();
  private final SignedPrekey ec = keys.signed(1);
  private final SignedPrekey kem = keys.kem(2);
  private final byte[] identityKey = keys.identityKey();
  private final Frame.Response answer =
      new Frame.Response(
          7,
          200,
          "OK",
          List.of("Content-Type: application/json"),
          Buffer.buffer(new byte[BUNDLE_BYTES]));
  private final Buffer request =
      FrameCodec.encode(
          new Frame.Request(
              7, "GET", "/v2/keys/4f9a1c1e-6c5a-4b7e-9d2b-0d8f5a3f7c11/1", List.of(), null));

  /** The name of a device's credentials. */
  @Benchmark
  public Optional<DeviceAddress> deviceName() {
    return DeviceAddress.parseName(name);
  }

  /** The account in a path. */
  @Benchmark
  public Destination destination() {
    return Destination.parse(destination);
  }

  /** One signature over a Curve25519 key. */
  @Benchmark
  public boolean verifyEcSignature() {
    return XEdDsa.of(identityKey).verifies(ec.publicKey(), ec.signature());
  }

  /** One signature over an ML-KEM-1024 key. */
  @Benchmark
  public boolean verifyKemSignature() {
    return XEdDsa.of(identityKey).verifies(kem.publicKey(), kem.signature());
  }

  /** A claim as a frame. */
  @Benchmark
  public Frame decodeFrame() throws MalformedFrameException {
    return FrameCodec.decode(request);
  }

  /** A bundle as a frame. */
  @Benchmark
  public Buffer encodeFrame() {
    return FrameCodec.encode(answer);
  }
}
