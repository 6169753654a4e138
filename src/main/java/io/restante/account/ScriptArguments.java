package io.restante.account;

import java.util.ArrayList;
import java.util.List;

/** The ARGV of a script, in order. A list goes as its length and its items. */
final class ScriptArguments {
  private final List<Object> all = new ArrayList<>();

  /** Adds single arguments: strings, numbers or byte arrays. */
  ScriptArguments add(Object... arguments) {
    all.addAll(List.of(arguments));
    return this;
  }

  /** Adds a list with its length before it. */
  ScriptArguments addList(List<?> items) {
    all.add(items.size());
    all.addAll(items);
    return this;
  }

  /** Adds items without a length: the rest of ARGV. */
  ScriptArguments addRest(List<?> items) {
    all.addAll(items);
    return this;
  }

  List<Object> all() {
    return all;
  }
}
