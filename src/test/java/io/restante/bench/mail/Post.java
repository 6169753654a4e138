package io.restante.bench.mail;

import io.restante.bench.ProcessCpu;
import io.vertx.core.Future;
import java.util.List;

/**
 * One way for letters from senders to mailboxes: the client's ends of it, on the load's event loop.
 * A letter with number n goes to mailbox n modulo their count, and is acked as soon as it is there.
 */
interface Post extends AutoCloseable {
  /** Told what becomes of letters. */
  interface Listener {
    /** The server has told its sender that it keeps the letter. */
    void onStored(int number);

    /** The letter is with its device, and its ack has been sent. */
    void onReceived(int number);

    /** Something went wrong; the run is void. */
    void onFailed(String why);
  }

  /** In the report. */
  String name();

  /** Connects all senders and devices; completes once every device would hear. */
  Future<Void> connect(Listener listener);

  /** Sends the letter with this number, at once. */
  void send(int number);

  /** Letters that are still in mailboxes; -1 where that cannot be told. */
  Future<Long> waiting();

  /** Processes of the servers. */
  List<Long> servers();

  /** Processes of the store behind them, if it is one of its own. */
  List<Long> stores();

  /** CPU that processes have used so far. */
  static long cpuNanos(List<Long> pids) {
    return pids.stream().mapToLong(ProcessCpu::nanos).sum();
  }

  /** Ends the servers. */
  @Override
  void close();
}
