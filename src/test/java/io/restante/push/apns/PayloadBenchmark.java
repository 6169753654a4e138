package io.restante.push.apns;

import io.restante.push.Push;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From an envelope to what Apple is sent. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PayloadBenchmark {
  private final Push push =
      new Push("token", Buffer.buffer(new byte[ApnsPayload.envelopeBytesMax()]), true, 0);

  /** The largest envelope that fits. */
  @Benchmark
  public Buffer assemblePayload() {
    return ApnsPayload.of(push);
  }
}
