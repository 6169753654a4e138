package io.restante.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Sockets as the kernel knows them: proc(5). */
final class Sockets {
  private static final String CLOSE_WAIT = "08";
  private static final String LINK = "socket:[";
  private static final int LOCAL_ADDRESS = 1;
  private static final int REMOTE_ADDRESS = 2;
  private static final int STATE = 3;
  private static final int HEX = 16;

  /** In which word of a table's lines the number of a socket is; sockets are in one of these. */
  private static final Map<String, Integer> NUMBERS =
      Map.of("tcp", 9, "tcp6", 9, "udp", 9, "udp6", 9, "unix", 6, "netlink", 9);

  private Sockets() {}

  /**
   * Whether a process holds a connection that was reset, or one to these ports that the other side
   * has ended. It closes either as soon as it meets that; until then the one waits to be closed,
   * and the other is in no table any more.
   */
  static boolean holdsEnded(long pid, Set<Integer> ports) {
    Set<String> held = held(pid);
    Set<String> sound = new HashSet<>();
    NUMBERS.forEach(
        (table, number) -> {
          for (String[] words : table(pid, table)) {
            boolean isEnded =
                table.startsWith("tcp")
                    && words[STATE].equals(CLOSE_WAIT)
                    && ports.contains(portOf(words[REMOTE_ADDRESS]));
            if (!isEnded) {
              sound.add(words[number]);
            }
          }
        });
    return !sound.containsAll(held);
  }

  /** Whether this process holds a connection to a port of its own that the client has ended. */
  static boolean holdsEndedAt(int port) {
    long pid = ProcessHandle.current().pid();
    return Stream.of("tcp", "tcp6")
        .flatMap(table -> table(pid, table).stream())
        .anyMatch(words -> words[STATE].equals(CLOSE_WAIT) && portOf(words[LOCAL_ADDRESS]) == port);
  }

  private static int portOf(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEX);
  }

  private static Set<String> held(long pid) {
    Set<String> held = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files.toList()) {
        String target = target(file);
        if (target.startsWith(LINK)) {
          held.add(target.substring(LINK.length(), target.length() - 1));
        }
      }
      return held;
    } catch (FileSystemException e) {
      // It has ended, or this is no Linux.
      return Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path file) throws IOException {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (FileSystemException e) {
      // Closed meanwhile.
      return "";
    }
  }

  private static List<String[]> table(long pid, String name) {
    Path file = Path.of("/proc", Long.toString(pid), "net", name);
    try (Stream<String> lines = Files.lines(file)) {
      return lines.skip(1).map(line -> line.strip().split(" +", -1)).toList();
    } catch (FileSystemException e) {
      // Without IPv6, for example.
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
