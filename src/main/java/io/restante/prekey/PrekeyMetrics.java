package io.restante.prekey;

/** What pools tell of themselves. Called on event loops: must not block. */
public interface PrekeyMetrics {
  /** Why a popped key went to nobody. */
  enum Burned {
    /** It belonged to an earlier epoch than the keys that were read after it. */
    EPOCH,
    /** The keys beside it could not be read. */
    READ_FAILED,
    /** Its device has no signed prekey or another identity key. */
    NOT_SERVABLE,
    /** The answer was to be about all devices of an account, and another one could not be read. */
    OTHER_FAILED
  }

  /** A claim got this from one pool of one device. */
  void claimed(Pool pool, PoolOutcome outcome);

  /** A claim was answered from its idempotency record. */
  void replayed();

  /** A claim found nothing that it could be answered with. */
  void refused(ClaimResult.Refused reason);

  /** Popped keys went to nobody, and nobody gets them. */
  void burned(Burned reason, int keys);

  /** So many one-time keys came from a reserve. */
  void reserveTaken(int keys);

  /** A claim was served with a signed prekey that was uploaded then; 0 where that is not known. */
  void signedPrekeyServed(long uploadedAtSeconds);

  /** So many one-time keys were left in a pool after a claim; of some claims. */
  void left(Pool pool, int keys);

  /** An upload was stored, with one-time keys that were kept and dropped. */
  void uploaded(int kept, int dropped);

  /** An upload was refused as too many wait for the verification of their signatures. */
  void verificationRefused();

  /** Tells nobody. */
  static PrekeyMetrics none() {
    return new PrekeyMetrics() {
      @Override
      public void claimed(Pool pool, PoolOutcome outcome) {}

      @Override
      public void replayed() {}

      @Override
      public void refused(ClaimResult.Refused reason) {}

      @Override
      public void burned(Burned reason, int keys) {}

      @Override
      public void reserveTaken(int keys) {}

      @Override
      public void signedPrekeyServed(long uploadedAtSeconds) {}

      @Override
      public void left(Pool pool, int keys) {}

      @Override
      public void uploaded(int kept, int dropped) {}

      @Override
      public void verificationRefused() {}
    };
  }
}
