package io.restante.testing;

import java.util.Arrays;
import java.util.List;

/** A line of {@code CLUSTER NODES}. */
record ClusterLine(String id, int port, List<String> flags, String primaryId, boolean linked) {
  static ClusterLine parse(String text) {
    String[] words = text.split(" ", -1);
    String address = words[1].substring(0, words[1].indexOf('@'));
    return new ClusterLine(
        words[0],
        Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)),
        Arrays.asList(words[2].split(",", -1)),
        words[3],
        words[7].equals("connected"));
  }
}
