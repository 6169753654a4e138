package io.restante.bench.idle;

import io.restante.testing.LiveHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Memory at one moment, in bytes.
 *
 * @param heap what lives in the heap of a process
 * @param resident of the process
 * @param buffers of the kernel, for all TCP sockets
 * @param slab of the kernel, for all that it keeps; -1 where it cannot be read
 */
record Memory(long heap, long resident, long buffers, long slab) {
  private static final long PAGE = 4_096;

  private static final long KIB = 1_024;
  private static final int SLAB_PAGES_WORD = 5;
  private static final int SLABS_FROM_END = 2;

  /** Collects the process' garbage, then looks. */
  static Memory of(long pid) {
    long heap = LiveHeap.bytes(pid);
    return new Memory(
        heap, kib(Path.of("/proc/" + pid + "/status"), "VmRSS:"), allBuffers(), allSlabs());
  }

  private static long allBuffers() {
    return lines(Path.of("/proc/net/sockstat"))
        .filter(line -> line.startsWith("TCP:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf("mem ") + 4).strip()) * PAGE)
        .findFirst()
        .orElse(0);
  }

  private static long allSlabs() {
    Path slabs = Path.of("/proc/slabinfo");
    if (!Files.isReadable(slabs)) {
      return -1;
    }
    return lines(slabs)
        .filter(line -> line.contains(" : slabdata ") && !line.startsWith("#"))
        .mapToLong(
            line -> {
              String[] words = line.split("\\s+", -1);
              long pages = Long.parseLong(words[SLAB_PAGES_WORD]);
              return Long.parseLong(words[words.length - SLABS_FROM_END]) * pages * PAGE;
            })
        .sum();
  }

  private static long kib(Path file, String name) {
    return lines(file)
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(word(line, 1)) * KIB)
        .findFirst()
        .orElseThrow();
  }

  private static String word(String line, int number) {
    return line.split("\\s+", -1)[number];
  }

  private static Stream<String> lines(Path file) {
    try {
      return List.copyOf(Files.readAllLines(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
