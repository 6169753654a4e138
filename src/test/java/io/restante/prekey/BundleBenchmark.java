package io.restante.prekey;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From the bytes that Redis sent to the JSON of an answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BundleBenchmark {
  private final VerifiedUpload upload = new RandomUpload(1).whole(1, 1);
  private final DeviceKeys keys =
      new DeviceKeys(1, upload.identityKey(), 7, upload.signed(), upload.last(), null, 0, "");
  private final byte[] ec = stored(0);
  private final byte[] kem = stored(1);

  private byte[] stored(int pool) {
    byte[] entry = upload.batches().get(pool).entries().get(0);
    byte[] stored = new byte[entry.length + 2];
    stored[1] = 1;
    System.arraycopy(entry, 0, stored, 2, entry.length);
    return stored;
  }

  /** One device with one key of each pool. */
  @Benchmark
  public Buffer encodeBundle() {
    return BundleEncoding.encode(List.of(DeviceBundle.of(1, keys, ec, kem)));
  }
}
