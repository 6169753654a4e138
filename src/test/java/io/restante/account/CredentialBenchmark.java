package io.restante.account;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the password of every request costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CredentialBenchmark {
  private static final String PASSWORD = "a password of its own";

  private final Verifier verifier = Verifier.of(PASSWORD, new byte[16]);

  /** One that is right. */
  @Benchmark
  public boolean acceptPassword() {
    return verifier.accepts(PASSWORD);
  }
}
