package io.restante.house;

/** One place that breaks a rule. */
record Finding(Rule rule, String where, String what) {}
